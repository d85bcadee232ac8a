"""What a server's database holds, read beside the server, to show that a refusal changed nothing."""

from __future__ import annotations

import sqlite3

from .server import Server

#: Tables that tell what happened or count attempts: a refusal may write these.
CHRONICLE = ("audit", "refus", "throttle", "attempt", "failure", "change", "token", "session")


def row_counts(server: Server) -> dict[str, int]:
    """The number of rows of each table of objects."""
    [database] = [
        path
        for path in server.data_dir.rglob("*")
        if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3"
    ]
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
            if not any(word in name for word in CHRONICLE)
        ]
        assert tables, "no table of objects"
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in tables
        }
    finally:
        connection.close()
