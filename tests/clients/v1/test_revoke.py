"""`POST /v1/private-certificate-authorities/{ca_id}/revoke`"""

from __future__ import annotations

import pytest

from harness import answers, foreign
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    disable,
    enable,
    export_chain,
    export_csr,
    import_certificate,
    revoke,
    show,
)
from harness.contents import query_rows
from harness.sdk import Sdk
from harness.server import Server
from harness.wire import Wire
from oracles import pyca

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


@pytest.mark.parametrize(("reason", "code"), REASONS.items())
def test_a_revocation_is_kept_for_the_issuers_crl(
    sdk: Sdk, server: Server, reason: str | None, code: int
) -> None:
    root = create_root(sdk.ccm, "Revoking Root")
    child = create_subordinate(sdk.ccm, "Revoked Child", root)
    certificate = pyca.certificate(export_chain(sdk.ccm, child)[0])
    assert revoke(sdk.ccm, child, reason).status_code == 204
    assert show(sdk.ccm, child).status == "REVOKED"
    (row,) = query_rows(
        server,
        "SELECT serial, reason, revoked_at, not_after FROM revocations WHERE issuer = ?",
        (root,),
    )
    assert int(row[0], 16) == certificate.serial_number
    assert row[1] == code
    assert answers.is_recent(row[2])
    assert row[2] % 1000 == 0
    assert row[3] == certificate.not_valid_after_utc.timestamp() * 1000


def test_a_revoked_ca_loses_every_function(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Strict Root")
    child = create_subordinate(sdk.ccm, "Useless Child", root, path_length=1)
    revoke(sdk.ccm, child, "KEY_COMPROMISE")
    for call in (
        lambda: create_subordinate(sdk.ccm, "Never Made", child),
        lambda: export_chain(sdk.ccm, child),
        lambda: disable(sdk.ccm, child),
        lambda: enable(sdk.ccm, child),
        lambda: revoke(sdk.ccm, child, "SUPERSEDED"),
    ):
        assert "REVOKED" in answers.sdk_refused(call, 403, "PCA.00030201").error_msg


def test_what_is_below_a_revoked_ca_issues_nothing(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "High Root")
    middle = create_subordinate(sdk.ccm, "Fallen Middle", root, path_length=2)
    last = create_subordinate(sdk.ccm, "Innocent Last", middle, path_length=1)
    revoke(sdk.ccm, middle)
    assert show(sdk.ccm, last).status == "ACTIVED"
    refused = answers.sdk_refused(
        lambda: create_subordinate(sdk.ccm, "Never Made", last), 400, "PCA.00020304"
    )
    assert "REVOKED" in refused.error_msg


def test_an_imported_ca_is_revoked_here_alone(sdk: Sdk, server: Server) -> None:
    child = create_pending(sdk.ccm, "Signed Elsewhere")
    outside = foreign.Authority()
    signed = outside.sign_request(export_csr(sdk.ccm, child))
    import_certificate(sdk.ccm, child, signed, outside.pem)
    assert revoke(sdk.ccm, child).status_code == 204
    assert show(sdk.ccm, child).status == "REVOKED"
    (row,) = query_rows(
        server,
        "SELECT detail FROM audit_events WHERE action = 'revoke_authority' AND object = ?",
        (child,),
    )
    assert "only here" in row[0]


def test_a_root_and_a_pending_ca_are_not_revoked(sdk: Sdk) -> None:
    root, pending = create_root(sdk.ccm, "Last Root"), create_pending(sdk.ccm, "Not Yet")
    answers.sdk_refused(lambda: revoke(sdk.ccm, root), 403, "PCA.00030204")
    answers.sdk_refused(lambda: revoke(sdk.ccm, pending), 403, "PCA.00030201")


def test_a_body_is_needed_and_an_empty_object_is_one(sdk: Sdk, wire: Wire) -> None:
    root = create_root(sdk.ccm, "Bodily Root")
    child = create_subordinate(sdk.ccm, "Bodily Child", root)
    path = f"/v1/private-certificate-authorities/{child}/revoke"
    answers.refused(wire.post(path), 400, "PCA.00020001")
    answers.refused(wire.post(path, json={"reason": "none"}), 400, "PCA.00020303", "reason")
    assert show(sdk.ccm, child).status == "ACTIVED"
    assert wire.post(path, json={"reason": None}).status_code == 204
