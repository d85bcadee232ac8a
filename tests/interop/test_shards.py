"""Sharded CRLs: which clients they suit, and which they do not."""

from __future__ import annotations

import dataclasses
import pathlib

import pytest

from harness import foreign
from oracles.openssl import openssl
from readers import bouncy, gnutls, nss
from readers.command import Verdict
from sharded import Sharded


def test_a_certificate_names_its_shard_and_the_complete_crl_covers_all(shards: Sharded) -> None:
    assert shards.right != shards.wrong
    assert shards.right_names_the_revoked
    assert shards.complete_names_the_revoked


def by_openssl(shards: Sharded, place: pathlib.Path, crls: list[bytes]) -> Verdict:
    """`openssl verify -crl_check` of the revoked certificate."""
    texts = "".join(foreign.pem("X509 CRL", crl) for crl in crls)
    (place / "trusted.pem").write_text(shards.root + texts)
    (place / "ca.pem").write_text(shards.ca)
    arguments = ["-crl_check", "-CAfile", str(place / "trusted.pem")]
    done = openssl(
        "verify",
        *arguments,
        "-untrusted",
        str(place / "ca.pem"),
        input=shards.revoked.pem,
        check=False,
    )
    return Verdict(done.returncode, done.stdout + done.stderr)


def test_openssl_finds_the_revoked_on_its_shard_and_refuses_to_judge_by_another(
    shards: Sharded, place: pathlib.Path
) -> None:
    right = by_openssl(shards, place, [shards.right])
    assert not right.ok and "error 23 " in right.text, right.text
    wrong = by_openssl(shards, place, [shards.wrong])
    assert not wrong.ok and "error 44 " in wrong.text, wrong.text
    several = by_openssl(shards, place, [shards.wrong, shards.right])
    assert not several.ok and "error 23 " in several.text, several.text
    complete = by_openssl(shards, place, [shards.complete])
    assert not complete.ok and "error 23 " in complete.text, complete.text


def test_bouncy_castle_finds_the_revoked_on_its_shard_and_refuses_to_judge_by_another(
    shards: Sharded, place: pathlib.Path
) -> None:
    chain = [shards.revoked.pem, shards.ca, shards.root]
    right = bouncy.chain_with_crls(place, chain, [shards.root_crl, shards.right])
    assert not right.ok and "Certificate revocation after" in right.text, right.text
    wrong = bouncy.chain_with_crls(place, chain, [shards.root_crl, shards.wrong])
    assert not wrong.ok and "Certificate revocation after" not in wrong.text, wrong.text
    good = [shards.good.pem, shards.ca, shards.root]
    other = bouncy.chain_with_crls(place, good, [shards.root_crl, shards.wrong])
    assert other.ok, other.text


def test_gnutls_ignores_which_certificates_a_shard_covers(
    shards: Sharded, place: pathlib.Path
) -> None:
    chain = [shards.revoked.pem, shards.ca]
    right = gnutls.certificate(place, chain, shards.root, shards.right)
    assert not right.ok and "revoked" in right.text, right.text
    # The reason why shards are a switch: given another shard, it trusts a revoked certificate.
    wrong = gnutls.certificate(place, chain, shards.root, shards.wrong)
    assert wrong.ok, wrong.text
    complete = gnutls.certificate(place, chain, shards.root, shards.complete)
    assert not complete.ok and "revoked" in complete.text, complete.text


def test_nss_refuses_shards_and_takes_the_complete_crl(
    shards: Sharded, place: pathlib.Path
) -> None:
    database = nss.Database(place / "nss")
    database.add("root", shards.root, "CT,,")
    database.add("ca", shards.ca)
    database.add("revoked", shards.revoked.pem)
    refused = database.add_crl(shards.right)
    assert not refused.ok and "critical extension" in refused.text, refused.text
    assert database.judge("revoked").ok, "without a CRL nothing is known"
    taken = database.add_crl(shards.complete)
    assert taken.ok, taken.text
    judged = database.judge("revoked")
    assert not judged.ok and "revoked" in judged.text, judged.text


@pytest.mark.parametrize("which", ["right", "wrong"])
def test_gnutls_and_bouncy_castle_take_a_shard_for_the_ca_s(
    shards: Sharded, which: str, place: pathlib.Path
) -> None:
    crl: bytes = dataclasses.asdict(shards)[which]
    assert gnutls.crl(place, crl, shards.ca).ok
    assert bouncy.crl(place, crl, shards.ca).ok
