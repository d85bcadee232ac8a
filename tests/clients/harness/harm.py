"""A database that is whole, and copies of it to which harm is done."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from .ledgers import PostgresLedger
from .server import Server

#: What a statement can be given by name.
Values = Mapping[str, str | bytes]


class WholeFile:
    """The file of a server that has ended."""

    def __init__(self, server: Server) -> None:
        self.path = server.data_dir / "cinnabar.db"
        with closing(sqlite3.connect(self.path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.octets = self.path.read_bytes()

    @contextlib.contextmanager
    def harmed(self, statements: list[str], values: Values) -> Iterator[tuple[str, ...]]:
        """Flags that lead a command to a database after these statements, each of which wrote rows."""
        for left in ("cinnabar.db-wal", "cinnabar.db-shm"):
            (self.path.parent / left).unlink(missing_ok=True)
        self.path.write_bytes(self.octets)
        with closing(sqlite3.connect(self.path)) as database:
            for statement in statements:
                assert database.execute(statement, values).rowcount > 0, statement
            database.commit()
        yield ()


class WholeDatabase:
    """The database on PostgreSQL of a server that has ended."""

    def __init__(self, ledger: PostgresLedger) -> None:
        self.ledger = ledger

    @contextlib.contextmanager
    def harmed(self, statements: list[str], values: Values) -> Iterator[tuple[str, ...]]:
        """Flags that lead a command to a database after these statements, each of which wrote rows."""
        postgres, name = self.ledger.postgres, f"{self.ledger.name}_harmed"
        postgres.sql(f"CREATE DATABASE {name} TEMPLATE {self.ledger.name}")
        harmed = PostgresLedger(postgres, name=name)
        try:
            for statement in statements:
                written = f"WITH written AS ({_literally(statement, values)} RETURNING 1) "
                count = postgres.sql(f"{written} SELECT count(*) FROM written", name)
                assert int(count) > 0, statement
            yield ("--database", harmed.url)
        finally:
            harmed.drop()


def whole(server: Server) -> WholeFile | WholeDatabase:
    """The database of a server that has ended, wherever it is."""
    return WholeFile(server) if server.ledger is None else WholeDatabase(server.ledger)


def _literally(statement: str, values: Values) -> str:
    """A statement for SQLite as PostgreSQL has it, with its values in it."""

    def literal(found: re.Match[str]) -> str:
        value = values[found[1]]
        if isinstance(value, bytes):
            return f"CAST('\\x{value.hex()}' AS BYTEA)"
        return "'" + value.replace("'", "''") + "'"

    return re.sub(r":(\w+)", literal, statement).replace("AS BLOB)", "AS BYTEA)")
