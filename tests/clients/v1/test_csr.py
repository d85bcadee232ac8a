"""`GET /v1/private-certificate-authorities/{ca_id}/csr`"""

from __future__ import annotations

import uuid

import pytest

from harness import answers, foreign
from harness.authorities import (
    create_pending,
    create_root,
    export_csr,
    import_certificate,
    subject_rdns,
)
from harness.sdk import Sdk
from oracles import pyca
from oracles.judge import judge_request

KEYS = [
    ("RSA2048", "RSA_2048", "RSA"),
    ("RSA4096", "RSA_4096", "RSA"),
    ("EC256", "EC_P256", "EC"),
    ("EC384", "EC_P384", "EC"),
    ("SM2", "SM2", "SM2"),
]


@pytest.mark.parametrize(("key", "algorithm", "family"), KEYS)
def test_the_csr_of_a_pending_ca_is_signed_by_its_key(
    sdk: Sdk, key: str, algorithm: str, family: str
) -> None:
    name = f"Pending {key}"
    csr = export_csr(sdk.ccm, create_pending(sdk.ccm, name, key_algorithm=key))
    judge_request(csr, subject=subject_rdns(name), sans=[], key_algorithm=algorithm)
    expected = (family, "SM3" if family == "SM2" else "SHA256")
    assert pyca.signature_algorithm(pyca.request(csr)) == expected


def test_its_lines_end_with_crlf_and_nothing_follows_the_last(sdk: Sdk) -> None:
    csr = export_csr(sdk.ccm, create_pending(sdk.ccm, "Crossing Lines"))
    assert csr.startswith("-----BEGIN CERTIFICATE REQUEST-----\r\n")
    assert csr.endswith("\r\n-----END CERTIFICATE REQUEST-----")
    lines = csr.split("\r\n")
    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(len(line) == 64 for line in lines[1:-2])


def test_it_is_the_same_every_time(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Steady")
    assert export_csr(sdk.ccm, ca_id) == export_csr(sdk.ccm, ca_id)


def test_a_token_reads_it_too(token_sdk: Sdk) -> None:
    assert "BEGIN" in export_csr(token_sdk.ccm, create_pending(token_sdk.ccm, "Token Pending"))


def test_an_active_ca_has_none(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Active, No CSR")
    error = answers.sdk_refused(lambda: export_csr(sdk.ccm, root), 403, "PCA.00030201")
    assert "ACTIVED" in error.error_msg


def test_after_the_import_there_is_none(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Soon Imported")
    signed = foreign.Authority().sign_request(export_csr(sdk.ccm, ca_id))
    import_certificate(sdk.ccm, ca_id, signed)
    answers.sdk_refused(lambda: export_csr(sdk.ccm, ca_id), 403, "PCA.00030201")


def test_a_ca_that_does_not_exist_is_not_found(sdk: Sdk) -> None:
    answers.sdk_refused(lambda: export_csr(sdk.ccm, str(uuid.uuid4())), 404, "PCA.10010002")


@pytest.mark.parametrize(
    "ca_id", ["x", "4c0e772e-a30c-4029-b929-b7acb04143f", "4C0E772E-A30C-4029-B929-B7ACB04143F7"]
)
def test_a_malformed_id_is_a_bad_request(sdk: Sdk, ca_id: str) -> None:
    answers.sdk_refused(lambda: export_csr(sdk.ccm, ca_id), 400, "PCA.00020201")
