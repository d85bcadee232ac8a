"""Clients that issue, tag, revoke and delete at once, and a record of how each request ended.

What a client does is a number of stories. A story is about one object that nobody else touches, and
goes from step to step; it ends with the first step that was not answered with success. So whatever
happens to the server, all steps of a story but the last are done for certain.
"""

from __future__ import annotations

import dataclasses
import enum
import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .revoking import CERTIFICATES, Authority
from .server import Credentials, Server
from .wire import Wire, password_sign_in

#: Longer than a server lets anybody wait, seconds.
LONGEST = 60.0

#: Passwords are hashed as cheaply as may be: the load is not about them.
CHEAP_PASSWORDS = "\n[password]\nmemory_kib = 7168\npasses = 1\n"


class Ending(enum.Enum):
    """What a client knows of a request."""

    #: It is done.
    ANSWERED = "answered"
    #: It is not done.
    REFUSED = "refused"
    #: It may be done.
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True)
class Step:
    """One request; the marks are what `measure` said before it was sent and after its answer."""

    act: str
    ending: Ending
    sent: int
    mark: int
    text: str = ""


@dataclasses.dataclass
class Story:
    """What was asked for one object, in order; `id` is what its creation was answered with."""

    kind: str
    name: str
    id: str = ""
    steps: list[Step] = dataclasses.field(default_factory=list)

    def acts(self, moment: int | None = None) -> list[tuple[str, ...]]:
        """The acts that may have been done at a moment, from the fewest to the most."""
        sure: list[str] = []
        for step in self.steps:
            if moment is not None and step.sent > moment:
                break
            answered = step.ending is Ending.ANSWERED
            if answered and (moment is None or step.mark <= moment):
                sure.append(step.act)
            elif answered or step.ending is Ending.UNKNOWN:
                return [tuple(sure), (*sure, step.act)]
        return [tuple(sure)]


#: How often each kind of story is begun, and what each goes through.
KINDS = {"by_csr": 8, "with_key": 4, "request": 2, "user": 1, "policy": 1, "token": 1}


class Mixed:
    """Clients that work until they are stopped or, unless they persist, their server is gone."""

    def __init__(
        self,
        server: Server,
        account: Credentials,
        token: str,
        authority: Authority,
        *,
        seed: int,
        label: str,
        clients: int = 8,
        persist: bool = False,
        stories: int | None = None,
        measure: Callable[[], int] = lambda: 0,
    ) -> None:
        self.server, self.account, self.token = server, account, token
        self.authority, self.label, self.persist = authority, label, persist
        self.at_most, self.measure = stories, measure
        self.stories: list[Story] = []
        #: Answers that no fault of the server's excuses.
        self.unexpected: list[str] = []
        #: When a request was answered with success, and when one ended otherwise, and how long
        #: each took; by the monotonic clock.
        self.successes: list[float] = []
        self.failures: list[tuple[float, float, str]] = []
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(
                target=self._work,
                args=(number, random.Random(f"{seed} {label} {number}")),
                daemon=True,
            )
            for number in range(clients)
        ]

    def start(self) -> Mixed:
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> Mixed:
        """Tells the clients to stop and waits for them."""
        self._stop.set()
        return self.join()

    def join(self) -> Mixed:
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive(), "a client is stuck"
        return self

    def answered(self) -> int:
        """How many requests were answered with success so far."""
        return len(self.successes)

    def _work(self, client: int, chance: random.Random) -> None:
        wire = Wire(self.server, self.token)
        key = ec.generate_private_key(ec.SECP256R1())
        for turn in itertools.count() if self.at_most is None else range(self.at_most):
            if self._stop.is_set():
                return
            (kind,) = chance.choices(list(KINDS), list(KINDS.values()))
            story = Story(kind, f"{self.label}-{client}-{turn}")
            with self._lock:
                self.stories.append(story)
            told = list(self._plot(story, key, chance))
            for act, method, path, body in told:
                if self._stop.is_set() and story.steps:
                    break
                ending = self._do(wire, story, act, (method, path, body))
                if ending is Ending.UNKNOWN and not self.persist:
                    return
                if ending is not Ending.ANSWERED:
                    # Nobody asks a server that cannot as fast as one that can.
                    time.sleep(0.05)
                    break

    def _plot(
        self, story: Story, key: ec.EllipticCurvePrivateKey, chance: random.Random
    ) -> Iterator[tuple[str, str, str, Any]]:
        """The requests of a story; `{id}` in a path is what the first was answered with."""
        if story.kind in ("by_csr", "with_key"):
            if story.kind == "by_csr":
                body = {"issuer_id": self.authority.id, "csr": _request(key, story.name)}
                path = f"{CERTIFICATES}/csr"
            else:
                named = {"common_name": story.name}
                body = {"issuer_id": self.authority.id, "distinguished_name": named}
                body |= {"key_algorithm": "EC256", "signature_algorithm": "SHA256"}
                path = CERTIFICATES
            yield "create", "POST", path, body | {"validity": {"type": "DAY", "value": 30}}
            one = f"{CERTIFICATES}/{{id}}"
            if chance.random() < 0.3:
                tags = {"tags": [{"key": "of", "value": story.name}]}
                yield "tag", "POST", f"{one}/tags/create", tags
            if chance.random() < 0.4:
                yield "revoke", "POST", f"{one}/revoke", {"reason": "SUPERSEDED"}
            if chance.random() < 0.2:
                yield "delete", "DELETE", one, None
        elif story.kind == "request":
            body = {"name": story.name, "domain_name": "load.example.org", "usage": "PERSONAL"}
            yield "create", "POST", "/v3/scm/csr", body | {"private_key_algo": "EC_P256"}
            if chance.random() < 0.5:
                yield "delete", "DELETE", "/v3/scm/csr/{id}", None
        elif story.kind == "user":
            yield "create", "POST", "/v5/users", {"name": story.name, "enabled": True}
            if chance.random() < 0.95:
                yield "delete", "DELETE", "/v5/users/{id}", None
        elif story.kind == "policy":
            statement = {"Effect": "Allow", "Action": ["pca:ca:list"]}
            document = json.dumps({"Version": "5.0", "Statement": [statement]})
            body = {"policy_name": story.name, "policy_document": document}
            yield "create", "POST", "/v5/policies", body
            # An account may have 200.
            yield "delete", "DELETE", "/v5/policies/{id}", None
        else:
            scope = {"project": {"id": self.account.project_id}}
            yield "create", "POST", "/v3/auth/tokens", password_sign_in(self.account, scope)
            if chance.random() < 0.5:
                yield "delete", "DELETE", "/v3/auth/tokens", None

    def _do(self, wire: Wire, story: Story, act: str, asked: tuple[str, str, Any]) -> Ending:
        method, path, body = asked
        sent, began = self.measure(), time.monotonic()
        headers = {}
        if story.kind == "token" and act == "delete":
            headers["X-Subject-Token"] = story.id
        text = ""
        try:
            path = path.format(id=story.id)
            answer = wire.send(method, path, json=body, headers=headers, timeout=LONGEST)
        # Also that the files of the server are gone, with the test that failed.
        except OSError as failed:
            ending, text = Ending.UNKNOWN, type(failed).__name__
        else:
            ending = self._judge(story, act, answer)
            text = "" if answer.ok else f"{answer.status_code} {answer.text[:200]}"
        now = time.monotonic()
        with self._lock:
            story.steps.append(Step(act, ending, sent, self.measure(), text))
            if ending is Ending.ANSWERED:
                self.successes.append(now)
            else:
                self.failures.append((now, now - began, text))
        return ending

    def _judge(self, story: Story, act: str, answer: requests.Response) -> Ending:
        if answer.ok:
            if act == "create":
                story.id = _id_of(story.kind, answer)
                if story.kind == "token":
                    self.server.secrets.add(story.id)
            return Ending.ANSWERED
        if answer.status_code in (429, 503):
            return Ending.REFUSED
        if answer.status_code >= 500 and self.persist:
            # The words do not tell whether the commit was lost before or after it was durable.
            return Ending.UNKNOWN
        with self._lock:
            self.unexpected.append(f"{story.kind} {act}: {answer.status_code} {answer.text[:300]}")
        return Ending.UNKNOWN if answer.status_code >= 500 else Ending.REFUSED


def _id_of(kind: str, answer: requests.Response) -> str:
    if kind == "token":
        return answer.headers["X-Subject-Token"]
    made = answer.json()
    if kind == "request":
        return str(made["id"])
    if kind == "user":
        return str(made["user"]["user_id"])
    if kind == "policy":
        return str(made["policy"]["policy_id"])
    return str(made["certificate_id"])


def _request(key: ec.EllipticCurvePrivateKey, common_name: str) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()
