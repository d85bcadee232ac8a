"""Workspace's certificate calls through its SDK, in the few words that tests need."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkworkspace.v2 import (
    CreateCertSignatureReq,
    CrlConfigurationData,
    DistinguishedName,
    ExportCertCsrFileRequest,
    ImportCertificatePemReq,
    ImportCertRequest,
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
    **subject: str,
) -> Any:
    body = ImportCertificatePemReq(
        distinguished_name=DistinguishedName(**(SUBJECT | subject)),
        key_algorithm=key_algorithm,
        transaction_id=transaction_id,
        crl_configuration=CrlConfigurationData(enable=False, type="SYSTEM", valid_day=7),
        pem_code=pem,
    )
    return client.import_cert(ImportCertRequest(body=body))
