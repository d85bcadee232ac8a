"""Complete CRLs, judged by GnuTLS, NSS and Bouncy Castle as published on the public listener."""

from __future__ import annotations

import pathlib

import pytest

from readers import bouncy, gnutls, nss
from world import Family


def test_gnutls_takes_the_crl_for_the_ca_s(family: Family, place: pathlib.Path) -> None:
    verdict = gnutls.crl(place, family.ca_crl(), family.ca)
    assert verdict.ok and "Verified." in verdict.text, verdict.text
    assert not gnutls.crl(place, family.ca_crl(), family.root).ok


def test_gnutls_tells_the_revoked_from_the_good(family: Family, place: pathlib.Path) -> None:
    crl = family.ca_crl()
    good = gnutls.certificate(place, [family.good.pem, family.ca], family.root, crl)
    assert good.ok and "Verified." in good.text, good.text
    bad = gnutls.certificate(place, [family.bad.pem, family.ca], family.root, crl)
    assert not bad.ok and "revoked" in bad.text, bad.text


def test_nss_takes_the_crl_and_tells_the_revoked_from_the_good(
    family: Family, place: pathlib.Path
) -> None:
    database = nss.Database(place / "nss")
    database.add("root", family.root, "CT,,")
    database.add("ca", family.ca)
    database.add("good", family.good.pem)
    database.add("bad", family.bad.pem)
    assert database.judge("bad").ok, "without a CRL nothing is known"
    taken = database.add_crl(family.ca_crl())
    assert taken.ok, taken.text
    good = database.judge("good")
    assert good.ok, good.text
    bad = database.judge("bad")
    assert not bad.ok and "revoked" in bad.text, bad.text


def test_nss_fetches_the_crl_from_where_the_certificate_says(
    family: Family, place: pathlib.Path
) -> None:
    family.ca_crl()
    database = nss.Database(place / "nss")
    database.add("root", family.root, "CT,,")
    good = database.judge_freshly(family.good.pem, family.ca, method="crl")
    assert good.ok and "Chain is good!" in good.text, good.text
    bad = database.judge_freshly(family.bad.pem, family.ca, method="crl")
    assert not bad.ok and "revoked" in bad.text, bad.text


def test_bouncy_castle_checks_every_certificate_by_its_issuer_s_crl(
    family: Family, place: pathlib.Path
) -> None:
    crls = [family.ca_crl(), family.root_crl()]
    good = bouncy.chain_with_crls(place, [family.good.pem, *family.chain], crls)
    assert good.ok and "chain holds" in good.text, good.text
    bad = bouncy.chain_with_crls(place, [family.bad.pem, *family.chain], crls)
    assert not bad.ok and "revocation" in bad.text, bad.text


def test_bouncy_castle_misses_the_crl_of_the_other_ca(family: Family, place: pathlib.Path) -> None:
    crls = [family.root_crl()]
    verdict = bouncy.chain_with_crls(place, [family.good.pem, *family.chain], crls)
    assert not verdict.ok and "No CRLs found" in verdict.text, verdict.text


@pytest.mark.parametrize("reader", [gnutls.crl, bouncy.crl])
def test_a_crl_with_one_bit_changed_is_nobody_s(
    family: Family, reader: object, place: pathlib.Path
) -> None:
    crl = family.ca_crl()
    broken = crl[:-1] + bytes([crl[-1] ^ 1])
    assert callable(reader)
    assert not reader(place, broken, family.ca).ok
