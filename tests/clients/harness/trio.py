"""Three nodes on one PostgreSQL, with nothing between them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from .ledgers import PostgresLedger
from .mixed import CHEAP_PASSWORDS
from .postgres import Postgres
from .server import NO_QUOTAS, Server


@contextlib.contextmanager
def three(postgres: Postgres, settings: str = NO_QUOTAS) -> Iterator[tuple[Server, list[Server]]]:
    """The group, and each of its nodes by itself."""
    with Server(
        settings=settings + CHEAP_PASSWORDS, ledger=PostgresLedger(postgres), nodes=3
    ) as server:
        server.init()
        server.start()
        assert server.group is not None
        yield server, server.group.nodes
