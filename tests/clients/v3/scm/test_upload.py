"""`POST /v3/scm/csr/upload`"""

from __future__ import annotations

import pytest

from harness import answers, foreign
from harness.csrs import private_key, show, upload
from harness.sdk import Sdk
from oracles import openssl

ALGORITHMS = ["RSA_2048", "RSA_3072", "RSA_4096", "EC_P256", "EC_P384", "SM2"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_request_made_elsewhere_is_kept_with_its_key(sdk: Sdk, algorithm: str) -> None:
    key = foreign.shared_key(algorithm)
    csr = foreign.request(key)
    made = upload(sdk.scm, csr, key, name=f"from elsewhere {algorithm}")
    assert made.status_code == 200
    shown = show(sdk.scm, made.id)
    assert shown.csr == csr
    assert shown.private_key_algo == algorithm
    assert private_key(sdk.scm, made.id) == key


def test_the_answer_has_three_members(sdk: Sdk) -> None:
    made = upload(sdk.scm, foreign.request(foreign.shared_key("EC_P256"))).to_dict()
    assert set(made) == {"id", "name", "create_time"}
    assert answers.CSR_ID.fullmatch(made["id"])
    assert answers.is_recent(made["create_time"])


@pytest.mark.parametrize("algorithm", ["RSA_2048", "EC_P256", "EC_P384"])
def test_a_key_is_matched_in_its_traditional_form_and_given_back_as_it_came(
    sdk: Sdk, algorithm: str
) -> None:
    key = foreign.shared_key(algorithm)
    old = foreign.traditional(key)
    made = upload(sdk.scm, foreign.request(key), old)
    assert private_key(sdk.scm, made.id) == old


def test_without_a_key_the_private_key_is_empty(sdk: Sdk) -> None:
    made = upload(sdk.scm, foreign.request(foreign.shared_key("EC_P256")))
    assert private_key(sdk.scm, made.id) == ""


def test_domain_names_and_company_are_read_from_the_request(sdk: Sdk) -> None:
    csr = foreign.request(
        foreign.shared_key("EC_P256"),
        "/C=DE/ST=Hamburg/L=Altona/O=Example GmbH/CN=a.example.org",
        sans="DNS:a.example.org,DNS:b.example.org,IP:192.0.2.9",
    )
    shown = show(sdk.scm, upload(sdk.scm, csr).id)
    assert (shown.domain_name, shown.sans) == ("a.example.org", "b.example.org,192.0.2.9")
    assert shown.usage == "ENTERPRISE"
    company = (
        shown.company_country,
        shown.company_province,
        shown.company_city,
        shown.company_name,
    )
    assert company == ("DE", "Hamburg", "Altona", "Example GmbH")


def test_a_request_without_an_organization_is_personal(sdk: Sdk) -> None:
    shown = show(sdk.scm, upload(sdk.scm, foreign.request(foreign.shared_key("EC_P256"))).id)
    assert (shown.usage, shown.company_name) == ("PERSONAL", "")


def test_without_a_common_name_the_first_additional_name_is_the_domain(sdk: Sdk) -> None:
    csr = foreign.request(
        foreign.shared_key("EC_P256"), "/", sans="DNS:first.example.org,DNS:second.example.org"
    )
    shown = show(sdk.scm, upload(sdk.scm, csr).id)
    assert (shown.domain_name, shown.sans) == ("first.example.org", "second.example.org")


@pytest.mark.parametrize(
    "dress", ["crlf", "blank lines", "text around", "old label", "no line end", "wide lines"]
)
def test_pem_is_accepted_in_every_usual_dress(sdk: Sdk, dress: str) -> None:
    plain = foreign.request(foreign.shared_key("EC_P256"))
    octets = foreign.pem_body(plain)[1]
    dressed = {
        "crlf": plain.replace("\n", "\r\n"),
        "blank lines": f"\n\n{plain}\n\n",
        "text around": f"Certificate Request:\n    Data: ...\n{plain}-- \n",
        "old label": plain.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"),
        "no line end": plain.rstrip("\n"),
        "wide lines": foreign.pem("CERTIFICATE REQUEST", octets, width=76),
    }[dress]
    shown = show(sdk.scm, upload(sdk.scm, dressed).id)
    assert openssl.request_signature_holds(shown.csr)
    assert "\r" not in shown.csr
    assert shown.csr.endswith("-----\n")


def test_an_sm2_request_with_the_empty_id_is_accepted_as_openssl_makes_it(sdk: Sdk) -> None:
    csr = foreign.request(foreign.shared_key("SM2"), sm2_id=None)
    assert show(sdk.scm, upload(sdk.scm, csr).id).private_key_algo == "SM2"


def test_a_key_of_another_pair_is_refused(sdk: Sdk) -> None:
    csr = foreign.request(foreign.shared_key("EC_P256"))
    answers.sdk_refused(lambda: upload(sdk.scm, csr, foreign.key("EC_P256")), 400, "SCM.0014")


def test_a_key_of_another_algorithm_is_refused(sdk: Sdk) -> None:
    csr = foreign.request(foreign.shared_key("EC_P256"))
    other = foreign.shared_key("RSA_2048")
    answers.sdk_refused(lambda: upload(sdk.scm, csr, other), 400, "SCM.0014")


def test_an_encrypted_key_is_refused_as_unreadable(sdk: Sdk) -> None:
    key = foreign.shared_key("EC_P256")
    locked = foreign.encrypted(key)
    answers.sdk_refused(lambda: upload(sdk.scm, foreign.request(key), locked), 400, "SCM.0012")


@pytest.mark.parametrize(
    "key", ["key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_a_key_that_is_none_is_refused_as_unreadable(sdk: Sdk, key: str) -> None:
    csr = foreign.request(foreign.shared_key("EC_P256"))
    answers.sdk_refused(lambda: upload(sdk.scm, csr, key), 400, "SCM.0012")


@pytest.mark.parametrize("algorithm", ["RSA_1024", "EC_P521", "ED25519"])
def test_an_algorithm_that_the_interface_does_not_name_is_refused(sdk: Sdk, algorithm: str) -> None:
    csr = foreign.request(foreign.shared_key(algorithm))
    error = answers.sdk_refused(lambda: upload(sdk.scm, csr), 400, "SCM.0005")
    assert "csr" in error.error_msg


@pytest.mark.parametrize("algorithm", ["RSA_2048", "EC_P256", "SM2"])
def test_a_request_whose_signature_is_wrong_is_refused(sdk: Sdk, algorithm: str) -> None:
    csr = foreign.broken_signature(foreign.request(foreign.shared_key(algorithm)))
    error = answers.sdk_refused(lambda: upload(sdk.scm, csr), 400, "SCM.0005")
    assert "csr" in error.error_msg


def test_an_sm2_request_signed_for_another_id_is_refused(sdk: Sdk) -> None:
    csr = foreign.request(foreign.shared_key("SM2"), sm2_id="8765432187654321")
    answers.sdk_refused(lambda: upload(sdk.scm, csr), 400, "SCM.0005")


def test_a_request_that_names_nothing_is_refused(sdk: Sdk) -> None:
    csr = foreign.request(foreign.shared_key("EC_P256"), "/O=Nameless")
    answers.sdk_refused(lambda: upload(sdk.scm, csr), 400, "SCM.0005")


def test_a_token_uploads_too(token_sdk: Sdk) -> None:
    assert upload(token_sdk.scm, foreign.request(foreign.shared_key("EC_P256"))).status_code == 200
