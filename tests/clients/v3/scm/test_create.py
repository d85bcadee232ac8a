"""`POST /v3/scm/csr`"""

from __future__ import annotations

import pytest
from huaweicloudsdkcore.signer.algorithm import SigningAlgorithm

from harness import answers
from harness.csrs import COMPANY, create, enterprise_subject, private_key, show
from harness.sdk import Sdk
from harness.server import Credentials, Server
from oracles import openssl, pyca
from oracles.judge import judge_request

HASHES = {
    "RSA_2048": ("RSA", "SHA256"),
    "RSA_3072": ("RSA", "SHA256"),
    "RSA_4096": ("RSA", "SHA256"),
    "EC_P256": ("EC", "SHA256"),
    "EC_P384": ("EC", "SHA384"),
    "SM2": ("SM2", "SM3"),
}


@pytest.mark.parametrize("algorithm", HASHES)
def test_each_algorithm_makes_a_key_and_a_request_that_it_signs(sdk: Sdk, algorithm: str) -> None:
    made = create(sdk.scm, name=f"personal {algorithm}", private_key_algo=algorithm)
    assert made.status_code == 201
    shown = show(sdk.scm, made.id)
    judge_request(
        shown.csr,
        subject=[("CN", "www.example.org")],
        sans=["www.example.org"],
        key_algorithm=algorithm,
        private_key=private_key(sdk.scm, made.id),
    )
    assert pyca.signature_algorithm(pyca.request(shown.csr)) == HASHES[algorithm]


@pytest.mark.parametrize("algorithm", ["RSA_2048", "EC_P256", "SM2"])
def test_an_enterprise_request_bears_the_companys_name(sdk: Sdk, algorithm: str) -> None:
    made = create(
        sdk.scm,
        domain_name="shop.example.org",
        sans="www.shop.example.org,192.0.2.10",
        private_key_algo=algorithm,
        usage="ENTERPRISE",
        **COMPANY,
    )
    judge_request(
        show(sdk.scm, made.id).csr,
        subject=enterprise_subject("shop.example.org"),
        sans=["shop.example.org", "www.shop.example.org", "192.0.2.10"],
        key_algorithm=algorithm,
    )


def test_the_answer_repeats_what_was_asked_and_holds_neither_request_nor_key(sdk: Sdk) -> None:
    made = create(
        sdk.scm, name="shop-2026", sans="a.example.org", usage="ENTERPRISE", **COMPANY
    ).to_dict()
    assert answers.CSR_ID.fullmatch(made.pop("id"))
    created, updated = made.pop("create_time"), made.pop("update_time")
    assert created == updated
    assert answers.is_recent(created)
    assert made == {
        "name": "shop-2026",
        "domain_name": "www.example.org",
        "sans": "a.example.org",
        "private_key_algo": "EC_P256",
        "usage": "ENTERPRISE",
        **COMPANY,
    }


def test_a_personal_request_keeps_company_fields_beside_the_subject(sdk: Sdk) -> None:
    made = create(sdk.scm, **COMPANY)
    assert made.company_name == COMPANY["company_name"]
    request = pyca.request(show(sdk.scm, made.id).csr)
    assert pyca.rdns(request.subject) == [("CN", "www.example.org")]


@pytest.mark.parametrize(
    ("sans", "expected"),
    [
        ("b.example.org,c.example.org", ["b.example.org", "c.example.org"]),
        ("b.example.org;c.example.org", ["b.example.org", "c.example.org"]),
        ("b.example.org c.example.org", ["b.example.org", "c.example.org"]),
        ("b.example.org\nc.example.org", ["b.example.org", "c.example.org"]),
        ("b.example.org, ;\n c.example.org ,", ["b.example.org", "c.example.org"]),
        ("B.example.org,b.EXAMPLE.org,WWW.example.org", ["B.example.org"]),
        ("*.example.org", ["*.example.org"]),
        ("192.0.2.1,2001:db8::1", ["192.0.2.1", "2001:db8::1"]),
        ("xn--bcher-kva.example", ["xn--bcher-kva.example"]),
        ("", []),
    ],
)
def test_additional_names_are_split_kept_in_order_and_not_repeated(
    sdk: Sdk, sans: str, expected: list[str]
) -> None:
    made = create(sdk.scm, sans=sans)
    assert made.sans == sans
    request = pyca.request(show(sdk.scm, made.id).csr)
    assert pyca.alternative_names(request) == ["www.example.org", *expected]


@pytest.mark.parametrize("domain", ["192.0.2.7", "2001:db8::7", "*.example.org", "a_b.example.org"])
def test_a_domain_name_may_be_an_address_or_a_wildcard(sdk: Sdk, domain: str) -> None:
    request = pyca.request(show(sdk.scm, create(sdk.scm, domain_name=domain).id).csr)
    assert pyca.alternative_names(request) == [domain]
    assert pyca.rdns(request.subject) == [("CN", domain)]


def test_a_country_is_printable_and_upper_case_and_the_rest_utf8(sdk: Sdk) -> None:
    made = create(
        sdk.scm, usage="ENTERPRISE", **(COMPANY | {"company_country": "de", "company_city": "北京"})
    )
    subject = pyca.request(show(sdk.scm, made.id).csr).subject
    assert pyca.rdns(subject)[0] == ("C", "DE")
    assert pyca.rdns(subject)[2] == ("L", "北京")
    types = pyca.string_types(subject)
    assert types.pop("C") == "PrintableString"
    assert set(types.values()) == {"UTF8String"}


def test_every_request_has_a_key_of_its_own(sdk: Sdk) -> None:
    keys = {openssl.public_key_of_request(show(sdk.scm, create(sdk.scm).id).csr) for _ in range(5)}
    assert len(keys) == 5


def test_the_enterprise_profile_fills_what_the_request_leaves_out(server: Server, sdk: Sdk) -> None:
    profile = server.create_account(
        "profiled",
        "--company-country",
        "FR",
        "--company-province",
        "Bretagne",
        "--company-city",
        "Brest",
        "--company-name",
        "Exemple SA",
    )
    made = create(Sdk(server, profile).scm, usage="ENTERPRISE", company_city="Rennes")
    filled = (made.company_country, made.company_province, made.company_city, made.company_name)
    assert filled == ("FR", "Bretagne", "Rennes", "Exemple SA")


def test_without_a_profile_the_missing_company_fields_are_named(neighbour_sdk: Sdk) -> None:
    error = answers.sdk_refused(
        lambda: create(neighbour_sdk.scm, usage="ENTERPRISE", company_city="Rennes"),
        400,
        "SCM.0005",
    )
    for field in ("company_country", "company_province", "company_name"):
        assert field in error.error_msg
    assert "company_city" not in error.error_msg


def test_a_token_creates_as_well_as_a_signature(token_sdk: Sdk) -> None:
    assert create(token_sdk.scm).status_code == 201


def test_a_signature_with_sm3_is_accepted(server: Server, account: Credentials) -> None:
    sdk = Sdk(server, account, signing=SigningAlgorithm.HMAC_SM3)
    assert create(sdk.scm).status_code == 201
