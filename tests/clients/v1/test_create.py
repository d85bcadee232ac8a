"""`POST /v1/private-certificate-authorities`"""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from huaweicloudsdkccm.v1 import CrlConfiguration, Validity

from harness import answers
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    export_chain,
    show,
    subject_rdns,
    years,
)
from harness.sdk import Sdk
from oracles import openssl, pyca
from oracles.judge import judge_chain

FAMILY = {"RSA2048": "RSA", "RSA4096": "RSA", "EC256": "EC", "EC384": "EC", "SM2": "SM2"}
KEY = {
    "RSA2048": "RSA_2048",
    "RSA4096": "RSA_4096",
    "EC256": "EC_P256",
    "EC384": "EC_P384",
    "SM2": "SM2",
}
HASHES = ["SHA256", "SHA384", "SHA512"]
PAIRS = [(key, name) for key in FAMILY if key != "SM2" for name in HASHES] + [("SM2", "SM3")]


@pytest.mark.parametrize(("key", "hash_name"), PAIRS)
def test_a_root_has_the_key_and_the_hash_that_were_asked_for(
    sdk: Sdk, key: str, hash_name: str
) -> None:
    name = f"Root {key} {hash_name}"
    ca_id = create_root(sdk.ccm, name, key_algorithm=key, signature_algorithm=hash_name)
    assert answers.CA_ID.fullmatch(ca_id)
    chain = export_chain(sdk.ccm, ca_id)
    assert len(chain) == 1
    judge_chain(chain)
    certificate = pyca.certificate(chain[0])
    assert pyca.signature_algorithm(certificate) == (FAMILY[key], hash_name)
    assert pyca.key_algorithm(certificate) == KEY[key]
    assert pyca.rdns(certificate.subject) == subject_rdns(name)


def test_a_root_has_the_extensions_of_a_root_and_no_others(sdk: Sdk) -> None:
    [pem] = export_chain(sdk.ccm, create_root(sdk.ccm, "Root With Extensions"))
    certificate = pyca.certificate(pem)
    found = {e.oid: (e.critical, e.value) for e in certificate.extensions}
    ski = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())
    assert found == {
        x509.BasicConstraints.oid: (True, x509.BasicConstraints(ca=True, path_length=None)),
        x509.KeyUsage.oid: (
            True,
            x509.KeyUsage(True, False, False, False, False, True, True, False, False),
        ),
        x509.SubjectKeyIdentifier.oid: (False, ski),
        x509.AuthorityKeyIdentifier.oid: (
            False,
            x509.AuthorityKeyIdentifier(ski.digest, None, None),
        ),
    }


def test_a_serial_number_has_twenty_octets_and_is_shown_as_it_is(sdk: Sdk) -> None:
    ca_id = create_root(sdk.ccm, "Root With Serial")
    shown = show(sdk.ccm, ca_id).serial_number
    assert answers.SERIAL.fullmatch(shown)
    assert pyca.certificate(export_chain(sdk.ccm, ca_id)[0]).serial_number == int(shown, 16)


def test_a_subject_is_written_in_utf8_but_for_the_country(sdk: Sdk) -> None:
    [pem] = export_chain(sdk.ccm, create_root(sdk.ccm, "根证书 Root"))
    certificate = pyca.certificate(pem)
    assert pyca.rdns(certificate.subject)[0] == ("CN", "根证书 Root")
    types = pyca.string_types(certificate.subject)
    assert types.pop("C") == "PrintableString"
    assert set(types.values()) == {"UTF8String"}


@pytest.mark.parametrize(
    ("validity", "length"),
    [
        (Validity(type="HOUR", value=5), datetime.timedelta(hours=5)),
        (Validity(type="DAY", value=40), datetime.timedelta(days=40)),
        (Validity(type="MONTH", value=2), datetime.timedelta(days=62)),
    ],
)
def test_a_validity_is_counted_in_its_unit(
    sdk: Sdk, validity: Validity, length: datetime.timedelta
) -> None:
    ca_id = create_root(sdk.ccm, f"Root For {validity.type}", validity=validity)
    certificate = pyca.certificate(export_chain(sdk.ccm, ca_id)[0])
    backdated = datetime.timedelta(seconds=60)
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc == length + backdated


def test_a_year_is_twelve_calendar_months(sdk: Sdk) -> None:
    certificate = pyca.certificate(
        export_chain(sdk.ccm, create_root(sdk.ccm, "Root For Years", validity=years(30)))[0]
    )
    start = certificate.not_valid_before_utc + datetime.timedelta(seconds=60)
    end = certificate.not_valid_after_utc
    assert (end.year - start.year, end.month) == (30, start.month)


def test_a_start_in_the_future_is_kept_to_the_second(sdk: Sdk) -> None:
    start = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=3)).replace(
        microsecond=0
    )
    wanted = Validity(type="DAY", value=10, start_from=int(start.timestamp() * 1000))
    ca_id = create_root(sdk.ccm, "Root From Thursday", validity=wanted)
    shown = show(sdk.ccm, ca_id)
    assert shown.not_before == int(start.timestamp() * 1000)
    assert shown.not_after - shown.not_before == 10 * 86_400_000


@pytest.mark.parametrize(
    ("key", "parent_key", "hash_name"),
    [("EC256", "RSA2048", "SHA512"), ("RSA2048", "EC384", "SHA256"), ("SM2", "SM2", "SM3")],
)
def test_an_active_subordinate_is_signed_with_its_parents_key(
    sdk: Sdk, key: str, parent_key: str, hash_name: str
) -> None:
    root = create_root(sdk.ccm, f"Parent {parent_key} of {key}", key_algorithm=parent_key)
    child = create_subordinate(
        sdk.ccm,
        f"Child {key} of {parent_key}",
        root,
        key_algorithm=key,
        signature_algorithm=hash_name,
    )
    chain = export_chain(sdk.ccm, child)
    assert len(chain) == 2
    judge_chain(chain)
    certificate = pyca.certificate(chain[0])
    assert pyca.signature_algorithm(certificate) == (FAMILY[parent_key], hash_name)
    assert pyca.key_algorithm(certificate) == KEY[key]
    assert chain[1:] == export_chain(sdk.ccm, root)


def test_a_path_length_is_in_the_certificate_and_openssl_keeps_to_it(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Depth Root")
    middle = create_subordinate(sdk.ccm, "Depth 1", root, path_length=1)
    last = create_subordinate(sdk.ccm, "Depth 0", middle, path_length=0)
    chain = export_chain(sdk.ccm, last)
    judge_chain(chain)
    lengths = [
        pyca.certificate(pem)
        .extensions.get_extension_for_class(x509.BasicConstraints)
        .value.path_length
        for pem in chain
    ]
    assert lengths == [0, 1, None]
    assert openssl.chain_verdict(chain[0], chain[1:]).endswith(": OK")


def test_a_child_below_path_length_zero_is_refused(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Short Root")
    last = create_subordinate(sdk.ccm, "Short Child", root)
    error = answers.sdk_error(lambda: create_subordinate(sdk.ccm, "Too Deep", last))
    assert (error.status_code, error.error_code[:8]) == (400, "PCA.0002")
    assert "path length" in error.error_msg


def test_a_child_that_would_outlive_its_parent_is_refused(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Brief Root", validity=years(1))
    answers.sdk_refused(
        lambda: create_subordinate(sdk.ccm, "Long Child", root, validity=years(2)),
        400,
        "PCA.00020109",
    )


def test_key_usages_of_a_subordinate_are_kept_beside_those_that_a_ca_must_have(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Usage Root")
    child = create_subordinate(sdk.ccm, "Usage Child", root, key_usages=["cRLSign"])
    certificate = pyca.certificate(export_chain(sdk.ccm, child)[0])
    extension = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert extension.critical
    assert extension.value == x509.KeyUsage(
        False, False, False, False, False, True, True, False, False
    )


@pytest.mark.parametrize("missing", ["issuer_id", "signature_algorithm", "validity"])
def test_a_subordinate_that_lacks_one_of_three_things_is_pending(sdk: Sdk, missing: str) -> None:
    complete = {
        "issuer_id": create_root(sdk.ccm, f"Root Without {missing}"),
        "signature_algorithm": "SHA256",
        "validity": years(2),
    }
    del complete[missing]
    ca_id = create_pending(sdk.ccm, f"Pending Without {missing}", **complete)
    assert show(sdk.ccm, ca_id).status == "PENDING"


def test_a_crl_in_a_bucket_that_is_not_there_is_refused_with_a_reason(sdk: Sdk) -> None:
    crl = CrlConfiguration(enabled=True, obs_bucket_name="bucket", valid_days=7)
    error = answers.sdk_refused(
        lambda: create_root(sdk.ccm, "Root With CRL", crl_configuration=crl), 403, "PCA.00030501"
    )
    assert "bucket" in error.error_msg


def test_a_crl_that_is_switched_off_may_be_named(sdk: Sdk) -> None:
    ca_id = create_root(
        sdk.ccm, "Root Without CRL", crl_configuration=CrlConfiguration(enabled=False)
    )
    assert show(sdk.ccm, ca_id).crl_configuration.enabled is False


def test_a_token_creates_as_well_as_a_signature(token_sdk: Sdk) -> None:
    ca_id = create_root(token_sdk.ccm, "Root By Token")
    assert show(token_sdk.ccm, ca_id).domain_id == token_sdk.account.account_id


def test_a_region_object_and_an_iam_endpoint_do_as_well_as_the_environment(sdk: Sdk) -> None:
    client = sdk.ccm_by_region_object()
    assert show(client, create_root(client, "Root By Region Object")).type == "ROOT"


def test_names_need_not_be_unique(sdk: Sdk) -> None:
    assert create_root(sdk.ccm, "Twin") != create_root(sdk.ccm, "Twin")


def test_a_child_named_as_its_parent_is_refused(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Self Named")
    answers.sdk_refused(
        lambda: create_subordinate(sdk.ccm, "Self Named", root), 400, "PCA.00020101"
    )
