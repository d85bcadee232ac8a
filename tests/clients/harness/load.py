"""Many clients at once, and a record of every answer that they got."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import Any

import requests

from oracles import openssl

from .contents import query_rows
from .server import Server
from .wire import Wire

DISTINGUISHED_NAME = {
    "country": "CN",
    "state": "Sichuan",
    "locality": "Chengdu",
    "organization": "Load",
    "organizational_unit": "Load",
}

AUTHORITIES = "/v1/private-certificate-authorities"


@dataclasses.dataclass(frozen=True)
class Answered:
    """One object whose creation was answered; `mark` is what `measure` said just then."""

    kind: str
    id: str
    name: str
    mark: int


class Load:
    """Clients that create CSRs, root CAs and pending CAs until stopped."""

    def __init__(
        self,
        server: Server,
        token: str,
        clients: int,
        *,
        at_most: int | None = None,
        label: str = "load",
        measure: Callable[[], int] = lambda: 0,
    ) -> None:
        self.server, self.token, self.measure = server, token, measure
        self.at_most, self.label = at_most, label
        self.answered: list[Answered] = []
        self.unexpected: list[str] = []
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(clients)
        ]

    def start(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Tells the clients to stop and waits for them."""
        self._stop.set()
        self.join()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive(), "a client is stuck"

    def _work(self, client: int) -> None:
        wire = Wire(self.server, self.token)
        turn = 0
        while not self._stop.is_set():
            if self.at_most is not None and turn >= self.at_most:
                return
            kind = ("csr", "csr", "root", "csr", "pending")[turn % 5]
            name = f"{self.label} {client} {turn}"
            turn += 1
            try:
                answer = self.create(wire, kind, name)
            except requests.RequestException:
                # The server was killed: this one was not answered.
                return
            if answer.status_code not in (200, 201):
                self.unexpected.append(f"{answer.status_code} {answer.text}")
                return
            body = answer.json()
            made = Answered(kind, body.get("id") or body["ca_id"], name, self.measure())
            with self._lock:
                self.answered.append(made)

    @staticmethod
    def create(wire: Wire, kind: str, name: str) -> requests.Response:
        """Asks for one CSR, root CA or pending CA."""
        if kind == "csr":
            body: dict[str, Any] = {
                "name": name,
                "domain_name": "load.example.org",
                "private_key_algo": "EC_P256",
                "usage": "PERSONAL",
            }
            return wire.post("/v3/scm/csr", json=body)
        body = {
            "type": "ROOT" if kind == "root" else "SUBORDINATE",
            "distinguished_name": {"common_name": name, **DISTINGUISHED_NAME},
            "key_algorithm": "EC256",
        }
        if kind == "root":
            body |= {"signature_algorithm": "SHA256", "validity": {"type": "YEAR", "value": 1}}
        return wire.post(AUTHORITIES, json=body)


def fault_of(wire: Wire, made: Answered) -> str | None:
    """What is wrong with an object that was answered before a crash; None if all is well."""
    if made.kind == "csr":
        shown = wire.get(f"/v3/scm/csr/{made.id}")
        key = wire.get(f"/v3/scm/csr/{made.id}/private-key")
        if shown.status_code != 200 or key.status_code != 200:
            return f"{made}: {shown.status_code} {shown.text}, key {key.status_code}"
        request = shown.json()["csr"]
        if shown.json()["name"] != made.name:
            return f"{made}: is now {shown.json()['name']}"
        if not openssl.request_signature_holds(request):
            return f"{made}: the request's signature is wrong"
        pair = openssl.public_key_of_key(key.json()["private_key"])
        if pair != openssl.public_key_of_request(request):
            return f"{made}: the key is not the request's"
        return None
    shown = wire.get(f"{AUTHORITIES}/{made.id}")
    if shown.status_code != 200:
        return f"{made}: {shown.status_code} {shown.text}"
    if shown.json()["distinguished_name"]["common_name"] != made.name:
        return f"{made}: is now {shown.json()['distinguished_name']}"
    expected = "ACTIVED" if made.kind == "root" else "PENDING"
    if shown.json()["status"] != expected:
        return f"{made}: is {shown.json()['status']}"
    return None


def key_fault_of(wire: Wire, made: Answered, issuer: str) -> str | None:
    """Does a CA's key still sign? A pending CA is activated by `issuer` first."""
    if made.kind == "csr":
        return None
    if made.kind == "pending":
        csr = wire.get(f"{AUTHORITIES}/{made.id}/csr")
        if csr.status_code != 200:
            return f"{made}: CSR {csr.status_code} {csr.text}"
        if not openssl.request_signature_holds(csr.json()["csr"]):
            return f"{made}: the CSR's signature is wrong"
        longer = {"type": "DAY", "value": 1}
        body = SIGNED | {"issuer_id": issuer, "path_length": 1, "validity": longer}
        active = wire.post(f"{AUTHORITIES}/{made.id}/activate", json=body)
        if active.status_code != 204:
            return f"{made}: activation {active.status_code} {active.text}"
    child = wire.post(AUTHORITIES, json=_subordinate(f"below {made.name}") | {"issuer_id": made.id})
    if child.status_code != 200:
        return f"{made}: issues {child.status_code} {child.text}"
    below = wire.post(f"{AUTHORITIES}/{child.json()['ca_id']}/export").json()
    above = wire.post(f"{AUTHORITIES}/{made.id}/export").json()
    if not openssl.link_holds(below["certificate"], above["certificate"]):
        return f"{made}: what it signs does not verify"
    return None


SIGNED = {"signature_algorithm": "SHA256", "validity": {"type": "HOUR", "value": 1}}


def _subordinate(name: str) -> dict[str, Any]:
    return SIGNED | {
        "type": "SUBORDINATE",
        "distinguished_name": {"common_name": name, **DISTINGUISHED_NAME},
        "key_algorithm": "EC256",
    }


def faults(wire: Wire, answered: list[Answered]) -> list[str]:
    """All faults of these objects; every key is used. Pending CAs are active afterwards."""
    found = [fault_of(wire, made) for made in answered]
    issuer = Load.create(wire, "root", "issuer")
    if issuer.status_code != 200:
        return [f"a new root: {issuer.status_code} {issuer.text}", *filter(None, found)]
    found += [key_fault_of(wire, made, issuer.json()["ca_id"]) for made in answered]
    return [fault for fault in found if fault is not None]


def names_kept(server: Server, label: str) -> list[str]:
    """The names of all CSRs and CAs of this label that the database holds, answered or not."""
    return [
        name
        for query in (
            "SELECT name FROM csrs WHERE name LIKE ?",
            "SELECT common_name FROM authorities WHERE common_name LIKE ?",
        )
        for (name,) in query_rows(server, query, (f"{label} %",))
    ]
