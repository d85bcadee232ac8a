"""What a server's database holds, read beside the server: what no call of the API can tell."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from .server import Server

#: Tables that tell what happened, what was tried and who is signed in: a refusal may write these.
CHRONICLE = {"audit_events", "readiness", "tokens"}


@contextlib.contextmanager
def _opened(server: Server) -> Iterator[sqlite3.Connection]:
    database = server.data_dir / "cinnabar.db"
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def query_rows(server: Server, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """The rows that a SELECT finds."""
    if server.ledger is not None:
        return server.ledger.rows(query, values)
    with _opened(server) as connection:
        return connection.execute(query, values).fetchall()


def change_rows(server: Server, statement: str, values: tuple[str, ...] = ()) -> None:
    """Changes rows behind the back of a server that has ended."""
    if server.ledger is not None:
        server.ledger.change(statement, values)
        return
    with contextlib.closing(sqlite3.connect(server.data_dir / "cinnabar.db")) as database:
        database.execute(statement, values)
        database.commit()


def contents(server: Server) -> dict[str, str]:
    """Each table of objects with a digest of all its rows."""
    if server.ledger is not None:
        return server.ledger.digests(_objects(server.ledger.tables()))
    with _opened(server) as connection:
        tables = {
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        }
        digests = {}
        for name in _objects(tables):
            digest = hashlib.sha256()
            # In the order of the table, which needs no rowid to have one.
            for row in connection.execute(f'SELECT * FROM "{name}" NOT INDEXED'):  # noqa: S608
                digest.update(repr(row).encode())
            digests[name] = digest.hexdigest()
        return digests


def _objects(tables: Iterable[str]) -> list[str]:
    """The tables of objects among these."""
    # A table that is renamed must be looked at anew.
    assert set(tables) > CHRONICLE | {"authorities", "csrs", "keys", "workspace_transactions"}
    return sorted(set(tables) - CHRONICLE)
