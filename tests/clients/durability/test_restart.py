"""After a restart everything is as it was, octet for octet; SIGTERM loses no accepted request."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from harness import csrs, desktops, foreign
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    export,
    export_chain,
    export_csr,
    import_certificate,
    show,
)
from harness.load import Load, faults, names_kept
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire
from oracles.judge import judge_chain

pytestmark = pytest.mark.one_node("it restarts one process with a file of its own")


def everything(sdk: Sdk, token: str, ids: dict[str, list[str]]) -> dict[str, Any]:
    """All that can be read of these objects, as bytes where there are bytes."""
    wire = Wire(sdk.server, token)
    authority = "/v1/private-certificate-authorities"
    reads = [("GET", "/v3/auth/domains"), ("GET", "/v3/projects")]
    for csr in ids["csr"]:
        reads += [("GET", f"/v3/scm/csr/{csr}"), ("GET", f"/v3/scm/csr/{csr}/private-key")]
    for ca in ids["ca"]:
        reads += [("GET", f"{authority}/{ca}"), ("POST", f"{authority}/{ca}/export")]
    for ca in ids["pending"]:
        reads += [("GET", f"{authority}/{ca}"), ("GET", f"{authority}/{ca}/csr")]
    seen: dict[str, Any] = {}
    for method, path in reads:
        answer = wire.send(method, path)
        assert answer.status_code == 200, (path, answer.text)
        seen[path] = answer.content
    seen["workspace"] = desktops.csr(sdk.workspace, "kept")
    return seen


def test_everything_is_unchanged_after_a_restart_and_after_a_kill() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        sdk = Sdk(server, account)
        token = Wire(server).sign_in(account)
        key = foreign.shared_key("SM2")
        root = create_root(sdk.ccm, "Kept Root", key_algorithm="RSA2048")
        imported = create_pending(sdk.ccm, "Kept Import")
        outside = foreign.Authority()
        import_certificate(
            sdk.ccm,
            imported,
            outside.sign_request(export_csr(sdk.ccm, imported), path_length=1, days=3000),
            outside.pem,
        )
        ids = {
            "csr": [
                *[
                    csrs.create(sdk.scm, private_key_algo=algorithm).id
                    for algorithm in ("RSA_2048", "EC_P256", "EC_P384", "SM2")
                ],
                csrs.upload(sdk.scm, foreign.request(key), key).id,
            ],
            "ca": [root, create_subordinate(sdk.ccm, "Kept Child", root), imported],
            "pending": [
                create_pending(sdk.ccm, f"Kept Pending {algorithm}", key_algorithm=algorithm)
                for algorithm in ("RSA2048", "EC256", "EC384", "SM2")
            ],
        }
        # Links of the look-ups carry the address, which changes with the port.
        before = _without_address(everything(sdk, token, ids), server)
        assert server.terminate() == 0
        server.start()
        assert _without_address(everything(Sdk(server, account), token, ids), server) == before
        server.kill()
        server.start()
        again = Sdk(server, account)
        assert _without_address(everything(again, token, ids), server) == before
        # The keys still sign.
        child = create_subordinate(again.ccm, "After The Restart", imported)
        judge_chain(export_chain(again.ccm, child))
        assert show(again.ccm, root).status == "ACTIVED"
        assert export(again.ccm, root).certificate


def _without_address(seen: dict[str, Any], server: Server) -> dict[str, Any]:
    return {
        name: value.replace(server.address.encode(), b"ADDRESS")
        if isinstance(value, bytes)
        else value
        for name, value in seen.items()
    }


def test_sigterm_lets_every_accepted_request_be_answered_and_kept() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        load = Load(server, token, 8).start()
        deadline = time.monotonic() + 30
        while len(load.answered) < 40 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.terminate() == 0
        load.stop()
        assert load.unexpected == []
        assert len(load.answered) >= 40
        # What was done was answered, and what was answered was done: nothing in between.
        assert sorted(names_kept(server, "load")) == sorted(made.name for made in load.answered)
        server.start()
        # The last ones came while the server was ending.
        assert faults(Wire(server, token), load.answered[-60:]) == []


def test_slow_requests_under_way_are_answered_before_the_end() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        sdk = Sdk(server, account)
        csrs.create(sdk.scm)
        made: list[str] = []

        def make() -> None:
            made.append(csrs.create(sdk.scm, private_key_algo="RSA_4096").id)

        # Four such keys take two cores far longer than the requests need to arrive.
        slow = [threading.Thread(target=make) for _ in range(4)]
        for thread in slow:
            thread.start()
        time.sleep(0.25)
        assert server.terminate() == 0
        for thread in slow:
            thread.join(30)
        assert len(made) == 4
        server.start()
        for csr in made:
            assert csrs.show(Sdk(server, account).scm, csr).private_key_algo == "RSA_4096"
