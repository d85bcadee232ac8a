"""NSS: a database of certificates and CRLs, and what it says of a certificate then."""

from __future__ import annotations

import pathlib

from .command import Verdict, run


class Database:
    """An NSS database in a folder of its own."""

    def __init__(self, place: pathlib.Path) -> None:
        self.place = place
        place.mkdir()
        self.url = f"sql:{place}"
        self._must("certutil", "-N", "-d", self.url, "--empty-password")

    def _must(self, name: str, *arguments: str | pathlib.Path, input: bytes = b"") -> Verdict:
        done = run(name, *arguments, input=input, place=self.place)
        assert done.ok, (name, arguments, done.text)
        return done

    def add(self, nickname: str, pem: str, trust: str = ",,") -> None:
        """Takes a certificate; `CT,,` makes it an anchor for servers and clients."""
        arguments = ("-A", "-d", self.url, "-n", nickname, "-t", trust, "-a")
        self._must("certutil", *arguments, input=pem.encode())

    def add_crl(self, der: bytes) -> Verdict:
        """Takes a CRL, if NSS will have it."""
        (self.place / "given.crl").write_bytes(der)
        return run("crlutil", "-I", "-d", self.url, "-i", "given.crl", "-t", "1", place=self.place)

    def crls(self) -> Verdict:
        """The CRLs that it took."""
        return run("crlutil", "-L", "-d", self.url, "-t", "1", place=self.place)

    def judge(self, nickname: str, usage: str = "V") -> Verdict:
        """Is a certificate that it holds fit for this use (`V`: TLS server, `L`: TLS CA)?"""
        arguments = ("-V", "-d", self.url, "-n", nickname, "-u", usage, "-e")
        return run("certutil", *arguments, place=self.place)

    def judge_freshly(self, leaf: str, *between: str, method: str) -> Verdict:
        """`vfychain` by libpkix: fetches a CRL or asks by OCSP, and fails if it learns nothing."""
        (self.place / "leaf.pem").write_text(leaf)
        chain: list[str] = []
        for number, pem in enumerate(between):
            (self.place / f"between{number}.pem").write_text(pem)
            chain += ["-a", f"between{number}.pem"]
        revocation = ["-g", "leaf", "-h", "requireFreshInfo", "-m", method, "-s", "failIfNoInfo"]
        arguments = ["-d", self.url, "-pp", "-u", "1", *revocation]
        return run("vfychain", *arguments, "-a", "leaf.pem", *chain, place=self.place)

    def connect(self, port: int, *flags: str) -> Verdict:
        """`vfyserv`: a TLS handshake with localhost. Its status says nothing: the text decides."""
        done = run(
            "vfyserv", "-d", self.url, "-p", str(port), *flags, "localhost", place=self.place
        )
        return Verdict(0 if "SERVER CONFIGURED CORRECTLY" in done.text else 1, done.text)
