"""Kill -9 under load: whatever was answered is there afterwards, with a working key, once."""

from __future__ import annotations

import time

import pytest

from harness.load import Answered, Load, fault_of, faults, names_kept
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it kills one process with a file of its own")

CLIENTS = 20
ROUNDS = 3


def test_everything_answered_before_a_kill_is_there_after_the_restart_once() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        answered: list[Answered] = []
        for round_ in range(ROUNDS):
            label = f"round {round_}"
            load = Load(server, token, CLIENTS, label=label).start()
            deadline = time.monotonic() + 30
            while len(load.answered) < 60 + 25 * round_ and time.monotonic() < deadline:
                time.sleep(0.01)
            server.kill()
            load.stop()
            assert load.unexpected == []
            assert len(load.answered) >= 60, "too little was under way"
            answered += load.answered
            server.start()
            # The token outlives the kill, too: it was answered.
            assert faults(Wire(server, token), load.answered) == []
            kept = names_kept(server, label)
            assert len(set(kept)) == len(kept), "something is there twice"
            # At most one request of each client was done and not answered.
            assert {made.name for made in load.answered} <= set(kept)
            assert len(kept) <= len(load.answered) + CLIENTS
        ids = [made.id for made in answered]
        assert len(set(ids)) == len(ids)
        # Later kills took nothing of what an earlier one had left.
        wire = Wire(server, token)
        settled = [made for made in answered if made.kind != "pending"]
        assert [fault_of(wire, made) for made in settled[:40]] == [None] * 40


def test_a_kill_of_a_server_that_only_reads_leaves_nothing_to_repair() -> None:
    with Server() as server:
        account = server.init()
        server.start()
        before = {path.name for path in server.data_dir.iterdir()}
        Wire(server).sign_in(account)
        server.kill()
        server.start()
        assert Wire(server).sign_in(account)
        assert {path.name for path in server.data_dir.iterdir()} == before
