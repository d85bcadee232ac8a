"""Kill -9 under load: whatever was answered is there afterwards, with a working key, once."""

from __future__ import annotations

import time

from harness.load import Load, faults
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire

CLIENTS = 20
ROUNDS = 3


def test_everything_answered_before_a_kill_is_there_after_the_restart() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        answered = []
        for round_ in range(ROUNDS):
            load = Load(server, token, CLIENTS).start()
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
            assert faults(Wire(server, token), load.answered, keys=10) == []
        ids = [made.id for made in answered]
        assert len(set(ids)) == len(ids)
        assert faults(Wire(server, token), answered[:40], keys=5) == []


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
