"""SM2: chains and CRLs by Bouncy Castle, signatures by openssl, envelopes by Go's gmsm."""

from __future__ import annotations

import base64
import pathlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import ocsp

from harness import foreign
from harness.exports import issue_by_csr
from harness.sdk import Sdk
from oracles import openssl, pyca
from readers import bouncy, go
from readers.command import run
from world import Family, Leaf, ask, exported_texts


@pytest.fixture
def pair(sm2: Family) -> tuple[str, str]:
    """The signing and the encryption certificate of one dual certificate."""
    assert sm2.good.enc_pem is not None
    return sm2.good.pem, sm2.good.enc_pem


def test_both_certificates_of_a_pair_hold_link_by_link(sm2: Family, pair: tuple[str, str]) -> None:
    for pem in pair:
        assert openssl.link_holds(pem, sm2.ca)
    assert openssl.link_holds(sm2.ca, sm2.root)


def test_both_chains_of_a_pair_hold_for_bouncy_castle(
    sm2: Family, pair: tuple[str, str], place: pathlib.Path
) -> None:
    for pem in pair:
        verdict = bouncy.chain(place, [pem, *sm2.chain])
        assert verdict.ok and "chain holds" in verdict.text, verdict.text


def test_the_crl_is_signed_with_sm3_over_the_standard_id(sm2: Family, place: pathlib.Path) -> None:
    crl = x509.load_der_x509_crl(sm2.ca_crl())
    said = sm3_verdict(place, sm2.ca, crl.tbs_certlist_bytes, crl.signature)
    assert "Verified OK" in said, said
    assert "Verified OK" not in sm3_verdict(place, sm2.root, crl.tbs_certlist_bytes, crl.signature)


def test_the_ocsp_answer_is_signed_with_sm3_over_the_standard_id(
    sm2: Family, place: pathlib.Path
) -> None:
    request = bouncy.ocsp_request(place, sm2.bad.pem, sm2.ca)
    answer = ocsp.load_der_ocsp_response(ask(sm2.bad.pem, request))
    [responder] = answer.certificates
    pem = responder.public_bytes(serialization.Encoding.PEM).decode()
    assert openssl.link_holds(pem, sm2.ca)
    said = sm3_verdict(place, pem, answer.tbs_response_bytes, answer.signature)
    assert "Verified OK" in said, said


def test_bouncy_castle_checks_both_certificates_by_the_crls(
    sm2: Family, pair: tuple[str, str], place: pathlib.Path
) -> None:
    crls = [sm2.ca_crl(), sm2.root_crl()]
    assert sm2.bad.enc_pem is not None
    for pem in pair:
        good = bouncy.chain_with_crls(place, [pem, *sm2.chain], crls)
        assert good.ok, good.text
    for pem in (sm2.bad.pem, sm2.bad.enc_pem):
        bad = bouncy.chain_with_crls(place, [pem, *sm2.chain], crls)
        assert not bad.ok and "revocation" in bad.text, bad.text


def test_gmsm_opens_the_enveloped_key(sdk: Sdk, sm2: Family, place: pathlib.Path) -> None:
    exported = exported_texts(sdk, sm2.good.certificate_id, is_sm_standard="true")
    verdict = go.enveloped_key(place, sm2.good.key, exported.enc_sm2_enveloped_key)
    assert verdict.ok, verdict.text
    assert public_point(verdict.text) == certified_point(sm2.good)


def test_openssl_opens_the_enveloped_key_in_the_three_steps_of_the_documents(
    sdk: Sdk, sm2: Family, place: pathlib.Path
) -> None:
    exported = exported_texts(sdk, sm2.good.certificate_id, is_sm_standard="true")
    enveloped = base64.b64decode(exported.enc_sm2_enveloped_key)
    (place / "enveloped").write_bytes(enveloped)
    (place / "key").write_text(sm2.good.key)
    # The last BIT STRING ends the structure.
    (place / "scalar").write_bytes(enveloped[-32:])
    cut = ("-strparse", "15", "-noout", "-out", "wrapped")
    for step in (
        ("asn1parse", "-inform", "DER", "-in", "enveloped", *cut),
        ("pkeyutl", "-decrypt", "-inkey", "key", "-in", "wrapped", "-out", "sm4"),
    ):
        done = run("openssl", *step, place=place)
        assert done.ok, done.text
    sm4 = (place / "sm4").read_bytes().hex()
    decrypting = ("enc", "-d", "-sm4-ecb", "-nopad", "-K", sm4, "-in", "scalar", "-out", "opened")
    done = run("openssl", *decrypting, place=place)
    assert done.ok, done.text
    opened = (place / "opened").read_bytes().hex()
    assert public_point(opened) == certified_point(sm2.good)


def test_gmsm_opens_and_verifies_the_signed_and_enveloped_data(
    sdk: Sdk, sm2: Family, place: pathlib.Path
) -> None:
    exported = exported_texts(sdk, sm2.good.certificate_id, is_sm_standard="true")
    verdict = go.signed_and_enveloped(
        place, sm2.good.key, sm2.good.pem, sm2.ca, exported.signed_and_enveloped_data
    )
    assert verdict.ok, verdict.text
    assert public_point(verdict.text) == certified_point(sm2.good)


def test_gmsm_opens_the_envelopes_for_a_key_made_elsewhere(
    sdk: Sdk, sm2: Family, place: pathlib.Path
) -> None:
    key = foreign.key("SM2")
    csr = foreign.request(key, "/CN=elsewhere.example.org")
    made = issue_by_csr(sdk.ccm, sm2.ca_id, csr)
    exported = exported_texts(sdk, made, is_sm_standard="true")
    [certificate] = pyca.blocks(exported.certificate)
    [encryption] = pyca.blocks(exported.enc_certificate)
    assert not exported.private_key
    certified = openssl.public_key_of_certificate(encryption)
    enveloped = go.enveloped_key(place, key, exported.enc_sm2_enveloped_key)
    assert enveloped.ok, enveloped.text
    assert public_point(enveloped.text) == certified
    signed = go.signed_and_enveloped(
        place, key, certificate, sm2.ca, exported.signed_and_enveloped_data
    )
    assert signed.ok, signed.text
    assert public_point(signed.text) == certified


def test_gmsm_opens_nothing_with_the_key_of_another_certificate(
    sdk: Sdk, sm2: Family, place: pathlib.Path
) -> None:
    exported = exported_texts(sdk, sm2.good.certificate_id, is_sm_standard="true")
    assert not go.enveloped_key(place, sm2.bad.key, exported.enc_sm2_enveloped_key).ok
    assert not go.signed_and_enveloped(
        place, sm2.bad.key, sm2.good.pem, sm2.ca, exported.signed_and_enveloped_data
    ).ok


def sm3_verdict(place: pathlib.Path, signer: str, signed: bytes, signature: bytes) -> str:
    """`openssl dgst -sm3` over the octets that were signed, with the standard user id."""
    (place / "key").write_text(openssl.public_key_of_certificate(signer))
    (place / "signed").write_bytes(signed)
    (place / "signature").write_bytes(signature)
    arguments = ["-sigopt", f"distid:{openssl.SM2_ID}", "-signature", str(place / "signature")]
    done = openssl.openssl(
        "dgst",
        "-sm3",
        "-verify",
        str(place / "key"),
        *arguments,
        str(place / "signed"),
        check=False,
    )
    return done.stdout + done.stderr


def public_point(scalar: str) -> str:
    """The public key of a scalar in hexadecimal, as openssl computes it (SEC1 without a point)."""
    octets = bytes.fromhex(scalar.strip())
    assert len(octets) == 32
    # ECPrivateKey { 1, scalar, [0] the curve's OID }
    sec1 = b"\x02\x01\x01\x04\x20" + octets + bytes.fromhex("a00a06082a811ccf5501822d")
    der = b"\x30" + bytes([len(sec1)]) + sec1
    return openssl.public_key_of_key(foreign.pem("EC PRIVATE KEY", der))


def certified_point(leaf: Leaf) -> str:
    """The public key of the encryption certificate."""
    assert leaf.enc_pem is not None
    return openssl.public_key_of_certificate(leaf.enc_pem)
