"""Kill -9 again and again under mixed load: what was answered is there, once, whatever happened.

The moments are chosen by a seed, which a failure shows: `CINNABAR_TORTURE_SEED` runs them again.
`CINNABAR_TORTURE_KILLS` is the number of kills of each test; `make torture` asks for 200.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from harness.ledgers import PostgresLedger
from harness.mixed import CHEAP_PASSWORDS, Mixed, Story
from harness.postgres import Postgres
from harness.revoking import Authority
from harness.server import NO_QUOTAS, Server
from harness.settled import Told, broken, quota_faults, revoked_serials, settle, unserved
from harness.torture import KILLS, SEED
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it brings its own databases")

SETTINGS = NO_QUOTAS + CHEAP_PASSWORDS

#: After this many kills everything of before is compared again, and the store is checked.
LOOK_BACK = 5


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if request.param == "sqlite":
        with Server(settings=SETTINGS) as server:
            yield server
        return
    with Postgres(durable=True) as postgres:
        with Server(settings=SETTINGS, ledger=PostgresLedger(postgres)) as server:
            yield server


def check(server: Server) -> None:
    """`cinnabar check` finds nothing."""
    done = server.run("check", expect=None)
    assert done.returncode == 0, f"seed {SEED}: {done.stdout[-2000:]}{done.stderr[-2000:]}"


def test_whatever_was_answered_before_a_kill_is_there_after_it(server: Server) -> None:
    chance = random.Random(SEED)
    account = server.init()
    server.start()
    token = Wire(server).sign_in(account)
    authority = Authority.make(Wire(server, token), "Tortured")
    told = Told(authority)
    lives: dict[str, list[Story]] = {}
    answered = 0
    for kill in range(KILLS):
        label = f"life{kill}"
        load = Mixed(
            server, account, token, authority, seed=SEED, label=label, clients=chance.choice([3, 9])
        ).start()
        # Once it is under way, and sometimes at once.
        while load.answered() < chance.choice([1, 8]):
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 1.2))
        server.kill()
        load.stop()
        where = f"seed {SEED}, kill {kill}"
        assert load.unexpected == [], where
        answered += load.answered()
        server.start()
        lives[label] = load.stories
        assert settle(server, load.stories, label) == [], where
        assert broken(server) == [], where
        assert unserved(server, token, authority, load.stories) == [], where
        assert quota_faults(server, token) == [], where
        told.promise(revoked_serials(server, load.stories, label))
        told.look(server)
        if kill % LOOK_BACK == LOOK_BACK - 1:
            for name in list(lives)[-2 * LOOK_BACK :]:
                assert settle(server, lives[name], name) == [], f"{where}, {name}"
            check(server)
    told.wait(server)
    assert told.faults == [], f"seed {SEED}"
    for name, stories in lives.items():
        assert settle(server, stories, name) == [], f"seed {SEED}, {name} in the end"
    check(server)
    assert answered >= 20 * KILLS, "too little was under way"
