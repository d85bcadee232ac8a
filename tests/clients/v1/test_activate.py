"""`POST /v1/private-certificate-authorities/{ca_id}/activate`"""

from __future__ import annotations

from harness import answers
from harness.authorities import (
    activate,
    create_pending,
    create_root,
    create_subordinate,
    export_chain,
    export_csr,
    show,
    years,
)
from harness.sdk import Sdk
from oracles import openssl
from oracles.judge import judge_chain


def test_an_own_ca_activates_a_pending_one_with_the_key_of_its_csr(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Activating Root")
    ca_id = create_pending(sdk.ccm, "Activated", key_algorithm="EC384")
    csr = export_csr(sdk.ccm, ca_id)
    assert activate(sdk.ccm, ca_id, root, path_length=1).status_code == 204
    shown = show(sdk.ccm, ca_id)
    assert (shown.status, shown.gen_mode, shown.path_length) == ("ACTIVED", "GENERATE", 1)
    assert (shown.issuer_id, shown.issuer_name) == (root, "Activating Root")
    chain = export_chain(sdk.ccm, ca_id)
    judge_chain(chain)
    assert openssl.public_key_of_certificate(chain[0]) == openssl.public_key_of_request(csr)


def test_sm2_is_activated_with_sm3(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Activating SM2", key_algorithm="SM2")
    ca_id = create_pending(sdk.ccm, "Activated SM2", key_algorithm="SM2")
    activate(sdk.ccm, ca_id, root, signature_algorithm="SM3")
    judge_chain(export_chain(sdk.ccm, ca_id))


def test_sm2_and_other_families_do_not_mix(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Not Mixing")
    ca_id = create_pending(sdk.ccm, "Mixed SM2", key_algorithm="SM2")
    error = answers.sdk_error(lambda: activate(sdk.ccm, ca_id, root))
    assert error.status_code == 400
    assert error.error_code.startswith("PCA.0002")
    assert show(sdk.ccm, ca_id).status == "PENDING"


def test_an_active_ca_is_not_activated_again(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Twice Root")
    child = create_subordinate(sdk.ccm, "Twice", root)
    before = export_chain(sdk.ccm, child)
    answers.sdk_refused(lambda: activate(sdk.ccm, child, root), 403, "PCA.00030201")
    assert export_chain(sdk.ccm, child) == before


def test_a_pending_issuer_activates_nothing(sdk: Sdk) -> None:
    issuer, ca_id = create_pending(sdk.ccm, "Idle Issuer"), create_pending(sdk.ccm, "Still Waiting")
    answers.sdk_refused(lambda: activate(sdk.ccm, ca_id, issuer), 403, "PCA.00030201")


def test_a_validity_past_the_issuers_end_is_refused(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "One Year Root", validity=years(1))
    ca_id = create_pending(sdk.ccm, "Three Years Wanted")
    answers.sdk_refused(lambda: activate(sdk.ccm, ca_id, root), 400, "PCA.00020109")
