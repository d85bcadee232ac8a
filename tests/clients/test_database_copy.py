"""`cinnabar database copy`: from a file to PostgreSQL and back, with a server on each in turn."""

from __future__ import annotations

import pathlib
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from harness.ledgers import PostgresLedger
from harness.lived_in import Lived, lived_in, revoke
from harness.postgres import Postgres, programs
from harness.revoking import CERTIFICATES, number_of
from harness.server import Server
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it is about one data directory and its process")


@pytest.fixture(scope="module")
def safe() -> Iterator[Postgres]:
    """A PostgreSQL that is fit for serving."""
    with Postgres(durable=True) as made:
        yield made


@pytest.fixture
def ledger(safe: Postgres) -> Iterator[PostgresLedger]:
    made = PostgresLedger(safe)
    yield made
    made.drop()


def in_a_file() -> Server:
    made = Server()
    made.environment.pop("CINNABAR_DATABASE", None)
    made.ledger = None
    return made


def file_of(server: Server) -> str:
    return f"sqlite://{server.data_dir}/cinnabar.db"


def copy(server: Server, source: str, target: str, expect: int | None = 0) -> str:
    done = server.run("database", "copy", "--from", source, "--to", target, expect=expect)
    assert "panicked" not in done.stderr, done
    return done.stdout + done.stderr


def test_a_database_moves_to_postgres_and_back_with_all_that_it_has(
    ledger: PostgresLedger,
) -> None:
    with in_a_file() as server:
        made = lived_in(server)
        number = number_of(made.authority.crl(server) or b"")
        server.terminate()

        said = copy(server, file_of(server), ledger.url)
        assert "Copied and compared" in said
        assert "Nothing is wrong" in server.run("check", "--database", ledger.url).stdout

        server.environment["CINNABAR_DATABASE"] = ledger.url
        server.start()
        number = lives_on(server, made, made.certificates[0], number)
        server.terminate()

        back = server.home / "back.db"
        copy(server, ledger.url, f"sqlite://{back}")
        server.data_dir.joinpath("cinnabar.db").unlink()
        shutil.move(back, server.data_dir / "cinnabar.db")
        del server.environment["CINNABAR_DATABASE"]
        assert "Nothing is wrong" in server.run("check").stdout
        server.start()
        lives_on(server, made, made.certificates[1], number)


def lives_on(server: Server, made: Lived, certificate: object, number: int) -> int:
    """Revokes one more, and sees it told under a higher number with all that were before."""
    assert server.credentials is not None
    wire = Wire(server)
    wire = Wire(server, wire.sign_in(server.credentials))
    asked = {"is_compressed": False, "type": "OTHER"}
    for known in made.certificates[1:]:
        exported = wire.post(f"{CERTIFICATES}/{known.id}/export", json=asked)
        assert exported.json()["certificate"] == known.pem, exported.text
    revoke(wire, certificate)  # type: ignore[arg-type]
    serials = {known.serial for known in (*made.revoked, certificate)}  # type: ignore[attr-defined]
    told = number_of(made.authority.wait_for(server, serials))
    assert told > number
    return told


def test_a_source_that_is_served_from_is_refused(ledger: PostgresLedger) -> None:
    with in_a_file() as server:
        server.init()
        server.start()

        said = copy(server, file_of(server), ledger.url, expect=1)

        assert "is used by another cinnabar" in said


def test_a_source_with_any_other_session_is_refused(ledger: PostgresLedger) -> None:
    psql = [str(programs() / "psql"), "-X", "-d", ledger.url, "-c"]
    asked = [*psql, "SET application_name = 'elsewhere'", "-c", "SELECT pg_sleep(60)"]
    with in_a_file() as server, subprocess.Popen(asked) as other:
        try:
            named = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'elsewhere'"
            until = time.monotonic() + 20
            while ledger.rows(named) != [(1,)]:
                assert time.monotonic() < until
                time.sleep(0.05)

            said = copy(server, ledger.url, f"sqlite://{server.home}/to.db", expect=1)
        finally:
            other.kill()

        assert "1 other sessions are open" in said


def test_a_target_with_rows_is_refused_and_stays(ledger: PostgresLedger) -> None:
    with in_a_file() as server, in_a_file() as other:
        server.init()
        other.init()
        copy(server, file_of(server), ledger.url)
        before = ledger.digests(["accounts"])

        said = copy(other, file_of(other), ledger.url, expect=1)

        assert "the target is not empty" in said
        assert ledger.digests(["accounts"]) == before


def test_an_interrupted_copy_is_served_by_nobody_and_goes_on(
    ledger: PostgresLedger, tmp_path: pathlib.Path
) -> None:
    with in_a_file() as server, in_a_file() as half:
        server.init()
        path = server.data_dir / "cinnabar.db"
        # A row that the target refuses, as late as possible.
        whole = tmp_path / "whole.db"
        shutil.copy(path, whole)
        with closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE audit_events SET action = action || char(0)")
            database.commit()
        said = copy(server, file_of(server), ledger.url, expect=1)
        assert "goes on with it" in said
        half.ledger = ledger
        half.environment["CINNABAR_DATABASE"] = ledger.url
        refused = half.run("init", expect=1)
        assert "unfinished copy" in refused.stderr
        shutil.copy(whole, path)

        said = copy(server, file_of(server), ledger.url)

        assert "gone on with" in said
        assert "Nothing is wrong" in server.run("check", "--database", ledger.url).stdout
