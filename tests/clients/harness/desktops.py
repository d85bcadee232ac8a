"""Workspace's certificate calls through its SDK, in the few words that tests need."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkworkspace.v2 import (
    CertValidityData,
    CreateCertificateReq,
    CreateCertRequest,
    CreateCertSignatureReq,
    CrlConfigurationData,
    DeleteCertRequest,
    DistinguishedName,
    ExportCertCrlFileRequest,
    ExportCertCsrFileRequest,
    ExportCertPemFileRequest,
    ImportCertificatePemReq,
    ImportCertRequest,
    ListCertsRequest,
    SetCertStatusRequest,
    ShowCertDetailRequest,
    WorkspaceClient,
)

SUBJECT = {
    "common_name": "api_test",
    "country": "CN",
    "state": "GuangDong",
    "locality": "DongGuan",
    "organization": "Huawei",
    "organizational_unit": "Workspace",
}

#: C, ST, L, O, OU, CN.
RDNS = [
    ("C", "CN"),
    ("ST", "GuangDong"),
    ("L", "DongGuan"),
    ("O", "Huawei"),
    ("OU", "Workspace"),
    ("CN", "api_test"),
]


def export_csr(
    client: WorkspaceClient,
    transaction_id: str | None,
    key_algorithm: str = "RSA-2048",
    **subject: str,
) -> Any:
    body = CreateCertSignatureReq(
        distinguished_name=DistinguishedName(**(SUBJECT | subject)),
        key_algorithm=key_algorithm,
        transaction_id=transaction_id,
    )
    return client.export_cert_csr_file(ExportCertCsrFileRequest(body=body))


def csr(client: WorkspaceClient, transaction_id: str, **more: str) -> str:
    """The PEM text that the SDK hands on untouched."""
    answer = export_csr(client, transaction_id, **more)
    assert answer.status_code == 200
    return bytes(answer.raw_content).decode()


def import_certificate(
    client: WorkspaceClient,
    transaction_id: str,
    pem: str,
    key_algorithm: str = "RSA-2048",
    crl: CrlConfigurationData | None = None,
    **subject: str,
) -> Any:
    body = ImportCertificatePemReq(
        distinguished_name=DistinguishedName(**(SUBJECT | subject)),
        key_algorithm=key_algorithm,
        transaction_id=transaction_id,
        crl_configuration=crl or CrlConfigurationData(enable=False, type="SYSTEM", valid_day=7),
        pem_code=pem,
    )
    return client.import_cert(ImportCertRequest(body=body))


def create(client: WorkspaceClient, common_name: str = "Desktop Root", **more: Any) -> str:
    """Creates a self-signed CA; its identifier, which the SDK's model has no place for."""
    body: dict[str, Any] = {
        "distinguished_name": DistinguishedName(**(SUBJECT | {"common_name": common_name})),
        "key_algorithm": "RSA-2048",
        "signature_algorithm": "SHA-256",
        "validity": CertValidityData(type="YEAR", value=10),
        "crl_configuration": CrlConfigurationData(enable=True, type="SYSTEM", valid_day=7),
    } | more
    answer = client.create_cert(CreateCertRequest(body=CreateCertificateReq(**body)))
    assert answer.status_code == 200
    return newest(client).cert_id


def listed(client: WorkspaceClient, **query: Any) -> list[Any]:
    return list(client.list_certs(ListCertsRequest(**query)).cert_list)


def newest(client: WorkspaceClient) -> Any:
    return listed(client)[0]


def show(client: WorkspaceClient, cert_id: str) -> Any:
    return client.show_cert_detail(ShowCertDetailRequest(cert_id=cert_id))


def delete(client: WorkspaceClient, cert_id: str) -> Any:
    return client.delete_cert(DeleteCertRequest(cert_id=cert_id))


def set_status(client: WorkspaceClient, cert_id: str, status: str) -> Any:
    return client.set_cert_status(SetCertStatusRequest(cert_id=cert_id, status=status))


def export_pem(client: WorkspaceClient, cert_id: str) -> str:
    answer = client.export_cert_pem_file(ExportCertPemFileRequest(cert_id=cert_id))
    assert answer.status_code == 200
    return bytes(answer.raw_content).decode()


def export_crl(client: WorkspaceClient, cert_id: str) -> str:
    answer = client.export_cert_crl_file(ExportCertCrlFileRequest(cert_id=cert_id))
    assert answer.status_code == 200
    return bytes(answer.raw_content).decode()
