"""`POST /v1/private-certificates`"""

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from huaweicloudsdkccm.v1 import (
    CertDistinguishedName,
    CreateCertificateRequest,
    CreateCertificateRequestBody,
    CustomizedExtension,
    ExtendedKeyUsage,
    ShowCertificateRequest,
    SubjectAlternativeName,
    Validity,
)

from harness import answers, exports
from harness.authorities import create_root, create_subordinate, export_chain, subject_rdns
from harness.sdk import Sdk
from oracles import lint, openssl, pyca
from oracles.judge import judge_chain

FAMILY = {"RSA2048": "RSA", "RSA4096": "RSA", "EC256": "EC", "EC384": "EC"}
KEY = {"RSA2048": "RSA_2048", "RSA4096": "RSA_4096", "EC256": "EC_P256", "EC384": "EC_P384"}
HASHES = ["SHA256", "SHA384", "SHA512"]
NAME = "www.example.com"


def create(sdk: Sdk, issuer: str, **body: Any) -> str:
    request = CreateCertificateRequestBody(
        issuer_id=issuer,
        validity=Validity(type="YEAR", value=1),
        distinguished_name=CertDistinguishedName(common_name=NAME),
        **body,
    )
    made = sdk.ccm.create_certificate(CreateCertificateRequest(body=request))
    assert made.status_code == 200
    return str(made.certificate_id)


def leaf(sdk: Sdk, certificate_id: str) -> str:
    return exports.fields(sdk.ccm, certificate_id, "OTHER")["certificate"]


@pytest.fixture(scope="module")
def issuers(sdk: Sdk) -> dict[str, str]:
    """A subordinate CA of each kind of key."""
    made = {}
    for key in FAMILY:
        root = create_root(sdk.ccm, f"Issuing Root {key}", key_algorithm=key)
        made[key] = create_subordinate(sdk.ccm, f"Issuing {key}", root, key_algorithm=key)
    return made


@pytest.mark.parametrize("hash_name", HASHES)
@pytest.mark.parametrize("key", FAMILY)
@pytest.mark.parametrize("issuer", FAMILY)
def test_each_issuer_signs_each_key_with_each_hash(
    sdk: Sdk, issuers: dict[str, str], issuer: str, key: str, hash_name: str
) -> None:
    ca = issuers[issuer]
    made = create(sdk, ca, key_algorithm=key, signature_algorithm=hash_name)
    assert answers.CA_ID.fullmatch(made)
    pem = leaf(sdk, made)
    judge_chain([pem, *export_chain(sdk.ccm, ca)])
    certificate = pyca.certificate(pem)
    assert pyca.signature_algorithm(certificate) == (FAMILY[issuer], hash_name)
    assert pyca.key_algorithm(certificate) == KEY[key]
    assert pyca.rdns(certificate.subject) == subject_rdns(NAME)


def test_a_plain_one_has_the_extensions_of_a_leaf_and_no_others(
    sdk: Sdk, issuers: dict[str, str]
) -> None:
    certificate = pyca.certificate(leaf(sdk, create(sdk, issuers["EC256"])))
    found = {e.oid: (e.critical, e.value) for e in certificate.extensions}
    ski = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())
    above = pyca.certificate(export_chain(sdk.ccm, issuers["EC256"])[0])
    issuer = above.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    aki = x509.AuthorityKeyIdentifier(issuer.digest, None, None)
    # Where the server is reached by others decides whether it names an address.
    found.pop(x509.AuthorityInformationAccess.oid, None)
    assert found == {
        x509.BasicConstraints.oid: (False, x509.BasicConstraints(ca=False, path_length=None)),
        x509.SubjectKeyIdentifier.oid: (False, ski),
        x509.AuthorityKeyIdentifier.oid: (False, aki),
    }


def test_all_that_is_asked_for_is_in_it(sdk: Sdk, issuers: dict[str, str]) -> None:
    names = [
        ("DNS", "*.example.com"),
        ("DNS", "xn--bcher-kva.example"),
        ("IP", "192.0.2.1"),
        ("IP", "2001:db8::1"),
        ("EMAIL", "a@example.com"),
        ("URI", "https://example.com/a"),
        ("URI", "spiffe://example.com/workload"),
        ("DNS", "*.EXAMPLE.com"),
    ]
    made = create(
        sdk,
        issuers["EC256"],
        key_usages=["digitalSignature", "keyAgreement"],
        subject_alternative_names=[SubjectAlternativeName(type=t, value=v) for t, v in names],
        extended_key_usage=ExtendedKeyUsage(server_auth=True, client_auth=True),
        customized_extension=CustomizedExtension(object_identifier="1.2.3.4", value="hello"),
    )
    pem = leaf(sdk, made)
    issuer = export_chain(sdk.ccm, issuers["EC256"])[0]
    assert openssl.link_holds(pem, issuer)
    assert pyca.link_holds(pem, issuer)
    assert lint.unexpected_findings(pem) == set(lint.NAME_EXCEPTIONS)
    extensions = pyca.certificate(pem).extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value == x509.KeyUsage(
        True, False, False, False, True, False, False, False, False
    )
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert not purposes.critical
    expected = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    assert list(purposes.value) == expected
    alternative = extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert not alternative.critical
    assert len(list(alternative.value)) == len(names) - 1
    own = extensions.get_extension_for_oid(x509.ObjectIdentifier("1.2.3.4"))
    assert own.value.public_bytes() == b"\x0c\x05hello"


def test_time_stamping_alone_is_critical(sdk: Sdk, issuers: dict[str, str]) -> None:
    made = create(sdk, issuers["EC256"], extended_key_usage=ExtendedKeyUsage(time_stamping=True))
    extensions = pyca.certificate(leaf(sdk, made)).extensions
    assert extensions.get_extension_for_class(x509.ExtendedKeyUsage).critical


def test_the_certificate_is_shown_as_it_was_signed(sdk: Sdk, issuers: dict[str, str]) -> None:
    made = create(sdk, issuers["EC384"])
    shown = sdk.ccm.show_certificate(ShowCertificateRequest(certificate_id=made))
    certificate = pyca.certificate(leaf(sdk, made))
    assert int(shown.serial_number, 16) == certificate.serial_number
    assert answers.SERIAL.fullmatch(shown.serial_number)
    assert shown.not_before == certificate.not_valid_before_utc.timestamp() * 1000
    assert shown.not_after == certificate.not_valid_after_utc.timestamp() * 1000
    assert (shown.key_algorithm, shown.signature_algorithm) == ("EC384", "SHA256")
    assert (shown.status, shown.gen_mode) == ("ISSUED", "GENERATE")
    assert shown.distinguished_name.locality == "Chengdu"


def test_an_sm2_issuer_signs_both_of_a_pair(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Pair Root", key_algorithm="SM2")
    made = create(sdk, root)
    texts = exports.fields(sdk.ccm, made, "OTHER", is_sm_standard="false")
    [issuer] = export_chain(sdk.ccm, root)
    for pem in (texts["certificate"], texts["enc_certificate"]):
        assert openssl.link_holds(pem, issuer)
    shown = sdk.ccm.show_certificate(ShowCertificateRequest(certificate_id=made))
    assert shown.enc_cert_info.enc_serial_number != shown.serial_number
