"""Three nodes on one PostgreSQL with nothing between them, one of them paused in its work."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkscm.v3 import ListCsrRequest

from harness import desktops, foreign
from harness.contents import query_rows
from harness.mixed import Mixed
from harness.postgres import Postgres
from harness.revoking import CERTIFICATES, Authority
from harness.sdk import Sdk
from harness.server import Server
from harness.settled import Told, broken, quota_faults, revoked_serials, settle, unserved
from harness.spreading import SOON, soon
from harness.torture import SEED
from harness.trio import three
from harness.wire import Wire

#: Longer than a session may leave a transaction standing, and than a lease lasts, seconds.
PAUSE = 14.0


@contextlib.contextmanager
def paused(node: Server) -> Iterator[None]:
    """The process stands still, with whatever it had begun."""
    assert node.process is not None
    os.kill(node.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(node.process.pid, signal.SIGCONT)


def wires(nodes: list[Server], token: str | None) -> list[Wire]:
    return [Wire(node, token) for node in nodes]


def test_a_quota_holds_to_the_last_one_with_a_node_paused(postgres: Postgres) -> None:
    quota = 60
    with three(postgres, f"[quota]\nca = 0\ncertificate = {quota}\ncsr = 0\n") as (server, nodes):
        assert server.credentials is not None
        token = Wire(server).sign_in(server.credentials)
        authority = Authority.make(Wire(nodes[0], token), "Limited")
        answers: list[tuple[int, str]] = []

        def issue(node: Server) -> None:
            wire = Wire(node, token)
            while True:
                body = {
                    "issuer_id": authority.id,
                    "distinguished_name": {"common_name": "limited"},
                    "validity": {"type": "DAY", "value": 30},
                }
                answer = wire.post(CERTIFICATES, json=body)
                answers.append((answer.status_code, answer.text))
                if answer.status_code == 403:
                    return

        threads = [
            threading.Thread(target=issue, args=(node,)) for node in nodes for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        while len(answers) < quota // 3:
            time.sleep(0.002)
        with paused(nodes[2]):
            time.sleep(PAUSE / 2)
        for thread in threads:
            thread.join(60)
            assert not thread.is_alive()
        issued = [text for status, text in answers if status == 200]
        unclear = [text for status, text in answers if status not in (200, 403)]
        [(there,)] = query_rows(server, "SELECT count(*) AS n FROM private_certificates")
        # A commit that was under way when the node stood still may be undone by the database.
        assert (there, len(issued) <= there <= len(issued) + len(unclear)) == (quota, True), unclear
        assert len(unclear) <= 4, unclear
        assert quota_faults(server, token) == []
        assert broken(server) == []


def test_mixed_load_on_all_nodes_with_one_paused_twice(postgres: Postgres) -> None:
    with three(postgres) as (server, nodes):
        account = server.credentials
        assert account is not None
        token = Wire(server).sign_in(account)
        authority = Authority.make(Wire(server, token), "Everywhere")
        told = Told(authority)
        chance = random.Random(SEED)
        loads = [
            Mixed(
                node, account, token, authority,
                seed=SEED, label=f"node{number}", clients=3, persist=True,
            ).start()  # fmt: skip
            for number, node in enumerate(nodes)
        ]
        time.sleep(2)
        for node in (nodes[chance.randrange(3)], nodes[chance.randrange(3)]):
            others = [load for load, own in zip(loads, nodes, strict=True) if own is not node]
            with paused(node):
                before = [load.answered() for load in others]
                time.sleep(PAUSE)
                # Nobody waits for the one that stands still.
                gone_on = [load.answered() - b for load, b in zip(others, before, strict=True)]
                assert min(gone_on) > 40, gone_on
            time.sleep(1.5)
        for load in loads:
            load.stop()
        for load in loads:
            # One that stood still finds that it has waited too long for a body (408), and does nothing.
            unexpected = [text for text in load.unexpected if ": 408 " not in text]
            assert unexpected == [], f"seed {SEED}"
            assert settle(server, load.stories, load.label) == [], f"seed {SEED}"
            told.promise(revoked_serials(server, load.stories, load.label))
            for node in nodes:
                assert unserved(node, token, authority, load.stories[-30:]) == []
        assert broken(server) == []
        assert quota_faults(server, token) == []
        told.wait(server)
        assert told.faults == []
        check_crl_numbers(server, authority)
        server.run("check")


def check_crl_numbers(server: Server, authority: Authority) -> None:
    """Each CRL has a number of its own; that they rise is seen by whoever fetches them."""
    query = (
        "SELECT detail FROM audit_events WHERE action = 'refresh_crl' AND object = ?"
    )
    told = [str(detail) for (detail,) in query_rows(server, query, (authority.id,))]
    numbers = [int(found[1]) for text in told if (found := re.match(r"CRL number (\d+) ", text))]
    assert len(numbers) >= 3, told
    assert len(set(numbers)) == len(numbers), numbers


def test_a_transaction_is_completed_once(group: tuple[Server, list[Server]]) -> None:
    server, nodes = group
    account = server.create_account("once")
    token = Wire(server).sign_in(account)
    path = f"/v2/{account.project_id}/certmanager/private-certificate-authorities"
    outside = foreign.Authority()
    for turn in range(3):
        subject = desktops.SUBJECT | {"common_name": f"once {turn}"}
        named = {
            "distinguished_name": subject,
            "key_algorithm": "RSA-2048",
            "transaction_id": f"once-{turn}",
        }
        request = Wire(nodes[turn], token).post(f"{path}/csr", json=named)
        assert request.status_code == 200, request.text
        signed = outside.sign_request(request.text, path_length=0, days=3000)
        body = named | {
            "pem_code": signed,
            "crl_configuration": {"enable": False, "type": "SYSTEM", "valid_day": 7},
        }

        def complete(wire: Wire, body: dict[str, Any] = body) -> requests.Response:
            return wire.post(f"{path}/import", json=body)

        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(complete, wires(nodes, token) * 2))
        done = [answer for answer in answers if answer.ok]
        assert len(done) == 1, [(answer.status_code, answer.text) for answer in answers]
        assert {answer.status_code // 100 for answer in answers} == {2, 4}
        listed = Wire(nodes[turn - 1], token).get(path).json()
        assert str(listed).count(f"once {turn}'") >= 1
        query = "SELECT count(*) AS n FROM authorities WHERE common_name = ?"
        assert query_rows(server, query, (f"once {turn}",)) == [(1,)]


def test_a_token_that_ends_on_one_node_ends_on_all(group: tuple[Server, list[Server]]) -> None:
    server, nodes = group
    account = server.create_account("ends")
    for turn in range(3):
        token = Wire(nodes[turn]).sign_in(account)
        every = wires(nodes, token)
        for wire in every * 3:
            assert wire.get(f"{CERTIFICATES}?limit=1").status_code == 200
        headers = {"X-Subject-Token": token}
        ended = every[turn].send("DELETE", "/v3/auth/tokens", headers=headers)
        assert ended.status_code == 204
        since = time.monotonic()
        for wire in every:
            soon(lambda w=wire: w.get(f"{CERTIFICATES}?limit=1").status_code, 401, since)


def test_an_access_key_that_ends_on_one_node_ends_on_all(
    group: tuple[Server, list[Server]],
) -> None:
    server, nodes = group
    account = server.create_account("keys")
    token = Wire(server).sign_in(account)

    def signed(node: Server) -> Callable[[], int]:
        client = Sdk(node, account).scm
        return lambda: _status_of(client)

    asked = [signed(node) for node in nodes]
    assert [ask() for ask in asked * 2] == [200] * 6
    path = f"/v3.0/OS-CREDENTIAL/credentials/{account.access_key}"
    gone = Wire(nodes[1], token).send("DELETE", path)
    assert gone.status_code == 204, gone.text
    since = time.monotonic()
    for ask in asked:
        soon(ask, 401, since)


def _status_of(client: Any) -> int:

    try:
        return int(client.list_csr(ListCsrRequest(limit=1)).status_code)
    except ClientRequestException as refused:
        return int(refused.status_code)


def test_a_node_that_slept_through_a_revocation_learns_of_it(
    group: tuple[Server, list[Server]],
) -> None:
    server, nodes = group
    account = server.create_account("sleeps")
    token = Wire(server).sign_in(account)
    last = Wire(nodes[2], token)
    assert last.get(f"{CERTIFICATES}?limit=1").status_code == 200
    with paused(nodes[2]):
        headers = {"X-Subject-Token": token}
        ended = Wire(nodes[0], token).send("DELETE", "/v3/auth/tokens", headers=headers)
        assert ended.status_code == 204
        time.sleep(2 * SOON)
    soon(lambda: last.get(f"{CERTIFICATES}?limit=1").status_code, 401, time.monotonic())
