"""SCM's CSR calls through its SDK, in the few words that tests need."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkscm.v3 import (
    CreateCsrRequest,
    CreateCsrRequestBody,
    DeleteCsrRequest,
    ListCsrRequest,
    ScmClient,
    ShowCsrPrivateKeyRequest,
    ShowCsrRequest,
    UpdateCSRRequestBody,
    UpdateCsrRequest,
    UploadCsrRequest,
    UploadCsrRequestBody,
)

COMPANY = {
    "company_country": "DE",
    "company_province": "Hamburg",
    "company_city": "Hamburg",
    "company_name": "Example GmbH",
}


def enterprise_subject(domain_name: str) -> list[tuple[str, str]]:
    """The subject of an enterprise CSR of COMPANY: C, ST, L, O, CN."""
    return [
        ("C", COMPANY["company_country"]),
        ("ST", COMPANY["company_province"]),
        ("L", COMPANY["company_city"]),
        ("O", COMPANY["company_name"]),
        ("CN", domain_name),
    ]


def create(client: ScmClient, **body: Any) -> Any:
    """Creates a personal P-256 CSR unless told otherwise."""
    body = {
        "name": "request",
        "domain_name": "www.example.org",
        "private_key_algo": "EC_P256",
        "usage": "PERSONAL",
    } | body
    return client.create_csr(CreateCsrRequest(body=CreateCsrRequestBody(**body)))


def upload(
    client: ScmClient, csr: str, private_key: str | None = None, name: str = "uploaded"
) -> Any:
    body = UploadCsrRequestBody(name=name, csr=csr, private_key=private_key)
    return client.upload_csr(UploadCsrRequest(body=body))


def show(client: ScmClient, csr_id: str) -> Any:
    return client.show_csr(ShowCsrRequest(id=csr_id))


def private_key(client: ScmClient, csr_id: str) -> str:
    return str(client.show_csr_private_key(ShowCsrPrivateKeyRequest(id=csr_id)).private_key)


def page(client: ScmClient, **query: Any) -> tuple[list[Any], int]:
    """The entries of a page of the list, and how many there are in all."""
    answer = client.list_csr(ListCsrRequest(**query))
    return list(answer.csr_list), answer.total


def rename(client: ScmClient, csr_id: str, name: str) -> Any:
    return client.update_csr(UpdateCsrRequest(id=csr_id, body=UpdateCSRRequestBody(name=name)))


def delete(client: ScmClient, csr_id: str) -> Any:
    return client.delete_csr(DeleteCsrRequest(id=csr_id))
