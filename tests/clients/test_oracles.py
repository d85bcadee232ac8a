"""The oracles themselves: each says yes to what is right and no to what is not."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization

from harness import foreign
from oracles import judge, lint, openssl, pyca

ALGORITHMS = ["RSA_2048", "EC_P256", "EC_P384", "SM2"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_sound_request_is_accepted(algorithm: str) -> None:
    key = foreign.shared_key(algorithm)
    made = foreign.request(key, "/C=DE/CN=a.example.org", sans="DNS:a.example.org,IP:192.0.2.1")
    judge.judge_request(
        made,
        subject=[("C", "DE"), ("CN", "a.example.org")],
        sans=["a.example.org", "192.0.2.1"],
        key_algorithm=algorithm,
        private_key=key,
    )


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_changed_signature_is_refused(algorithm: str) -> None:
    changed = foreign.broken_signature(foreign.request(foreign.shared_key(algorithm)))
    assert not openssl.request_signature_holds(changed)
    assert pyca.request_signature_holds(changed) in (False, None)


def test_an_sm2_request_signed_with_another_id_is_refused() -> None:
    made = foreign.request(foreign.shared_key("SM2"), sm2_id="8765432187654321")
    assert not openssl.request_signature_holds(made)


def test_a_chain_is_accepted_and_a_stranger_in_it_is_not() -> None:
    root = foreign.Authority("Oracle Root")
    middle = foreign.Authority("Oracle Middle", issuer=root, path_length=0)
    stranger = foreign.Authority("Oracle Root")
    assert openssl.link_holds(middle.pem, root.pem)
    assert pyca.link_holds(middle.pem, root.pem)
    assert not openssl.link_holds(middle.pem, stranger.pem)
    assert not pyca.link_holds(middle.pem, stranger.pem)
    assert openssl.chain_verdict(middle.pem, [root.pem]).endswith(": OK")


def test_a_chain_deeper_than_its_path_length_is_refused() -> None:
    root = foreign.Authority("Path Root", path_length=0)
    middle = foreign.Authority("Path Middle", issuer=root)
    leaf = foreign.Authority("Path Leaf", issuer=middle)
    assert "path length" in openssl.chain_verdict(leaf.pem, [middle.pem, root.pem])


def test_an_sm2_link_is_judged() -> None:
    root = foreign.Sm2Authority()
    child = root.sign_request(foreign.request(foreign.shared_key("SM2"), "/CN=child"))
    assert openssl.link_holds(child, root.pem)
    assert openssl.link_holds(root.pem, root.pem)
    assert not openssl.link_holds(child, foreign.Sm2Authority().pem)


def test_a_self_signature_that_was_changed_is_refused() -> None:
    label, octets = foreign.pem_body(foreign.Authority("Changed Root").pem)
    changed = foreign.pem(label, octets[:-1] + bytes([octets[-1] ^ 1]))
    assert not openssl.link_holds(changed, changed)
    label, octets = foreign.pem_body(foreign.Sm2Authority().pem)
    changed = foreign.pem(label, octets[:-1] + bytes([octets[-1] ^ 1]))
    assert not openssl.link_holds(changed, changed)


def test_pkilint_finds_a_key_that_signs_certificates_without_being_a_cas() -> None:
    root = foreign.Authority("Lint Root")
    wrong = root.sign(foreign.distinguished_name("Lint Leaf"), root.key.public_key(), ca=False)
    pem = wrong.public_bytes(serialization.Encoding.PEM).decode()
    assert lint.findings(pem) - lint.EXCEPTIONS.keys()
    assert lint.unexpected_findings(root.pem) == set()
