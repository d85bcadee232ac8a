"""Private CA through its SDK, in the few words that tests need."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkccm.v1 import (
    CcmClient,
    CreateCertificateAuthorityRequest,
    CreateCertificateAuthorityRequestBody,
    DeleteCertificateAuthorityRequest,
    DisableCertificateAuthorityRequest,
    DistinguishedName,
    EnableCertificateAuthorityRequest,
    ExportCertificateAuthorityCertificateRequest,
    ExportCertificateAuthorityCsrRequest,
    ImportCertificateAuthorityCertificateRequest,
    ImportCertificateAuthorityCertificateRequestBody,
    IssueCertificateAuthorityCertificateRequest,
    IssueCertificateAuthorityCertificateRequestBody,
    ListCertificateAuthorityRequest,
    RestoreCertificateAuthorityRequest,
    RevokeCertificateAuthorityRequest,
    RevokeCertificateRequestBody,
    ShowCertificateAuthorityQuotaRequest,
    ShowCertificateAuthorityRequest,
    Validity,
)

from oracles import pyca

SUBJECT = {
    "country": "CN",
    "state": "Sichuan",
    "locality": "Chengdu",
    "organization": "Example",
    "organizational_unit": "PKI",
}


def subject_rdns(common_name: str) -> list[tuple[str, str]]:
    """The subject that a CA of this name gets: CN, C, ST, L, O, OU."""
    return [
        ("CN", common_name),
        ("C", SUBJECT["country"]),
        ("ST", SUBJECT["state"]),
        ("L", SUBJECT["locality"]),
        ("O", SUBJECT["organization"]),
        ("OU", SUBJECT["organizational_unit"]),
    ]


def years(value: int) -> Validity:
    return Validity(type="YEAR", value=value)


def create(client: CcmClient, common_name: str, **body: Any) -> str:
    """Creates a CA and returns its id."""
    body.setdefault("key_algorithm", "EC256")
    request = CreateCertificateAuthorityRequestBody(
        distinguished_name=DistinguishedName(common_name=common_name, **SUBJECT), **body
    )
    made = client.create_certificate_authority(CreateCertificateAuthorityRequest(body=request))
    assert made.status_code == 200
    return str(made.ca_id)


def create_root(client: CcmClient, common_name: str, **body: Any) -> str:
    body.setdefault(
        "signature_algorithm", "SM3" if body.get("key_algorithm") == "SM2" else "SHA256"
    )
    body.setdefault("validity", years(10))
    return create(client, common_name, type="ROOT", **body)


def create_subordinate(client: CcmClient, common_name: str, issuer: str, **body: Any) -> str:
    body.setdefault(
        "signature_algorithm", "SM3" if body.get("key_algorithm") == "SM2" else "SHA256"
    )
    # One that is to have others below it outlives them, also when they are made a second later.
    body.setdefault("validity", years(4 + (body.get("path_length") or 0)))
    return create(client, common_name, type="SUBORDINATE", issuer_id=issuer, **body)


def create_pending(client: CcmClient, common_name: str, **body: Any) -> str:
    return create(client, common_name, type="SUBORDINATE", **body)


def show(client: CcmClient, ca_id: str) -> Any:
    return client.show_certificate_authority(ShowCertificateAuthorityRequest(ca_id=ca_id))


def export_csr(client: CcmClient, ca_id: str) -> str:
    return str(
        client.export_certificate_authority_csr(
            ExportCertificateAuthorityCsrRequest(ca_id=ca_id)
        ).csr
    )


def export(client: CcmClient, ca_id: str) -> Any:
    return client.export_certificate_authority_certificate(
        ExportCertificateAuthorityCertificateRequest(ca_id=ca_id)
    )


def export_chain(client: CcmClient, ca_id: str) -> list[str]:
    """The CA's certificate, then its chain, as PEM blocks with LF."""
    exported = export(client, ca_id)
    return [*pyca.blocks(exported.certificate), *pyca.blocks(exported.certificate_chain or "")]


def import_certificate(
    client: CcmClient, ca_id: str, certificate: str, chain: str | None = None
) -> Any:
    return client.import_certificate_authority_certificate(
        ImportCertificateAuthorityCertificateRequest(
            ca_id=ca_id,
            body=ImportCertificateAuthorityCertificateRequestBody(
                certificate=certificate, certificate_chain=chain
            ),
        )
    )


def activate(client: CcmClient, ca_id: str, issuer: str, **body: Any) -> Any:
    body.setdefault("signature_algorithm", "SHA256")
    body.setdefault("validity", years(3))
    return client.issue_certificate_authority_certificate(
        IssueCertificateAuthorityCertificateRequest(
            ca_id=ca_id,
            body=IssueCertificateAuthorityCertificateRequestBody(issuer_id=issuer, **body),
        )
    )


def disable(client: CcmClient, ca_id: str) -> Any:
    return client.disable_certificate_authority(DisableCertificateAuthorityRequest(ca_id=ca_id))


def enable(client: CcmClient, ca_id: str) -> Any:
    return client.enable_certificate_authority(EnableCertificateAuthorityRequest(ca_id=ca_id))


def delete(client: CcmClient, ca_id: str, pending_days: str | None = None) -> Any:
    return client.delete_certificate_authority(
        DeleteCertificateAuthorityRequest(ca_id=ca_id, pending_days=pending_days)
    )


def restore(client: CcmClient, ca_id: str) -> Any:
    return client.restore_certificate_authority(RestoreCertificateAuthorityRequest(ca_id=ca_id))


def revoke(client: CcmClient, ca_id: str, reason: str | None = None) -> Any:
    return client.revoke_certificate_authority(
        RevokeCertificateAuthorityRequest(
            ca_id=ca_id, body=RevokeCertificateRequestBody(reason=reason)
        )
    )


def quota(client: CcmClient) -> tuple[int, int]:
    """How many CAs the account has and may have."""
    answer = client.show_certificate_authority_quota(ShowCertificateAuthorityQuotaRequest())
    (resource,) = answer.quotas.resources
    assert resource.type == "CERTIFICATE_AUTHORITY"
    return resource.used, resource.quota


def listed(client: CcmClient, **query: Any) -> tuple[list[str], int]:
    """The ids of a page of CAs, and how many there are."""
    answer = client.list_certificate_authority(ListCertificateAuthorityRequest(**query))
    assert answer.status_code == 200
    return [one.ca_id for one in answer.certificate_authorities], answer.total
