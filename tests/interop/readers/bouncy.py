"""Bouncy Castle, by the small Java program beside this package."""

from __future__ import annotations

import functools
import os
import pathlib
import tempfile

from .command import Verdict, run

JARS = [f"/usr/share/java/{name}.jar" for name in ("bcprov", "bcutil", "bcpkix")]
SOURCE = pathlib.Path(__file__).resolve().parents[1] / "java" / "Judge.java"


@functools.cache
def _classes() -> tuple[pathlib.Path, tempfile.TemporaryDirectory[str]]:
    """The compiled program; the folder lives as long as the process."""
    for jar in JARS:
        assert pathlib.Path(jar).is_file(), f"{jar} is missing: run scripts/interop-prerequisites"
    folder = tempfile.TemporaryDirectory(prefix="interop-java-")
    made = run("javac", "-cp", os.pathsep.join(JARS), "-d", folder.name, SOURCE)
    assert made.ok, made.text
    return pathlib.Path(folder.name), folder


def judge(place: pathlib.Path, order: str, *operands: str | bytes) -> Verdict:
    """Runs one order of the program; each operand is written to a file of its own."""
    classes, _ = _classes()
    files = []
    for number, operand in enumerate(operands):
        file = place / f"{order}{number}"
        file.write_bytes(operand.encode() if isinstance(operand, str) else operand)
        files.append(file)
    path = os.pathsep.join([str(classes), *JARS])
    return run("java", "-XX:TieredStopAtLevel=1", "-cp", path, "Judge", order, *files)


def chain(place: pathlib.Path, certificates: list[str]) -> Verdict:
    """Does the chain hold, whose last member is the anchor, without a word on revocation?"""
    return judge(place, "chain", certificates[-1], "".join(certificates[:-1]))


def chain_with_crls(place: pathlib.Path, certificates: list[str], crls: list[bytes]) -> Verdict:
    """Likewise, every certificate below the anchor checked by one of these CRLs."""
    return judge(place, "chain", certificates[-1], "".join(certificates[:-1]), *crls)


def crl(place: pathlib.Path, der: bytes, issuer: str) -> Verdict:
    """Is the CRL the issuer's? Prints the revoked serials in hexadecimal."""
    return judge(place, "crl", issuer, der)


def ocsp_request(place: pathlib.Path, leaf: str, issuer: str, *, digest: str = "sha1") -> bytes:
    """A request for the leaf, with a nonce of 32 octets."""
    out = place / "request.der"
    done = judge(place, "ocsp-request", issuer, leaf, str(out), digest)
    assert done.ok, done.text
    return out.read_bytes()


def ocsp(place: pathlib.Path, leaf: str, issuer: str, request: bytes, answer: bytes) -> Verdict:
    """Is the answer the responder's? Prints `good`, `revoked CODE` or `unknown`."""
    return judge(place, "ocsp", issuer, leaf, request, answer)


def keystore(place: pathlib.Path, kind: str, octets: bytes, password: str) -> Verdict:
    """Opens a keystore (`PKCS12`) by Bouncy Castle's own reader and prints its aliases."""
    return judge(place, "keystore", octets, kind, password)
