"""What must be there after a crash, and what is: each story of the mixed load, and the whole database."""

from __future__ import annotations

import dataclasses
import datetime
import random
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from cryptography import x509
from cryptography.x509 import ocsp

from .contents import query_rows
from .mixed import Ending, Story
from .revoking import CERTIFICATES, Authority, number_of, serials_of
from .server import Server
from .wire import Wire

#: How many objects of a kind are asked for through the API; in the database all are looked at.
SAMPLE = 40

#: Statements that find what a commit in parts would leave.
WHOLE = {
    "certificates without octets": """
        SELECT id FROM private_certificates
        WHERE id NOT IN (SELECT certificate FROM private_certificate_contents)""",
    "octets without a certificate": """
        SELECT certificate FROM private_certificate_contents
        WHERE certificate NOT IN (SELECT id FROM private_certificates)""",
    "certificates without their serial number": """
        SELECT id FROM private_certificates AS c WHERE NOT EXISTS
        (SELECT 1 FROM serials AS s WHERE s.issuer = c.issuer AND s.serial = c.serial)""",
    "certificates that nobody is told to have made": """
        SELECT id FROM private_certificates WHERE id NOT IN
        (SELECT object FROM audit_events WHERE outcome = 'done' AND object IS NOT NULL
         AND action IN ('create_certificate', 'create_certificate_by_csr'))""",
    "deletions that are told and not done": """
        SELECT object FROM audit_events WHERE outcome = 'done' AND action = 'delete_certificate'
        AND object IN (SELECT id FROM private_certificates)""",
    "certificates whose key is gone": """
        SELECT id FROM private_certificates
        WHERE key_id IS NOT NULL AND key_id NOT IN (SELECT id FROM keys)""",
    "keys of no certificate": """
        SELECT id FROM keys WHERE purpose = 'certificate' AND id NOT IN
        (SELECT key_id FROM private_certificates WHERE key_id IS NOT NULL)
        AND id NOT IN (SELECT encryption_key_id FROM private_certificates
                       WHERE encryption_key_id IS NOT NULL)""",
    "keys of no request": """
        SELECT id FROM keys WHERE purpose = 'csr'
        AND id NOT IN (SELECT key_id FROM csrs WHERE key_id IS NOT NULL)""",
    "requests without octets": """
        SELECT id FROM csrs WHERE id NOT IN (SELECT csr FROM csr_requests)""",
    "revoked certificates that no list is told of": """
        SELECT id FROM private_certificates AS c WHERE revoked_at IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM revocations AS r WHERE r.issuer = c.issuer AND r.serial = c.serial)""",
    "told revocations of certificates that are not revoked": """
        SELECT id FROM private_certificates AS c WHERE revoked_at IS NULL AND EXISTS
        (SELECT 1 FROM revocations AS r WHERE r.issuer = c.issuer AND r.serial = c.serial)""",
    "revocations without a number that was given": """
        SELECT serial FROM revocations AS r WHERE NOT EXISTS
        (SELECT 1 FROM serials AS s WHERE s.issuer = r.issuer AND s.serial = r.serial)""",
    "certificates that are there twice": """
        SELECT common_name FROM private_certificates WHERE common_name LIKE '%-%-%'
        GROUP BY common_name HAVING count(*) > 1""",
    "requests that are there twice": """
        SELECT name FROM csrs GROUP BY name HAVING count(*) > 1""",
    "tags of nothing": """
        SELECT certificate FROM certificate_tags
        WHERE certificate NOT IN (SELECT id FROM private_certificates)""",
    "tags whose uses are counted wrong": """
        SELECT u.key FROM certificate_tag_uses AS u WHERE u.uses <>
        (SELECT count(*) FROM certificate_tags AS t
         WHERE t.account = u.account AND t.key = u.key AND t.value = u.value)""",
}

NAMED = {
    "request": "SELECT id, name FROM csrs WHERE name LIKE ?",
    "user": "SELECT id, name FROM users WHERE name LIKE ?",
    "policy": "SELECT id, name FROM policies WHERE name LIKE ?",
}


@dataclasses.dataclass(frozen=True)
class Kept:
    """What the database has of one story."""

    id: str
    tagged: bool = False
    revoked: bool = False
    serial: str = ""


def kept(server: Server, label: str) -> dict[str, Kept]:
    """Everything of a label by its name, tokens left out."""
    found = {}
    query = (
        "SELECT id, common_name, CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END AS revoked, serial,"
        " (SELECT count(*) FROM certificate_tags AS t WHERE t.certificate = c.id) AS tags"
        " FROM private_certificates AS c WHERE common_name LIKE ?"
    )
    for made, name, revoked, serial, tags in query_rows(server, query, (f"{label}-%",)):
        found[name] = Kept(made, tags > 0, revoked == 1, serial)
    for statement in NAMED.values():
        for made, name in query_rows(server, statement, (f"{label}-%",)):
            found[name] = Kept(made)
    return found


def broken(server: Server) -> list[str]:
    """What in the database is not whole."""
    return [
        f"{what}: {rows[:3]}"
        for what, statement in WHOLE.items()
        if (rows := query_rows(server, statement))
    ]


def fits(acts: tuple[str, ...], now: Kept | None) -> bool:
    """Whether what is kept is what these acts leave."""
    if "create" not in acts or "delete" in acts:
        return now is None
    if now is None:
        return False
    return (now.tagged, now.revoked) == ("tag" in acts, "revoke" in acts)


def settle(server: Server, stories: Iterable[Story], label: str) -> list[str]:
    """Compares the stories of a label with the database, and settles what nobody knew: from now on it
    must stay as it is. Returns what is wrong."""
    found = kept(server, label)
    faults = []
    for story in stories:
        if story.kind == "token":
            continue
        now = found.pop(story.name, None)
        possible = [acts for acts in story.acts() if fits(acts, now)]
        if not possible:
            faults.append(f"{story} is {now}")
            continue
        if now is not None and story.id and now.id != story.id:
            faults.append(f"{story} has the id {now.id}")
        story.id = now.id if now is not None else story.id
        done = len(possible[-1])
        story.steps = [
            dataclasses.replace(step, ending=Ending.ANSWERED) for step in story.steps[:done]
        ]
    faults += [f"nobody asked for {name}" for name in found]
    return faults


def compare(server: Server, stories: Iterable[Story], label: str, moment: int) -> list[str]:
    """What of the stories a database does not have that was answered by a moment, or has and was not
    asked for until then."""
    found = kept(server, label)
    return [
        f"{story} is {found.get(story.name)}"
        for story in stories
        if story.kind != "token"
        and not any(fits(acts, found.get(story.name)) for acts in story.acts(moment))
    ]


def unserved(server: Server, token: str, authority: Authority, stories: list[Story]) -> list[str]:
    """What the API and OCSP say otherwise than the stories, which are settled."""
    chance = random.Random(len(stories))
    with ThreadPoolExecutor(6) as pool:
        wires = [Wire(server, token) for _ in range(6)]
        chosen = [
            story
            for kinds in (("by_csr", "with_key"), ("request",), ("token",))
            for story in _some(chance, [s for s in stories if s.kind in kinds])
        ]
        answers = pool.map(
            lambda numbered: _asked(wires[numbered[0] % 6], server, authority, numbered[1]),
            enumerate(chosen),
        )
        return [fault for fault in answers if fault is not None]


def _some(chance: random.Random, stories: list[Story]) -> list[Story]:
    return stories if len(stories) <= SAMPLE else chance.sample(stories, SAMPLE)


def _asked(wire: Wire, server: Server, authority: Authority, story: Story) -> str | None:
    (*_, acts) = story.acts()
    here = "create" in acts and "delete" not in acts
    if not story.id:
        return None
    if story.kind == "token":
        if len(story.acts()) > 1:
            return None
        answer = wire.get("/v3/auth/domains", headers={"X-Auth-Token": story.id})
        fine = answer.status_code == (200 if here else 401)
        return None if fine else f"token of {story.name} after {acts}: {answer.status_code}"
    if story.kind == "request":
        answer = wire.get(f"/v3/scm/csr/{story.id}/private-key")
        fine = answer.status_code == (200 if here else 404)
        return None if fine else f"{story}: {answer.status_code} {answer.text[:200]}"
    answer = wire.get(f"{CERTIFICATES}/{story.id}")
    if answer.status_code != (200 if here else 404):
        return f"{story}: {answer.status_code} {answer.text[:200]}"
    if not here:
        return None
    status = answer.json()["status"]
    if status != ("REVOKED" if "revoke" in acts else "ISSUED"):
        return f"{story}: {status}"
    if "revoke" not in acts:
        asked = {"is_compressed": False, "type": "OTHER"}
        exported = wire.post(f"{CERTIFICATES}/{story.id}/export", json=asked)
        if exported.status_code != 200:
            return f"{story}: export {exported.status_code} {exported.text[:200]}"
        if (story.kind == "with_key") != bool(exported.json().get("private_key")):
            return f"{story}: its key is not what it was"
    told = authority.status_of(server, int(answer.json()["serial_number"], 16))
    revoked = ocsp.OCSPCertStatus.REVOKED if "revoke" in acts else ocsp.OCSPCertStatus.GOOD
    return None if told is revoked else f"{story}: OCSP says {told}"


def quota_faults(server: Server, token: str) -> list[str]:
    """Where what an account has used of its quotas is not what it has."""
    wire = Wire(server, token)
    answer = wire.get(f"{CERTIFICATES}/quotas")
    if answer.status_code != 200:
        return [f"quotas: {answer.status_code} {answer.text[:200]}"]
    quotas = answer.json()["quotas"]["resources"]
    (used,) = {resource["used"] for resource in quotas}
    [(there,)] = query_rows(server, "SELECT count(*) AS n FROM private_certificates")
    return [] if used == there else [f"{used} certificates are counted, {there} are there"]


class Told:
    """What CRLs must tell: whatever was revoked before one was made stands in it for ever."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.faults: list[str] = []
        self._due: list[tuple[datetime.datetime, set[int]]] = []
        self._highest = 0

    def promise(self, revoked: set[int]) -> None:
        """These are revoked since now at the latest."""
        self._due.append((datetime.datetime.now(datetime.UTC), revoked))

    def look(self, server: Server) -> int:
        """Notes what the CRL of now lacks; returns its number, 0 without one."""
        der = self.authority.crl(server)
        if der is None:
            return 0
        made = x509.load_der_x509_crl(der).last_update_utc
        lacking = {
            serial for since, all_ in self._due if since < made for serial in all_
        } - serials_of(der)
        if lacking:
            self.faults.append(f"CRL {number_of(der)} of {made} lacks {len(lacking)}")
        if number_of(der) < self._highest:
            self.faults.append(f"CRL {number_of(der)} after {self._highest}")
        self._highest = number_of(der)
        return self._highest

    def wait(self, server: Server, within: float = 30.0) -> None:
        """Waits for the CRL that tells everything promised."""
        everything = {serial for _, all_ in self._due for serial in all_}
        self.authority.wait_for(server, everything, within)
        self.look(server)


def wait_until_ready(wire: Wire, *, within: float, ready: bool = True) -> float:
    """Waits until `/readyz` says so; how long it took, seconds."""
    began = time.monotonic()
    while True:
        try:
            status = wire.get("/readyz", timeout=10).status_code
        except OSError:
            status = 0
        if (status == 200) == ready:
            return time.monotonic() - began
        assert time.monotonic() - began < within, f"/readyz still says {status} after {within} s"
        time.sleep(0.05)


def revoked_serials(server: Server, stories: Iterable[Story], label: str) -> set[int]:
    """The serial numbers of the certificates of settled stories that are revoked and still there."""
    found = kept(server, label)
    return {
        int(now.serial, 16)
        for story in stories
        if (now := found.get(story.name)) is not None and now.revoked
    }
