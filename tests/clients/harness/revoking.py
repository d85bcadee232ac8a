"""Certificates that are revoked by many clients, and every CRL that anybody could see meanwhile."""

from __future__ import annotations

import dataclasses
import hashlib
import pathlib
import threading
import time
from collections.abc import Callable

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from .load import AUTHORITIES, DISTINGUISHED_NAME
from .server import PATIENCE, Server
from .wire import Wire

CERTIFICATES = "/v1/private-certificates"
#: The bucket that every installation has, in the data directory's `crl`.
BUCKET = "cinnabar-crl"
#: The place that everybody fetches from.
SERVED = "public listener"


@dataclasses.dataclass(frozen=True)
class Certificate:
    """A certificate, by its id and its octets."""

    id: str
    pem: str

    @property
    def serial(self) -> int:
        return self.read().serial_number

    def read(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.pem.encode())


@dataclasses.dataclass(frozen=True)
class Authority:
    """A CA that publishes CRLs and answers OCSP."""

    id: str
    pem: str

    @classmethod
    def make(cls, wire: Wire, name: str) -> Authority:
        """Creates a root with both."""
        wire.post(f"{AUTHORITIES}/agencies")
        body = {
            "type": "ROOT",
            "distinguished_name": {"common_name": name, **DISTINGUISHED_NAME},
            "key_algorithm": "EC256",
            "signature_algorithm": "SHA256",
            "validity": {"type": "YEAR", "value": 5},
            "crl_configuration": {"enabled": True, "obs_bucket_name": BUCKET, "valid_days": 7},
        }
        made = wire.post(AUTHORITIES, json=body)
        assert made.status_code == 200, made.text
        ca_id = made.json()["ca_id"]
        on = wire.post(f"{AUTHORITIES}/{ca_id}/ocsp/switch", json={"ocsp_switch": True})
        assert on.status_code in (200, 202, 204), on.text
        exported = wire.post(f"{AUTHORITIES}/{ca_id}/export").json()
        return cls(ca_id, exported["certificate"])

    def issue(self, wire: Wire, count: int) -> list[Certificate]:
        issued = []
        for number in range(count):
            body = {
                "issuer_id": self.id,
                "key_algorithm": "EC256",
                "signature_algorithm": "SHA256",
                "distinguished_name": {"common_name": f"to revoke {number}"},
                "validity": {"type": "DAY", "value": 30},
            }
            made = wire.post(CERTIFICATES, json=body)
            assert made.status_code == 200, made.text
            certificate = made.json()["certificate_id"]
            asked = {"is_compressed": False, "type": "OTHER"}
            exported = wire.post(f"{CERTIFICATES}/{certificate}/export", json=asked)
            assert exported.status_code == 200, exported.text
            issued.append(Certificate(certificate, exported.json()["certificate"]))
        return issued

    def crl(self, server: Server, path: str | None = None) -> bytes | None:
        """The CRL that the public listener serves now, the complete one unless a path is given;
        it asks for patience while there is none."""
        url = f"{server.public_address}{path or f'/crl/{BUCKET}/{self.id}.crl'}"
        answer = requests.get(url, timeout=PATIENCE)
        assert answer.status_code in (200, 503), (url, answer.status_code, answer.text)
        return answer.content if answer.status_code == 200 else None

    def object(self, server: Server) -> pathlib.Path:
        """The file of the CRL in its bucket."""
        return server.data_dir / "crl" / f"{self.id}.crl"

    def status(self, server: Server, certificate: Certificate) -> ocsp.OCSPCertStatus:
        """What OCSP says, by an answer that nobody kept: it has a nonce."""
        return self.status_of(server, certificate.serial)

    def status_of(self, server: Server, serial: int) -> ocsp.OCSPCertStatus:
        """The same of a serial number."""
        issuer = x509.load_pem_x509_certificate(self.pem.encode())
        named, key = hashes.Hash(hashes.SHA256()), hashes.Hash(hashes.SHA256())
        named.update(issuer.subject.public_bytes())
        key.update(
            issuer.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        )
        builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
            named.finalize(), key.finalize(), serial, hashes.SHA256()
        )
        nonce = x509.OCSPNonce(hashlib.sha256(f"{time.monotonic_ns()}".encode()).digest())
        request = builder.add_extension(nonce, critical=False).build()
        answer = requests.post(
            f"{server.public_address}/ocsp/{self.id}",
            data=request.public_bytes(serialization.Encoding.DER),
            headers={"Content-Type": "application/ocsp-request"},
            timeout=PATIENCE,
        )
        assert answer.status_code == 200, answer.text
        read = ocsp.load_der_ocsp_response(answer.content)
        assert read.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL, read.response_status
        return read.certificate_status

    def wait_for(
        self,
        server: Server,
        serials: set[int],
        within: float = 30.0,
        path: str | None = None,
    ) -> bytes:
        """The served CRL once it tells these serial numbers; the complete one unless a path is
        given."""
        deadline = time.monotonic() + within
        while True:
            der = self.crl(server, path)
            if der is not None and serials <= serials_of(der):
                return der
            assert time.monotonic() < deadline, f"not told within {within} s"
            time.sleep(0.2)


def number_of(der: bytes) -> int:
    crl = x509.load_der_x509_crl(der)
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def serials_of(der: bytes) -> set[int]:
    return {entry.serial_number for entry in x509.load_der_x509_crl(der)}


class Revoking:
    """Clients that revoke certificates until there are none left or the server is gone."""

    def __init__(
        self,
        server: Server,
        token: str,
        certificates: list[Certificate],
        *,
        clients: int = 4,
        pause: float = 0.0,
        measure: Callable[[], int] = lambda: 0,
    ) -> None:
        self.answered: list[tuple[Certificate, int]] = []
        self.unexpected: list[str] = []
        self._lock = threading.Lock()
        self._todo = list(certificates)
        self._threads = [
            threading.Thread(target=self._work, args=(server, token, pause, measure), daemon=True)
            for _ in range(clients)
        ]

    def start(self) -> Revoking:
        for thread in self._threads:
            thread.start()
        return self

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a client is stuck"

    def _work(
        self, server: Server, token: str, pause: float, measure: Callable[[], int]
    ) -> None:
        wire = Wire(server, token)
        while True:
            with self._lock:
                if not self._todo:
                    return
                certificate = self._todo.pop(0)
            try:
                answer = wire.post(
                    f"{CERTIFICATES}/{certificate.id}/revoke", json={"reason": "SUPERSEDED"}
                )
            except requests.RequestException:
                # The server was killed: this one was not answered.
                return
            if answer.status_code != 204:
                self.unexpected.append(f"{answer.status_code} {answer.text}")
                return
            with self._lock:
                self.answered.append((certificate, measure()))
            time.sleep(pause)


class Watched:
    """Every CRL of an authority that was to be seen at one place, in order.

    It notes where a number fell, where one came again with other octets, and where the public
    listener had none for longer than it may take to make one.
    """

    #: How long the public listener may ask for patience, in seconds.
    LONGEST_PATIENCE = 30.0

    def __init__(self) -> None:
        self.faults: list[str] = []
        #: The octets' digest by number, and what `measure` said just after it was seen first.
        self.seen: dict[int, tuple[str, int]] = {}
        self._highest: dict[str, int] = {}
        self._served: list[tuple[int, int]] = []
        #: Since when the public listener asks for patience.
        self._without: float | None = None
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def until(self, moment: int) -> Watched:
        """What was seen until then, to go on from: whoever fetched a CRL has it for ever.

        A file of the bucket can be seen before its directory is on the disk, so only the public
        listener has promised that nothing lower follows.
        """
        known = Watched()
        known.seen = {number: seen for number, seen in self.seen.items() if seen[1] <= moment}
        known._highest = {
            SERVED: max((n for n, mark in self._served if mark <= moment), default=0)
        }
        return known

    def note(self, place: str, der: bytes, mark: int = 0) -> None:
        number, digest = number_of(der), hashlib.sha256(der).hexdigest()
        if number < self._highest.get(place, 0):
            self.faults.append(f"{place}: {number} after {self._highest[place]}")
        self._highest[place] = max(number, self._highest.get(place, 0))
        if place == SERVED:
            self._served.append((number, mark))
        known, _ = self.seen.setdefault(number, (digest, mark))
        if known != digest:
            self.faults.append(f"{place}: {number} came again with other octets")

    @property
    def highest(self) -> int:
        return max(self.seen, default=0)

    def look(
        self, server: Server, authority: Authority, measure: Callable[[], int] = lambda: 0
    ) -> None:
        """Notes what both places have now."""
        served = authority.crl(server)
        if served is not None:
            self._without = None
            self.note(SERVED, served, measure())
        elif self._without is None:
            self._without = time.monotonic()
        elif time.monotonic() - self._without > self.LONGEST_PATIENCE:
            self.faults.append(f"{SERVED}: none for {self.LONGEST_PATIENCE} s")
        if authority.object(server).exists():
            self.note("bucket", authority.object(server).read_bytes(), measure())

    def start(
        self, server: Server, authority: Authority, measure: Callable[[], int] = lambda: 0
    ) -> Watched:
        """Looks again and again until `stop`, or the server is gone."""
        self._stop.clear()
        self._without = None
        thread = threading.Thread(
            target=self._watch, args=(server, authority, measure), daemon=True
        )
        self._threads = [thread]
        thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "the watcher is stuck"

    def _watch(self, server: Server, authority: Authority, measure: Callable[[], int]) -> None:
        while not self._stop.is_set():
            try:
                self.look(server, authority, measure)
            except requests.RequestException:
                return
            except AssertionError as fault:
                self.faults.append(f"{SERVED}: {fault}")
                return
            time.sleep(0.05)
