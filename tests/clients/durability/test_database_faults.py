"""PostgreSQL is killed, replaced, hangs or refuses: told within a bound, over by itself, nothing lost."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator

import pytest

from harness.ledgers import PostgresLedger
from harness.mixed import CHEAP_PASSWORDS, Mixed
from harness.postgres import Postgres
from harness.revoking import CERTIFICATES, Authority
from harness.round_robin import RoundRobin
from harness.server import NO_QUOTAS, Server
from harness.settled import (
    Told,
    broken,
    quota_faults,
    revoked_serials,
    settle,
    unserved,
    wait_until_ready,
)
from harness.standby import pair
from harness.torture import KILLS, SEED
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it brings its own databases")

SETTINGS = NO_QUOTAS + CHEAP_PASSWORDS

#: The longest that any request waits for a database that does not answer, seconds.
BOUND = 30.0
#: The longest until `/readyz` says so, seconds.
PROBED = 6.0
#: The longest until the server goes on once the database does.
RECOVERY = 15.0


class Attended:
    """A server on PostgreSQL with clients that never give up."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.account = server.init()
        server.start()
        assert server.process is not None
        self.process = server.process.pid
        self.token = Wire(server).sign_in(self.account)
        self.authority = Authority.make(Wire(server, self.token), "Attended")
        self.told = Told(self.authority)
        self.loads: list[Mixed] = []

    @contextlib.contextmanager
    def load(self, label: str) -> Iterator[Mixed]:
        load = Mixed(
            self.server, self.account, self.token, self.authority,
            seed=SEED, label=label, clients=6, persist=True,
        ).start()  # fmt: skip
        self.loads.append(load)
        try:
            wait_for_answers(load, 20)
            yield load
            wait_for_answers(load, 40)
        finally:
            load.stop()

    def verify(self) -> None:
        """Nothing is lost, and the server was never ended nor started again."""
        server = self.server
        assert server.process is not None
        assert (server.process.pid, server.process.poll()) == (self.process, None)
        for load in self.loads:
            assert load.unexpected == []
            assert settle(server, load.stories, load.label) == []
            assert unserved(server, self.token, self.authority, load.stories) == []
            self.told.promise(revoked_serials(server, load.stories, load.label))
        assert broken(server) == []
        assert quota_faults(server, self.token) == []
        self.told.wait(server)
        assert self.told.faults == []
        server.run("check")


def wait_for_answers(load: Mixed, count: int) -> None:
    """Waits until so many more requests are answered with success."""
    before, deadline = load.answered(), time.monotonic() + 60
    while load.answered() < before + count:
        assert time.monotonic() < deadline, f"no success; failures: {load.failures[-3:]}"
        time.sleep(0.01)


def check_failures(load: Mixed, since: float, *, some: bool = True) -> None:
    """What failed since then did so within the bound, in the API's words."""
    failed = [failure for failure in load.failures if failure[0] > since]
    assert failed or not some, "nothing was tried meanwhile"
    assert max((took for _, took, _ in failed), default=0) < BOUND, sorted(f[1] for f in failed)[-3:]
    texts = {text for _, _, text in failed}
    assert all(text[:3] in ("500", "503", "429") and "error" in text for text in texts), texts


@pytest.fixture
def place() -> Iterator[Postgres]:
    with Postgres(durable=True) as postgres:
        yield postgres


def test_a_killed_postmaster_loses_nothing_and_the_server_goes_on(place: Postgres) -> None:
    chance = random.Random(SEED)
    with Server(settings=SETTINGS, ledger=PostgresLedger(place), nodes=1) as server:
        attended = Attended(server)
        for kill in range(max(3, KILLS // 10)):
            with attended.load(f"kill{kill}"):
                time.sleep(chance.uniform(0, 1))
                place.kill()
                time.sleep(chance.uniform(0, 1))
                place.start()
                wait_until_ready(Wire(server), within=RECOVERY)
        attended.verify()


def test_a_standby_that_is_promoted_has_everything_and_the_server_finds_it() -> None:
    chance = random.Random(SEED)
    for _ in range(max(1, KILLS // 50)):
        with pair() as pair_, Server(settings=SETTINGS, ledger=pair_.ledger, nodes=1) as server:
            attended = Attended(server)
            with attended.load("over") as load:
                time.sleep(chance.uniform(0.5, 2))
                began = time.monotonic()
                pair_.fail_over()
                wait_until_ready(Wire(server), within=RECOVERY)
            # Most wait and never learn of it.
            check_failures(load, began, some=False)
            attended.verify()


def hang(ledger: PostgresLedger, proxy: RoundRobin) -> Callable[[], None]:
    """Every process of the database stands still."""
    ledger.postgres.pause()
    return ledger.postgres.resume


def fall_silent(ledger: PostgresLedger, proxy: RoundRobin) -> Callable[[], None]:
    """No packet arrives any more, and nobody says so."""
    proxy.hold()
    return proxy.release


def stop(ledger: PostgresLedger, proxy: RoundRobin) -> Callable[[], None]:
    """Nobody listens."""
    ledger.postgres.stop()
    return ledger.postgres.start


def change_password(ledger: PostgresLedger, proxy: RoundRobin) -> Callable[[], None]:
    """The role has another password, and its sessions are ended."""
    postgres = ledger.postgres
    postgres.sql("ALTER ROLE app PASSWORD 'another one'")
    end_sessions(postgres)
    return lambda: postgres.sql(f"ALTER ROLE app PASSWORD '{postgres.password}'")


def refuse_connections(ledger: PostgresLedger, proxy: RoundRobin) -> Callable[[], None]:
    """There are too many connections."""
    postgres = ledger.postgres
    postgres.sql("ALTER ROLE app CONNECTION LIMIT 0")
    end_sessions(postgres)
    return lambda: postgres.sql("ALTER ROLE app CONNECTION LIMIT -1")


def end_sessions(postgres: Postgres) -> None:
    postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'")


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        # Longer than anybody waits for an answer.
        (hang, BOUND + 2),
        (fall_silent, 12),
        (stop, 5),
        (change_password, 5),
        (refuse_connections, 5),
    ],
)
def test_a_database_that_cannot_is_told_and_is_over_when_it_can(
    place: Postgres,
    fault: Callable[[PostgresLedger, RoundRobin], Callable[[], object]],
    seconds: float,
) -> None:
    ledger = PostgresLedger.of_role(place, "app")
    proxy = RoundRobin()
    proxy.lead_to(("127.0.0.1", place.port))
    ledger.url = ledger.url.replace(f":{place.port}/", f":{proxy.port}/")
    with (
        contextlib.closing(proxy),
        Server(settings=SETTINGS, ledger=ledger, nodes=1) as server,
    ):
        attended = Attended(server)
        with attended.load("fault") as load:
            began = time.monotonic()
            mend = fault(ledger, proxy)
            wait_until_ready(Wire(server), within=PROBED, ready=False)
            assert Wire(server).get("/healthz").status_code == 200
            listed = Wire(server, attended.token).get(f"{CERTIFICATES}?limit=1", timeout=BOUND)
            assert listed.status_code >= 500, listed.text
            assert "error" in listed.text
            time.sleep(max(0.0, began + seconds - time.monotonic()))
            mend()
            wait_until_ready(Wire(server), within=RECOVERY)
            # What waited long enough was done in the end.
            check_failures(load, began, some=seconds > BOUND)
        attended.verify()
