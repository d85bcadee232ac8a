"""Certificates of Private CA and their exports, in the few words that tests need."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from huaweicloudsdkccm.v1 import (
    CcmClient,
    CertDistinguishedName,
    CreateCertificateByCsrRequest,
    CreateCertificateByCsrRequestBody,
    CreateCertificateRequest,
    CreateCertificateRequestBody,
    ExportCertificateRequest,
    ExportCertificateRequestBody,
    Validity,
)

#: The year is shorter than that of every issuer in the tests.
VALIDITY = Validity(type="DAY", value=90)


def issue(client: CcmClient, issuer: str, common_name: str) -> str:
    """A certificate with a key of the service, of its issuer's kind."""
    body = CreateCertificateRequestBody(
        issuer_id=issuer,
        validity=VALIDITY,
        distinguished_name=CertDistinguishedName(common_name=common_name),
    )
    made = client.create_certificate(CreateCertificateRequest(body=body))
    return str(made.certificate_id)


def issue_by_csr(client: CcmClient, issuer: str, csr: str) -> str:
    """A certificate for somebody's own key."""
    body = CreateCertificateByCsrRequestBody(issuer_id=issuer, csr=csr, validity=VALIDITY)
    made = client.create_certificate_by_csr(CreateCertificateByCsrRequest(body=body))
    return str(made.certificate_id)


def export(client: CcmClient, certificate_id: str, server: str, **body: Any) -> Any:
    """The SDK's answer to an export."""
    return client.export_certificate(
        ExportCertificateRequest(
            certificate_id=certificate_id,
            body=ExportCertificateRequestBody(type=server, **body),
        )
    )


def fields(client: CcmClient, certificate_id: str, server: str, **body: Any) -> dict[str, str]:
    """The texts of an export, without those that are not there."""
    answer = export(client, certificate_id, server, is_compressed="false", **body)
    return {name: text for name, text in answer.to_dict().items() if text is not None}


def archive(client: CcmClient, certificate_id: str, server: str, **body: Any) -> dict[str, bytes]:
    """The files of an export."""
    answer = export(client, certificate_id, server, is_compressed="true", **body)
    return unpacked(answer.raw_content)


def unpacked(octets: bytes) -> dict[str, bytes]:
    """The files of a zip archive, whose checksums hold."""
    with zipfile.ZipFile(io.BytesIO(octets)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}
