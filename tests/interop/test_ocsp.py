"""OCSP answers, asked for and judged by GnuTLS, NSS and Bouncy Castle."""

from __future__ import annotations

import pathlib

import pytest

from readers import bouncy, gnutls, nss
from world import Family, ask


def test_gnutls_asks_where_the_certificate_says(family: Family, place: pathlib.Path) -> None:
    good = gnutls.ask(place, family.good.pem, family.ca, family.root)
    assert "Certificate Status: good" in good.text, good.text
    assert "Verifying OCSP Response: Success" in good.text, good.text
    bad = gnutls.ask(place, family.bad.pem, family.ca, family.root)
    assert "Certificate Status: revoked" in bad.text, bad.text
    assert "Verifying OCSP Response: Success" in bad.text, bad.text


def test_nss_asks_where_the_certificate_says(family: Family, place: pathlib.Path) -> None:
    database = nss.Database(place / "nss")
    database.add("root", family.root, "CT,,")
    good = database.judge_freshly(family.good.pem, family.ca, method="ocsp")
    assert good.ok and "Chain is good!" in good.text, good.text
    bad = database.judge_freshly(family.bad.pem, family.ca, method="ocsp")
    assert not bad.ok and "revoked" in bad.text, bad.text


@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_bouncy_castle_trusts_the_responder_and_reads_its_answer(
    family: Family, digest: str, place: pathlib.Path
) -> None:
    assert judged(place, family, family.good.pem, digest) == "good"
    assert judged(place, family, family.bad.pem, digest) == "revoked 1"


def test_the_root_answers_for_the_ca(family: Family, place: pathlib.Path) -> None:
    request = bouncy.ocsp_request(place, family.ca, family.root)
    verdict = bouncy.ocsp(place, family.ca, family.root, request, ask(family.ca, request))
    assert verdict.ok and verdict.text.strip() == "good", verdict.text


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sm3"])
def test_bouncy_castle_trusts_answers_signed_with_sm2(
    sm2: Family, digest: str, place: pathlib.Path
) -> None:
    assert judged(place, sm2, sm2.good.pem, digest) == "good"
    assert judged(place, sm2, sm2.bad.pem, digest) == "revoked 1"
    assert sm2.bad.enc_pem is not None
    assert judged(place, sm2, sm2.bad.enc_pem, digest) == "revoked 1"


def test_bouncy_castle_refuses_an_answer_with_one_bit_changed(
    elliptic: Family, place: pathlib.Path
) -> None:
    request = bouncy.ocsp_request(place, elliptic.good.pem, elliptic.ca)
    answer = ask(elliptic.good.pem, request)
    # An octet of the nonce that the answer repeats: asked for by nobody, and not what was signed.
    at = answer.index(request[-32:])
    broken = answer[:at] + bytes([answer[at] ^ 1]) + answer[at + 1 :]
    assert not bouncy.ocsp(place, elliptic.good.pem, elliptic.ca, request, broken).ok


def judged(place: pathlib.Path, family: Family, pem: str, digest: str) -> str:
    request = bouncy.ocsp_request(place, pem, family.ca, digest=digest)
    verdict = bouncy.ocsp(place, pem, family.ca, request, ask(pem, request))
    assert verdict.ok, verdict.text
    return verdict.text.strip()
