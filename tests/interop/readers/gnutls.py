"""GnuTLS: `certtool`, `ocsptool` and `gnutls-cli`."""

from __future__ import annotations

import pathlib

from .command import Verdict, run


def chain(place: pathlib.Path, certificates: list[str]) -> Verdict:
    """Does the chain hold, from its first certificate to its self-signed last?"""
    return run("certtool", "--verify-chain", input="".join(certificates).encode(), place=place)


def certificate(
    place: pathlib.Path, certificates: list[str], root: str, crl: bytes | None = None
) -> Verdict:
    """Does the chain (the leaf first) lead to the root, with this CRL in hand?"""
    (place / "root.pem").write_text(root)
    (place / "chain.pem").write_text("".join(certificates))
    flags: list[str | pathlib.Path] = []
    if crl is not None:
        (place / "given.crl").write_text(crl_pem(place, crl))
        flags = ["--load-crl", "given.crl"]
    return run(
        "certtool",
        "--verify",
        "--load-ca-certificate",
        "root.pem",
        *flags,
        "--infile",
        "chain.pem",
        place=place,
    )


def crl_pem(place: pathlib.Path, der: bytes) -> str:
    """The CRL as PEM, which is all that `--load-crl` reads."""
    written = run("certtool", "--crl-info", "--inder", "--no-text", input=der, place=place)
    assert written.ok, written.text
    return written.text


def crl(place: pathlib.Path, der: bytes, issuer: str) -> Verdict:
    """Is the CRL the issuer's?"""
    (place / "issuer.pem").write_text(issuer)
    return run(
        "certtool",
        "--verify-crl",
        "--load-ca-certificate",
        "issuer.pem",
        input=crl_pem(place, der).encode(),
        place=place,
    )


def ask(place: pathlib.Path, leaf: str, issuer: str, root: str) -> Verdict:
    """Asks the responder that the leaf names, and judges its answer."""
    for name, pem in (("leaf.pem", leaf), ("issuer.pem", issuer), ("root.pem", root)):
        (place / name).write_text(pem)
    return run(
        "ocsptool",
        "--ask",
        "--nonce",
        "--load-cert",
        "leaf.pem",
        "--load-issuer",
        "issuer.pem",
        place=place,
    )


def connect(
    place: pathlib.Path, port: int, root: str, *flags: str, name: str = "localhost"
) -> Verdict:
    """A TLS handshake with 127.0.0.1; success means that GnuTLS trusts the server."""
    (place / "root.pem").write_text(root)
    return run(
        "gnutls-cli",
        "--x509cafile",
        "root.pem",
        "--verify-hostname",
        name,
        "--sni-hostname",
        name,
        "--port",
        str(port),
        *flags,
        "127.0.0.1",
        place=place,
    )
