"""A primary and a standby without which it commits nothing, and the change from one to the other."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from .ledgers import PostgresLedger
from .postgres import USER, Postgres
from .server import PATIENCE


class Pair:
    """Two servers of which one writes. A server's URL names both."""

    def __init__(self, primary: Postgres, standby: Postgres) -> None:
        self.primary, self.standby = primary, standby
        self.name = primary.database()
        hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
        url = f"postgres://{USER}:{primary.password}@{hosts}/{self.name}"
        self.ledger = PostgresLedger(
            primary, name=self.name, url=f"{url}?target_session_attrs=read-write"
        )
        primary.require_standby()
        deadline = time.monotonic() + PATIENCE
        query = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        while primary.sql(query) != "1":
            assert time.monotonic() < deadline, "the standby does not follow"
            time.sleep(0.05)

    def fail_over(self) -> None:
        """Kills the primary, for good, and lets the standby take its place."""
        self.primary.kill()
        self.standby.promote()
        self.ledger.postgres = self.standby


@contextlib.contextmanager
def pair() -> Iterator[Pair]:
    """A pair that is thrown away."""
    with Postgres(durable=True) as primary, primary.standby() as standby:
        yield Pair(primary, standby)
