"""All oracles together: one call for a request, one for a chain."""

from __future__ import annotations

from . import lint, openssl, pyca


def judge_request(
    pem: str,
    *,
    subject: list[tuple[str, str]],
    sans: list[str],
    key_algorithm: str,
    private_key: str | None = None,
) -> None:
    """The request is sound and is what was asked for, by every oracle that knows its algorithm."""
    assert openssl.request_signature_holds(pem), f"openssl refuses the signature of\n{pem}"
    assert pyca.request_signature_holds(pem) in (True, None), f"cryptography refuses\n{pem}"
    read = pyca.request(pem)
    assert pyca.rdns(read.subject) == subject
    assert pyca.alternative_names(read) == sans
    assert pyca.key_algorithm(read) == key_algorithm
    if private_key is not None:
        assert openssl.public_key_of_request(pem) == openssl.public_key_of_key(private_key)


def judge_link(certificate: str, issuer: str, moment: int | None = None) -> None:
    """The certificate is sound by itself, and signed by the issuer (a root by itself)."""
    assert openssl.link_holds(certificate, issuer, moment), f"openssl refuses\n{certificate}"
    assert pyca.link_holds(certificate, issuer) in (True, None), f"cryptography: {certificate}"
    assert lint.unexpected_findings(certificate) == set(), f"pkilint on\n{certificate}"


def judge_chain(chain: list[str]) -> None:
    """Every certificate is sound by itself and signed by the next; the last by itself."""
    assert chain
    for certificate, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
        judge_link(certificate, issuer)
    if len(chain) > 1 and not any(openssl.is_sm2(certificate) for certificate in chain):
        verdict = openssl.chain_verdict(chain[0], chain[1:])
        assert verdict.endswith(": OK"), verdict
