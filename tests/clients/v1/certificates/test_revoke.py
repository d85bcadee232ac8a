"""`POST /v1/private-certificates/{certificate_id}/revoke`, `DELETE …`"""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkccm.v1 import (
    DeleteCertificateRequest,
    RevokeCertificateRequest,
    RevokeCertificateRequestBody,
    ShowCertificateRequest,
)
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from harness import exports
from harness.authorities import create_root
from harness.contents import query_rows
from harness.sdk import Sdk
from harness.server import Server

#: RFC 5280, section 5.3.1.
REASONS = {
    None: 0,
    "UNSPECIFIED": 0,
    "KEY_COMPROMISE": 1,
    "CERTIFICATE_AUTHORITY_COMPROMISE": 2,
    "AFFILIATION_CHANGED": 3,
    "SUPERSEDED": 4,
    "CESSATION_OF_OPERATION": 5,
    "CERTIFICATE_HOLD": 6,
    "PRIVILEGE_WITHDRAWN": 9,
    "ATTRIBUTE_AUTHORITY_COMPROMISE": 10,
}


def revoke(sdk: Sdk, certificate_id: str, reason: str | None) -> Any:
    body = RevokeCertificateRequestBody(reason=reason)
    return sdk.ccm.revoke_certificate(
        RevokeCertificateRequest(certificate_id=certificate_id, body=body)
    )


def show(sdk: Sdk, certificate_id: str) -> Any:
    return sdk.ccm.show_certificate(ShowCertificateRequest(certificate_id=certificate_id))


@pytest.mark.parametrize(("reason", "code"), REASONS.items())
def test_a_revocation_is_kept_for_the_issuers_crl(
    sdk: Sdk, server: Server, reason: str | None, code: int
) -> None:
    root = create_root(sdk.ccm, "Root Of Revoked")
    made = exports.issue(sdk.ccm, root, "revoked")
    assert revoke(sdk, made, reason).status_code == 204
    shown = show(sdk, made)
    assert shown.status == "REVOKED"
    rows = query_rows(server, "SELECT serial, reason FROM revocations WHERE issuer = ?", (root,))
    assert [tuple(row) for row in rows] == [(shown.serial_number, code)]


def test_a_revocation_is_final_and_outlives_the_certificate(sdk: Sdk, server: Server) -> None:
    root = create_root(sdk.ccm, "Root Of Deleted")
    made = exports.issue(sdk.ccm, root, "deleted")
    revoke(sdk, made, "CERTIFICATE_HOLD")
    with pytest.raises(ClientRequestException) as again:
        revoke(sdk, made, "KEY_COMPROMISE")
    assert (again.value.status_code, again.value.error_code) == (403, "PCA.00030201")
    assert "is REVOKED" in again.value.error_msg
    deleted = sdk.ccm.delete_certificate(DeleteCertificateRequest(certificate_id=made))
    assert deleted.status_code == 204
    with pytest.raises(ClientRequestException) as gone:
        show(sdk, made)
    assert (gone.value.status_code, gone.value.error_code) == (404, "PCA.10010002")
    rows = query_rows(server, "SELECT reason FROM revocations WHERE issuer = ?", (root,))
    assert [tuple(row) for row in rows] == [(6,)]
