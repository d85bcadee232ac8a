"""Databases of servers on PostgreSQL: one for each server, and what is in it."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
from typing import Any

from .postgres import USER, Postgres

#: Which database servers have that nobody says anything about: `postgres`, or none for a file.
ENGINE = "CINNABAR_TEST_DATABASE"


class PostgresLedger:
    """One database of a PostgreSQL server; `url` may lead to several hosts or through a proxy."""

    def __init__(self, postgres: Postgres, *, url: str = "", name: str = "") -> None:
        self.postgres = postgres
        self.name = name or postgres.database()
        self.url = url or postgres.tcp_url(self.name)

    @classmethod
    def of_role(cls, postgres: Postgres, role: str) -> PostgresLedger:
        """A database that a role of its own has, which may do nothing else."""
        name = postgres.database()
        postgres.sql(f"CREATE ROLE {role} LOGIN PASSWORD '{postgres.password}'")
        postgres.sql(f"ALTER DATABASE {name} OWNER TO {role}")
        return cls(postgres, name=name, url=postgres.tcp_url(name).replace(f"{USER}:", f"{role}:"))

    def rows(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        """The rows that a SELECT finds, read by `psql` as JSON."""
        text = _filled(query, values)
        found = self.postgres.sql(f"SELECT row_to_json(found) FROM ({text}) AS found", self.name)
        return [
            tuple(_value(value) for _, value in json.loads(line, object_pairs_hook=list))
            for line in found.splitlines()
        ]

    def change(self, statement: str, values: tuple[str, ...] = ()) -> None:
        """Changes rows."""
        self.postgres.sql(_filled(statement, values), self.name)

    def tables(self) -> list[str]:
        """The names of its tables."""
        query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        return sorted(name for (name,) in self.rows(query))

    def digests(self, tables: list[str]) -> dict[str, str]:
        """One of all rows of each of these tables, in no order."""
        each = (
            f"SELECT '{table}' AS name, "  # noqa: S608
            f"md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS digest FROM {table} AS t"
            for table in tables
        )
        return dict(self.rows(" UNION ALL ".join(each)))

    def drop(self) -> None:
        """Removes the database, whoever is connected to it."""
        with contextlib.suppress(RuntimeError):
            self.postgres.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")


def _filled(text: str, values: tuple[str, ...]) -> str:
    """A statement with its values in the places of its question marks."""
    parts = text.split("?")
    assert len(parts) == len(values) + 1, text
    literals = ["'" + value.replace("'", "''") + "'" for value in values] + [""]
    return "".join(part + literal for part, literal in zip(parts, literals, strict=True))


def _value(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("\\x"):
        return bytes.fromhex(value[2:])
    return value


_shared: Postgres | None = None


def is_postgres_default() -> bool:
    """Whether servers that nobody chose a database for have PostgreSQL."""
    chosen = os.environ.get(ENGINE, "sqlite")
    assert chosen in ("sqlite", "postgres"), chosen
    return chosen == "postgres"


def by_default() -> PostgresLedger | None:
    """A database for a server that nobody chose one for; None where it has a file."""
    return PostgresLedger(shared()) if is_postgres_default() else None


def shared() -> Postgres:
    """The one PostgreSQL of this process."""
    global _shared
    if _shared is None:
        made = Postgres()
        made.__enter__()
        atexit.register(made.__exit__)
        _shared = made
    return _shared
