"""`openssl s_client`: one handshake with 127.0.0.1, as a relying party makes it."""

from __future__ import annotations

import pathlib

from harness import foreign

from .command import Verdict, run


def connect(place: pathlib.Path, port: int, anchor: str, *flags: str) -> Verdict:
    """A handshake that fails when the certificate, its chain or its name does not hold.

    The anchor is a root as PEM, and CRLs if it needs them.
    """
    (place / "trusted.pem").write_text(anchor)
    return run(
        "openssl",
        "s_client",
        "-connect",
        f"127.0.0.1:{port}",
        "-servername",
        "localhost",
        "-verify_hostname",
        "localhost",
        "-CAfile",
        str(place / "trusted.pem"),
        "-verify_return_error",
        "-x509_strict",
        *flags,
        place=place,
    )


def crl_pem(der: bytes) -> str:
    """The CRL as PEM."""
    return foreign.pem("X509 CRL", der)


def verified(verdict: Verdict) -> bool:
    """Did the handshake end with a certificate that holds?"""
    return verdict.ok and "Verify return code: 0 (ok)" in verdict.text


def stapled(verdict: Verdict) -> str | None:
    """The status in the OCSP answer that the server sent with its certificate, if it sent one."""
    for line in verdict.text.splitlines():
        if line.strip().startswith("Cert Status:"):
            return line.split(":", 1)[1].strip()
    assert "OCSP response: no response sent" in verdict.text, verdict.text
    return None
