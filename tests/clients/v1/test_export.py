"""`POST /v1/private-certificate-authorities/{ca_id}/export`"""

from __future__ import annotations

import uuid

from harness import answers
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    export,
    export_chain,
    subject_rdns,
)
from harness.sdk import Sdk
from harness.wire import Wire
from oracles import pyca
from oracles.judge import judge_chain


def test_a_chain_goes_from_the_nearest_issuer_to_the_root_without_the_ca_itself(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Chain Root")
    middle = create_subordinate(sdk.ccm, "Chain Middle", root, path_length=1)
    last = create_subordinate(sdk.ccm, "Chain Last", middle)
    chain = export_chain(sdk.ccm, last)
    subjects = [pyca.rdns(pyca.certificate(pem).subject) for pem in chain]
    names = ["Chain Last", "Chain Middle", "Chain Root"]
    assert subjects == [subject_rdns(name) for name in names]
    judge_chain(chain)


def test_certificate_and_chain_have_crlf_and_no_line_end_at_the_end(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Lines Root")
    middle = create_subordinate(sdk.ccm, "Lines Middle", root, path_length=1)
    exported = export(sdk.ccm, create_subordinate(sdk.ccm, "Lines Last", middle))
    for text in (exported.certificate, exported.certificate_chain):
        assert text.startswith("-----BEGIN CERTIFICATE-----\r\n")
        assert text.endswith("\r\n-----END CERTIFICATE-----")
        assert all("\n" not in line and "\r" not in line for line in text.split("\r\n"))
    assert len(pyca.blocks(exported.certificate)) == 1
    assert len(pyca.blocks(exported.certificate_chain)) == 2


def test_a_root_has_no_chain(sdk: Sdk, wire: Wire) -> None:
    root = create_root(sdk.ccm, "Chainless Root")
    answer = wire.post(f"/v1/private-certificate-authorities/{root}/export")
    assert answer.status_code == 200
    assert answer.json()["certificate_chain"] is None


def test_a_pending_ca_has_nothing_to_export(sdk: Sdk) -> None:
    pending = create_pending(sdk.ccm, "Nothing To Export")
    error = answers.sdk_refused(lambda: export(sdk.ccm, pending), 403, "PCA.00030201")
    assert "PENDING" in error.error_msg


def test_a_ca_that_does_not_exist_is_not_found(sdk: Sdk) -> None:
    answers.sdk_refused(lambda: export(sdk.ccm, str(uuid.uuid4())), 404, "PCA.10010002")


def test_a_malformed_id_is_a_bad_request(sdk: Sdk) -> None:
    answers.sdk_refused(lambda: export(sdk.ccm, "4c0e772e"), 400, "PCA.00020201")


def test_a_token_exports_too(token_sdk: Sdk) -> None:
    [pem] = export_chain(token_sdk.ccm, create_root(token_sdk.ccm, "Exported By Token"))
    judge_chain([pem])
