"""`cinnabar check`: clean where all is well, and a line for whatever is not."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from harness.contents import query_rows
from harness.harm import WholeDatabase, WholeFile, whole
from harness.ledgers import PostgresLedger, is_postgres_default
from harness.lived_in import Lived, lived_in
from harness.postgres import Postgres
from harness.server import Server

pytestmark = pytest.mark.one_node("it is about one database and one process")


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[Server, Lived]]:
    with Server() as made:
        yield made, lived_in(made)


def test_a_server_that_runs_is_checked_beside_it(lived: tuple[Server, Lived]) -> None:
    server, made = lived

    done = server.run("check")

    assert done.stdout.startswith("Nothing is wrong: looked at "), done
    assert made.wire.get("/v3/auth/projects").status_code == 200
    assert not (server.data_dir / "check.state").exists()


REVOKED = (
    "INSERT INTO revocations (issuer, serial, version, account, revoked_at, reason, not_after)"
)

#: What is done to the database, one statement after the other, and the line that tells it.
HARMS = {
    "a certificate's octets": (
        "UPDATE private_certificate_contents SET der = :empty WHERE certificate = :kept",
        "private_certificates {kept}: cannot be read",
    ),
    "another one's octets": (
        "UPDATE private_certificate_contents SET der = (SELECT der FROM private_certificate_contents "
        "WHERE certificate = :other) WHERE certificate = :kept",
        "private_certificates {kept}: has another serial number than its row says",
    ),
    "another issuer": (
        "UPDATE private_certificates SET issuer = (SELECT id FROM authorities "
        "WHERE common_name = 'off') WHERE id = :kept",
        "private_certificates {kept}: does not verify under its issuer's key",
    ),
    "a root's signature": (
        "UPDATE certificates SET der = (SELECT der FROM certificates WHERE authority = "
        "(SELECT id FROM authorities WHERE common_name = 'off')) WHERE authority = :authority",
        "certificates {authority}: has another serial number than its row says",
    ),
    "octets without a certificate": (
        "INSERT INTO private_certificate_contents VALUES ('stray', :zero, NULL)",
        "private_certificate_contents stray: names an owner that is not there",
    ),
    "a sealed key": (
        "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE id <> (SELECT key_id FROM "
        "private_certificates WHERE id = :kept) LIMIT 1) WHERE id = (SELECT key_id FROM "
        "private_certificates WHERE id = :kept)",
        "keys {key}: does not open",
    ),
    "a key that nobody has": (
        "UPDATE private_certificates SET key_id = NULL WHERE id = :kept",
        "keys {key}: belongs to nothing",
    ),
    "a key that is gone": (
        "DELETE FROM keys WHERE id = (SELECT key_id FROM private_certificates WHERE id = :kept)",
        "private_certificates {kept}: names a key that is not there",
    ),
    "a secret": (
        "UPDATE access_keys SET sealed_secret = :forged",
        "access_keys {access}: does not open",
    ),
    "the event of an issue": (
        "DELETE FROM audit_events WHERE object = :kept",
        "private_certificates {kept}: has no event that tells of its issue",
    ),
    "the event of a revocation": (
        "DELETE FROM audit_events WHERE action = 'revoke_certificate' AND object = :revoked",
        "private_certificates {revoked}: is revoked without an event",
    ),
    "a serial number": (
        "DELETE FROM serials WHERE serial = (SELECT serial FROM private_certificates WHERE id = :kept)",
        "private_certificates {kept}: has a serial number that is not recorded for its issuer",
    ),
    "a serial number twice": (
        "UPDATE private_certificates SET serial = (SELECT serial FROM private_certificates "
        "WHERE id = :other) WHERE id = :kept",
        "is the serial number of several certificates of one issuer",
    ),
    "a revocation": (
        "DELETE FROM revocations WHERE serial = (SELECT serial FROM private_certificates "
        "WHERE id = :revoked)",
        "private_certificates {revoked}: is revoked, and no revocation says the same",
    ),
    "a status": (
        "UPDATE private_certificates SET revoked_at = NULL, revocation_reason = NULL "
        "WHERE id = :revoked",
        "private_certificates {revoked}: is not revoked, and a revocation says that it is",
    ),
    "a counter": (
        "UPDATE counters SET used = used + 1 WHERE quota = 'certificates'",
        "counters certificates of {account}: is another number than that of the rows",
    ),
    "a piece of a CRL": (
        "DELETE FROM crl_chunks WHERE body = (SELECT body FROM crl_heads WHERE list = :authority)",
        "crl_heads {authority}: has not all the octets of its CRL",
    ),
    "a CRL's signature": (
        "UPDATE crl_chunks SET octets = CAST(substr(octets, 1, length(octets) - 1) || :zero AS BLOB) "
        "WHERE body = "
        "(SELECT body FROM crl_heads WHERE list = :authority)",
        "crl_heads {authority}: ",
    ),
    "the certificate of an authority": (
        "DELETE FROM certificates WHERE authority = :off",
        "authorities {off}: was issued, and its certificate is not there",
    ),
    "an issuer that is gone": (
        "UPDATE authorities SET issuer = 'authority', issuer_id = 'gone' WHERE id = :off",
        "authorities {off}: names an issuer whose certificate is not there",
    ),
    "half of a pair": (
        "UPDATE private_certificate_contents SET encryption_der = NULL WHERE certificate = :pair",
        "private_certificates {pair}: has the serial number or the octets of a second certificate",
    ),
    "the revocation of half of a pair": (
        "UPDATE private_certificates SET revoked_at = 1, revocation_reason = 0 WHERE id = :pair;"
        f"{REVOKED} SELECT issuer, serial, 1, account, 1, 0, not_after FROM private_certificates "
        "WHERE id = :pair",
        "private_certificates {pair}: is revoked, and no revocation says the same",
    ),
    "half of a pair's revocation": (
        f"{REVOKED} SELECT issuer, encryption_serial, 1, account, 1, 0, not_after "
        "FROM private_certificates WHERE id = :pair",
        "private_certificates {pair}: is not revoked, and a revocation says that it is",
    ),
    "the status of an authority": (
        "UPDATE authorities SET issuer = 'authority', issuer_id = :authority WHERE id = :off;"
        f"{REVOKED} SELECT issuer_id, serial, 1, account, 1, 0, not_after FROM authorities "
        "WHERE id = :off",
        "authorities {off}: is not revoked, and a revocation says that it is",
    ),
    "the octets of a responder": (
        "UPDATE responders SET certificate = :empty WHERE authority = :authority",
        "responders {authority}: cannot be read",
    ),
    "the issuer of a responder": (
        "UPDATE responders SET authority = :off WHERE authority = :authority",
        "responders {off}: does not verify under its issuer's key",
    ),
    "the serial number of a responder": (
        "DELETE FROM serials WHERE serial = (SELECT serial FROM responders WHERE "
        "authority = :authority)",
        "responders {authority}: has a serial number that is not recorded for its issuer",
    ),
    "a chain": (
        "INSERT INTO imported_chains (authority, position, der) SELECT :off, 1, der FROM certificates "
        "WHERE authority = :off;"
        "INSERT INTO imported_chains (authority, position, der) SELECT :off, 2, der FROM certificates "
        "WHERE authority = :authority",
        "certificates {off}: a certificate of its chain does not verify under the next one's key",
    ),
    "a row that cannot be read": (
        "UPDATE keys SET algorithm = 'none' WHERE id = :key",
        "keys {key}: cannot be read: ",
    ),
    "a CRL's number": (
        "UPDATE crl_heads SET number = number + 1 WHERE list = :authority",
        "crl_heads {authority}: has another number than its row says",
    ),
}


#: Octets that the statements name.
OCTETS = {"empty": b"\x30\x00", "zero": b"\x00", "forged": b"\x01\x00\x00\x00\x01" + bytes(40)}


#: Where harm is done: whatever the other tests use, harm on PostgreSQL is always looked for.
ENGINES = ["postgres"] if is_postgres_default() else ["sqlite", "postgres"]


@pytest.fixture(scope="module", params=ENGINES)
def stopped(
    request: pytest.FixtureRequest, postgres: Postgres
) -> Iterator[tuple[Server, dict[str, str], WholeFile | WholeDatabase]]:
    """A server that has ended, what is in it by name, and its database."""
    ledger = PostgresLedger(postgres) if request.param == "postgres" else None
    with Server(ledger=ledger, nodes=1) as made:
        lived = lived_in(made)
        assert made.credentials is not None
        find_key = "SELECT key_id FROM private_certificates WHERE id = ?"
        find_off = "SELECT id FROM authorities WHERE common_name = 'off'"
        find_pair = "SELECT id FROM private_certificates WHERE encryption_serial IS NOT NULL"
        names = {
            "kept": lived.certificates[0].id,
            "other": lived.certificates[1].id,
            "revoked": lived.revoked[0].id,
            "authority": lived.authority.id,
            "account": made.credentials.account_id,
            "access": made.credentials.access_key,
            "key": query_rows(made, find_key, (lived.certificates[0].id,))[0][0],
            "off": query_rows(made, find_off)[0][0],
            "pair": query_rows(made, find_pair)[0][0],
        }
        made.terminate()
        yield made, names, whole(made)


@pytest.mark.parametrize("harm", HARMS)
def test_every_harm_is_told_with_its_row(
    stopped: tuple[Server, dict[str, str], WholeFile | WholeDatabase], harm: str
) -> None:
    server, names, database = stopped
    statements, line = HARMS[harm]

    with database.harmed(statements.split(";"), names | OCTETS) as flags:
        done = server.run("check", *flags, expect=1)

    assert line.format(**names) in done.stdout, done
    assert done.stdout.splitlines()[-1].endswith("faults."), done


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_that_is_overwritten_is_told_and_what_comes_after_it_is_looked_at(engine: str) -> None:
    table = "private_certificates"
    with contextlib.ExitStack() as stack:
        # It has to stand still while a page is written: not the one that the other tests use.
        postgres = stack.enter_context(Postgres()) if engine == "postgres" else None
        ledger = None if postgres is None else PostgresLedger(postgres)
        server = stack.enter_context(Server(ledger=ledger, nodes=1))
        made = lived_in(server)
        server.terminate()
        if postgres is not None and ledger is not None:
            postgres.sql("UPDATE crl_heads SET number = number + 1", ledger.name)
            relation = postgres.sql(f"SELECT pg_relation_filepath('{table}')", ledger.name)
            postgres.stop()
            overwrite(postgres.directory / "data" / relation, at=0)
            postgres.start()
        else:
            path = server.data_dir / "cinnabar.db"
            with closing(sqlite3.connect(path)) as database:
                database.execute("UPDATE crl_heads SET number = number + 1")
                database.commit()
                root = f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'"
                (page,), (size,) = (
                    database.execute(asked).fetchone() for asked in (root, "PRAGMA page_size")
                )
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            overwrite(path, at=(page - 1) * size)

        done = server.run("check", expect=1)

    lines = done.stdout.splitlines()
    unseen = f"{table} as a whole: no row behind it can be looked at: "
    assert any(line.startswith(unseen) for line in lines), done
    unasked = f"{table} as a whole: it cannot be asked whether one "
    assert any(line.startswith(unasked) for line in lines), done
    number = f"crl_heads {made.authority.id}: has another number than its row says"
    assert number in lines, done
    assert lines[-1].endswith("faults."), done


def overwrite(path: pathlib.Path, at: int) -> None:
    """Writes what no page says over a piece of a file, as a disk does that mixes up its blocks."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xa5" * 4096)


def test_an_index_that_says_otherwise_than_its_table_is_told_and_the_check_goes_on() -> None:
    hidden = "name = 'access_keys_page'"
    with Server() as server:
        server.environment.pop("CINNABAR_DATABASE", None)
        server.ledger = None
        access = server.init().access_key
        path = server.data_dir / "cinnabar.db"
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA writable_schema = ON")
            index = database.execute(f"SELECT * FROM sqlite_schema WHERE {hidden}").fetchone()
            database.execute(f"DELETE FROM sqlite_schema WHERE {hidden}")
            database.commit()
        with closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE access_keys SET account = 'none'")
            database.execute("PRAGMA writable_schema = ON")
            database.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", index)
            database.commit()

        done = server.run("check", expect=1)

        assert "access_keys as a whole: row 1 missing from index access_keys_page" in done.stdout
        assert f"access_keys {access}: cannot be read: " in done.stdout, done
        assert done.stdout.splitlines()[-1].endswith("faults."), done


def reached(server: Server, **more: object) -> str:
    """What a check keeps that has come to the CRLs; `more` is another thing that it says."""
    query = "SELECT sealed FROM canary"
    step = "SELECT max(number) FROM migrations"
    if server.ledger is not None:
        (sealed,), (number,) = server.ledger.rows(query)[0], server.ledger.rows(step)[0]
    else:
        with closing(sqlite3.connect(server.data_dir / "cinnabar.db")) as database:
            (sealed,), (number,) = database.execute(query).fetchone(), database.execute(step).fetchone()
    origin = hashlib.sha256(sealed).hexdigest()
    state = {"origin": origin, "step": number, "since": 1_700_000_000_000, "part": "crls"}
    return json.dumps({**state, "after": "", "looked": 0, "faults": 0, **more})


def test_a_check_that_was_interrupted_goes_on(lived: tuple[Server, Lived]) -> None:
    server, _ = lived
    state = server.data_dir / "check.state"
    whole = int(server.run("check").stdout.split()[5])
    state.write_text(reached(server))

    said = server.run("check", "--resume").stdout

    assert 0 < int(said.split()[5]) < whole
    assert "since 2023-11-14T22:13:20" in said
    state.write_text(reached(server, faults=3))
    assert "3 faults since 2023-11-14T22:13:20" in server.run("check", "--resume", expect=1).stdout


def test_a_check_of_another_database_or_release_does_not_go_on(lived: tuple[Server, Lived]) -> None:
    server, _ = lived
    state = server.data_dir / "check.state"
    for other, told in (({"origin": "00"}, "another database"), ({"step": 1}, "another release")):
        state.write_text(reached(server, **other))

        done = server.run("check", "--resume", expect=2)

        assert told in done.stderr
    state.unlink()


def test_a_master_key_that_can_be_read_once_is_enough(lived: tuple[Server, Lived]) -> None:
    server, _ = lived
    key = server.data_dir / "master.key"
    script = f'exec 7< <(cat "{key}"); exec "$@"'
    server.wrapper, before = ("bash", "-c", script, "bash"), server.wrapper
    try:
        done = server.run("check", "--master-key-fd", "7")
    finally:
        server.wrapper = before

    assert "Nothing is wrong" in done.stdout


def test_what_cannot_be_looked_at_is_no_fault(lived: tuple[Server, Lived], tmp_path: object) -> None:
    server, _ = lived
    other = f"{tmp_path}/other.key"
    with open(other, "w", encoding="ascii") as key:
        key.write("0" * 64 + "\n")
    os.chmod(other, 0o600)

    wrong = server.run("check", "--master-key-file", other, expect=2)
    missing = server.run("check", "--database", f"sqlite://{tmp_path}/none.db", expect=2)

    assert "not the master key" in wrong.stderr
    assert "no installation" in missing.stderr
