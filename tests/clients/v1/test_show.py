"""`GET /v1/private-certificate-authorities/{ca_id}`"""

from __future__ import annotations

import uuid

from harness import answers
from harness.authorities import (
    SUBJECT,
    create_pending,
    create_root,
    create_subordinate,
    export_chain,
    show,
)
from harness.sdk import Sdk
from oracles import pyca


def test_a_root_is_shown_as_it_was_made(sdk: Sdk) -> None:
    ca_id = create_root(sdk.ccm, "Shown Root", key_algorithm="EC384", signature_algorithm="SHA384")
    shown = show(sdk.ccm, ca_id)
    assert shown.ca_id == ca_id
    assert (shown.type, shown.status, shown.gen_mode) == ("ROOT", "ACTIVED", "GENERATE")
    assert (shown.path_length, shown.issuer_id, shown.issuer_name) == (7, None, None)
    assert (shown.key_algorithm, shown.signature_algorithm) == ("EC384", "SHA384")
    assert (shown.freeze_flag, shown.charging_mode) == (0, 1)
    assert shown.enterprise_project_id == "0"
    assert shown.domain_id == sdk.account.account_id
    assert shown.delete_time is None
    assert answers.is_recent(shown.create_time)
    name = shown.distinguished_name
    assert name.common_name == "Shown Root"
    assert {field: getattr(name, field) for field in SUBJECT} == SUBJECT
    assert shown.crl_configuration.enabled is False


def test_the_times_shown_are_the_certificates_in_milliseconds(sdk: Sdk) -> None:
    ca_id = create_root(sdk.ccm, "Timed Root")
    shown, certificate = show(sdk.ccm, ca_id), pyca.certificate(export_chain(sdk.ccm, ca_id)[0])
    assert shown.not_before == certificate.not_valid_before_utc.timestamp() * 1000
    assert shown.not_after == certificate.not_valid_after_utc.timestamp() * 1000


def test_a_subordinate_names_its_issuer(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Issuing Root")
    shown = show(sdk.ccm, create_subordinate(sdk.ccm, "Issued Child", root, path_length=3))
    assert (shown.type, shown.status) == ("SUBORDINATE", "ACTIVED")
    assert (shown.issuer_id, shown.issuer_name) == (root, "Issuing Root")
    assert shown.path_length == 3


def test_a_pending_ca_has_no_certificate_to_speak_of(sdk: Sdk) -> None:
    shown = show(sdk.ccm, create_pending(sdk.ccm, "Waiting"))
    assert (shown.type, shown.status) == ("SUBORDINATE", "PENDING")
    assert shown.serial_number is None
    assert shown.signature_algorithm is None
    assert answers.is_recent(shown.create_time)


def test_a_ca_that_does_not_exist_is_not_found(sdk: Sdk) -> None:
    answers.sdk_refused(lambda: show(sdk.ccm, str(uuid.uuid4())), 404, "PCA.10010002")


def test_an_id_that_is_not_one_is_a_bad_request(sdk: Sdk) -> None:
    answers.sdk_refused(lambda: show(sdk.ccm, "no-such-id"), 400, "PCA.00020201")
