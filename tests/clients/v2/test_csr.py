"""`POST /v2/{project_id}/certmanager/private-certificate-authorities/csr`"""

from __future__ import annotations

import itertools

import pytest
from cryptography import x509

from harness import answers, desktops, foreign
from harness.desktops import csr, export_csr, import_certificate
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire
from oracles import pyca
from oracles.judge import judge_request

BODY = {
    "distinguished_name": desktops.SUBJECT,
    "key_algorithm": "RSA-2048",
    "transaction_id": "raw",
}

NUMBERS = itertools.count(1)


@pytest.fixture
def fresh(server: Server) -> Sdk:
    """An account of its own: a project holds three Workspace CAs and no more."""
    return Sdk(server, server.create_account(f"desktops-{next(NUMBERS)}"))


def path(sdk: Sdk) -> str:
    return f"/v2/{sdk.account.project_id}/certmanager/private-certificate-authorities/csr"


def wire_of(sdk: Sdk) -> Wire:
    return Wire(sdk.server, Wire(sdk.server).sign_in(sdk.account))


@pytest.mark.parametrize(
    ("name", "algorithm"), [("RSA-2048", "RSA_2048"), ("RSA-3072", "RSA_3072")]
)
def test_it_is_a_request_for_a_ca_signed_by_its_key(fresh: Sdk, name: str, algorithm: str) -> None:
    pem = csr(fresh.workspace, "string", key_algorithm=name)
    judge_request(pem, subject=desktops.RDNS, sans=[], key_algorithm=algorithm)
    request = pyca.request(pem)
    assert pyca.signature_algorithm(request) == ("RSA", "SHA256")
    asked = {e.oid: (e.critical, e.value) for e in request.extensions}
    assert asked == {
        x509.BasicConstraints.oid: (True, x509.BasicConstraints(ca=True, path_length=None)),
        x509.KeyUsage.oid: (
            True,
            x509.KeyUsage(False, False, False, False, False, True, True, False, False),
        ),
    }


def test_it_comes_as_a_file_with_lf(fresh: Sdk) -> None:
    answer = wire_of(fresh).post(path(fresh), json=BODY)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="api_test.csr"'
    assert answer.text.startswith("-----BEGIN CERTIFICATE REQUEST-----\n")
    assert answer.text.endswith("\n-----END CERTIFICATE REQUEST-----\n")
    assert "\r" not in answer.text


def test_it_comes_as_json_to_a_caller_that_asks_for_json(fresh: Sdk) -> None:
    wire = wire_of(fresh)
    answer = wire.post(path(fresh), json=BODY, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.json() == {
        "csr": wire.post(path(fresh), json=BODY).text,
        "transaction_id": "raw",
    }


@pytest.mark.parametrize(("hash_name", "expected"), [("SHA-256", "SHA256"), ("SHA-512", "SHA512")])
def test_the_signature_algorithm_of_the_example_is_honoured(
    fresh: Sdk, hash_name: str, expected: str
) -> None:
    answer = wire_of(fresh).post(path(fresh), json=BODY | {"signature_algorithm": hash_name})
    assert pyca.signature_algorithm(pyca.request(answer.text)) == ("RSA", expected)


def test_the_same_transaction_gives_the_same_request(fresh: Sdk) -> None:
    assert csr(fresh.workspace, "again") == csr(fresh.workspace, "again")


def test_another_transaction_has_another_key(fresh: Sdk) -> None:
    assert csr(fresh.workspace, "one") != csr(fresh.workspace, "two")


def test_a_transaction_is_not_for_another_subject(fresh: Sdk) -> None:
    first = csr(fresh.workspace, "taken")
    error = answers.sdk_error(lambda: export_csr(fresh.workspace, "taken", common_name="other"))
    assert error.status_code == 400
    assert error.error_code.startswith("WKS.")
    assert "transaction_id" in error.error_msg
    assert csr(fresh.workspace, "taken") == first


def test_a_transaction_is_not_for_another_key_algorithm(fresh: Sdk) -> None:
    csr(fresh.workspace, "sized")
    error = answers.sdk_error(lambda: export_csr(fresh.workspace, "sized", "RSA-3072"))
    assert (error.status_code, error.error_code[:4]) == (400, "WKS.")


def test_a_project_has_room_for_three_and_pending_ones_count(fresh: Sdk) -> None:
    for number in range(3):
        csr(fresh.workspace, f"room-{number}")
    error = answers.sdk_error(lambda: export_csr(fresh.workspace, "room-3"))
    assert (error.status_code, error.error_code[:4]) == (400, "WKS.")
    csr(fresh.workspace, "room-0")


def test_a_missing_transaction_is_named(fresh: Sdk) -> None:
    error = answers.sdk_error(lambda: export_csr(fresh.workspace, None))
    assert error.status_code == 400
    assert "transaction_id" in error.error_msg


def test_an_import_completes_the_transaction(fresh: Sdk) -> None:
    pem = csr(fresh.workspace, "complete")
    outside = foreign.Authority(kind="RSA_2048")
    signed = outside.sign_request(pem)
    answer = import_certificate(fresh.workspace, "complete", signed + outside.pem)
    assert answer.status_code == 200
    for repeat in (
        lambda: export_csr(fresh.workspace, "complete"),
        lambda: import_certificate(fresh.workspace, "complete", signed),
    ):
        error = answers.sdk_error(repeat)
        assert error.status_code in (400, 404)
        assert error.error_code.startswith("WKS.")


def test_an_import_of_a_transaction_that_nobody_began_is_not_found(fresh: Sdk) -> None:
    pem = csr(fresh.workspace, "begun")
    signed = foreign.Authority().sign_request(pem)
    error = answers.sdk_error(lambda: import_certificate(fresh.workspace, "never", signed))
    assert (error.status_code, error.error_code[:4]) == (404, "WKS.")


def test_an_import_with_another_key_or_name_leaves_the_transaction_open(fresh: Sdk) -> None:
    pem, other = csr(fresh.workspace, "open"), csr(fresh.workspace, "other")
    outside = foreign.Authority()
    for call in (
        lambda: import_certificate(fresh.workspace, "open", outside.sign_request(other)),
        lambda: import_certificate(
            fresh.workspace, "open", outside.sign_request(pem), locality="Elsewhere"
        ),
        lambda: import_certificate(fresh.workspace, "open", outside.sign_request(pem, ca=False)),
        lambda: import_certificate(fresh.workspace, "open", "pem"),
    ):
        error = answers.sdk_error(call)
        assert (error.status_code, error.error_code[:4]) == (400, "WKS.")
    assert csr(fresh.workspace, "open") == pem
    assert import_certificate(fresh.workspace, "open", outside.sign_request(pem)).status_code == 200


def test_the_project_of_another_account_is_refused(fresh: Sdk, sdk: Sdk) -> None:
    answer = wire_of(fresh).post(path(sdk), json=BODY)
    answers.refused(answer, 403, "")


def test_a_project_id_that_was_never_filled_in_is_explained(fresh: Sdk) -> None:
    unfilled = "/v2/%7Bproject_id%7D/certmanager/private-certificate-authorities/csr"
    answers.refused(wire_of(fresh).post(unfilled, json=BODY), 400, "WKS.", "project_id")


def test_workspace_cas_do_not_count_as_private_cas() -> None:
    from harness.authorities import create_root

    settings = NO_QUOTAS.replace("ca = 0", "ca = 1")
    with Server(settings=settings) as small:
        sdk = Sdk(small, small.init())
        small.start()
        csr(sdk.workspace, "beside")
        create_root(sdk.ccm, "The Only One")
        error = answers.sdk_error(lambda: create_root(sdk.ccm, "One Too Many"))
        assert (error.status_code, error.error_code) == (403, "PCA.00030401")
