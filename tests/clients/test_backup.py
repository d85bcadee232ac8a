"""`cinnabar backup` and `restore`: what comes back, and what is refused without a trace."""

from __future__ import annotations

import pathlib
import threading
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from harness.ledgers import PostgresLedger
from harness.lived_in import Lived, lived_in, revoke
from harness.postgres import Postgres
from harness.revoking import CERTIFICATES, number_of
from harness.server import Server
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it is about one database and one process")

PASSPHRASE = "seven ordinary words in no order"


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[Server, Lived]]:
    with Server() as made:
        yield made, lived_in(made)


def written(path: pathlib.Path, text: str) -> str:
    path.write_text(text + "\n")
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def passphrase(tmp_path: pathlib.Path) -> str:
    return written(tmp_path / "passphrase", PASSPHRASE)


@pytest.fixture
def backup(lived: tuple[Server, Lived], tmp_path: pathlib.Path, passphrase: str) -> pathlib.Path:
    path = tmp_path / "backup.age"
    lived[0].run("backup", "--to", str(path), "--passphrase-file", passphrase)
    return path


def restored(source: Server, backup: pathlib.Path, *opened: str) -> Server:
    """A server with what the backup has; not started yet."""
    made = Server(settings=source.settings.read_text())
    made.run("restore", "--from", str(backup), *opened)
    made.credentials = source.credentials
    return made


def test_a_restored_server_has_it_all_and_its_crls_go_on_rising(
    lived: tuple[Server, Lived], backup: pathlib.Path, passphrase: str
) -> None:
    server, made = lived
    before = made.authority.issue(made.wire, 1)[0]
    revoke(made.wire, before)
    # Published after the backup, which does not know it.
    after = made.authority.wait_for(server, {before.serial})

    with restored(server, backup, "--passphrase-file", passphrase) as other:
        assert "Nothing is wrong" in other.run("check").stdout
        assert other.data_dir.joinpath("master.key").read_text() != (
            server.data_dir.joinpath("master.key").read_text()
        )
        other.start()
        assert other.credentials is not None
        wire = Wire(other)
        wire = Wire(other, wire.sign_in(other.credentials))
        for certificate in made.certificates:
            asked = {"is_compressed": False, "type": "OTHER"}
            exported = wire.post(f"{CERTIFICATES}/{certificate.id}/export", json=asked)
            assert exported.json()["certificate"] == certificate.pem
            assert "PRIVATE KEY" in exported.json()["private_key"]
        unknown = wire.get(f"{CERTIFICATES}/{before.id}")
        assert unknown.status_code in (400, 404), unknown.text
        revoke(wire, made.certificates[-1])
        crl = made.authority.wait_for(other, {made.certificates[-1].serial})
        assert number_of(crl) > number_of(after)


def test_a_backup_beside_clients_is_one_state(
    lived: tuple[Server, Lived], tmp_path: pathlib.Path, passphrase: str
) -> None:
    server, made = lived
    path = tmp_path / "backup.age"
    over = threading.Event()

    def issue() -> None:
        while not over.is_set():
            revoke(made.wire, made.authority.issue(made.wire, 1)[0])

    client = threading.Thread(target=issue)
    client.start()
    try:
        server.run("backup", "--to", str(path), "--passphrase-file", passphrase)
    finally:
        over.set()
        client.join()

    with restored(server, path, "--passphrase-file", passphrase) as other:
        assert "Nothing is wrong" in other.run("check").stdout


def bech32(prefix: str, octets: bytes) -> str:
    """BIP 173, of which age writes its keys."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    value = int.from_bytes(octets) << (-len(octets) * 8 % 5)
    digits = -(-len(octets) * 8 // 5)
    data = [value >> 5 * place & 31 for place in reversed(range(digits))]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = 1
    for digit in [*expanded, *data, *[0] * 6]:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ digit
        for place, part in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= part if top >> place & 1 else 0
    check ^= 1
    data += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(alphabet[digit] for digit in data)


def test_the_owner_of_a_public_key_restores_without_a_passphrase(
    lived: tuple[Server, Lived], tmp_path: pathlib.Path
) -> None:
    server, _ = lived
    keys = []
    for _ in range(2):
        key = X25519PrivateKey.generate()
        raw = serialization.Encoding.Raw
        public = key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
        secret = key.private_bytes(
            raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        keys.append((bech32("age", public), bech32("age-secret-key-", secret).upper()))
    path = tmp_path / "backup.age"
    recipients = [word for public, _ in keys for word in ("--recipient", public)]
    server.run("backup", "--to", str(path), *recipients)

    for number, (_, secret) in enumerate(keys):
        identity = written(tmp_path / f"identity{number}", f"# a comment\n{secret}")
        with restored(server, path, "--identity", identity) as other:
            assert "Nothing is wrong" in other.run("check").stdout


def refused(server: Server, *arguments: str) -> str:
    """What a restore says that leaves nothing."""
    with Server(settings=server.settings.read_text()) as other:
        done = other.run("restore", *arguments, expect=1)
        left = {path.name for path in other.data_dir.iterdir()} - {"lock"}
        assert not left, left
        if other.ledger is not None and "accounts" in other.ledger.tables():
            assert other.ledger.rows("SELECT count(*) AS n FROM accounts") == [(0,)]
        assert "panicked" not in done.stderr
        return done.stderr


def test_a_wrong_passphrase_is_told(
    lived: tuple[Server, Lived], backup: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    wrong = written(tmp_path / "wrong", "another passphrase")

    said = refused(lived[0], "--from", str(backup), "--passphrase-file", wrong)

    assert "does not open with this passphrase" in said


def test_a_backup_that_was_cut_off_or_changed_is_refused(
    lived: tuple[Server, Lived], backup: pathlib.Path, passphrase: str, tmp_path: pathlib.Path
) -> None:
    whole = backup.read_bytes()
    for name, octets in {
        "half": whole[: len(whole) // 2],
        "last octet": whole[:-1],
        "bit in the middle": whole[: len(whole) // 2] + b"\x01" + whole[len(whole) // 2 + 1 :],
        "bit at the end": whole[:-1] + bytes([whole[-1] ^ 1]),
        "header": whole[:40],
        "empty": b"",
        "something else": b"PK" * 1000,
    }.items():
        path = tmp_path / name.replace(" ", "-")
        path.write_bytes(octets)

        said = refused(lived[0], "--from", str(path), "--passphrase-file", passphrase)

        assert "nothing was" in said, (name, said)


def test_only_an_empty_place_is_restored_into(
    lived: tuple[Server, Lived], backup: pathlib.Path, passphrase: str
) -> None:
    with Server(settings=lived[0].settings.read_text()) as other:
        other.init()
        key = other.data_dir.joinpath("master.key").read_bytes()

        done = other.run("restore", "--from", str(backup), "--passphrase-file", passphrase, expect=1)

        assert "nothing was changed" in done.stderr
        assert other.data_dir.joinpath("master.key").read_bytes() == key
        assert "Nothing is wrong" in other.run("check").stdout


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_a_part_of_another_database_is_told_by_its_name_and_left(
    lived: tuple[Server, Lived], backup: pathlib.Path, passphrase: str, suffix: str
) -> None:
    with Server(settings=lived[0].settings.read_text()) as other:
        other.data_dir.mkdir(mode=0o700, exist_ok=True)
        database = f"sqlite://{other.data_dir}/cinnabar.db"
        left = other.data_dir / f"cinnabar.db{suffix}"
        left.write_bytes(b"a log")
        opened = ("--from", str(backup), "--passphrase-file", passphrase)

        done = other.run("restore", *opened, "--database", database, expect=1)

        assert f"cinnabar.db{suffix}; nothing was changed" in done.stderr
        assert left.read_bytes() == b"a log"
        assert not (other.data_dir / "cinnabar.db").exists()


def test_a_restore_says_whether_the_master_key_was_there_and_what_to_save(
    lived: tuple[Server, Lived], backup: pathlib.Path, passphrase: str
) -> None:
    opened = ("--from", str(backup), "--passphrase-file", passphrase)
    with Server(settings=lived[0].settings.read_text()) as one:
        said = one.run("restore", *opened).stdout
        assert f"A new master key is in {one.data_dir}/master.key." in said
        assert "save the CRLs from every bucket" in said
        key = (one.data_dir / "master.key").read_text()
    with Server(settings=lived[0].settings.read_text()) as other:
        other.data_dir.mkdir(mode=0o700, exist_ok=True)
        written(other.data_dir / "master.key", key.rstrip())
        said = other.run("restore", *opened).stdout
        assert "under the master key that was in " in said
        assert "new master key" not in said
        assert (other.data_dir / "master.key").read_text() == key


def test_a_key_that_may_open_what_the_server_has_kept_stays(
    lived: tuple[Server, Lived], backup: pathlib.Path, passphrase: str
) -> None:
    """The end of a restore fails; with a lost answer it would not be known whether it has failed."""
    with Postgres(durable=True) as postgres:
        ledger = PostgresLedger(postgres)
        with Server(settings=lived[0].settings.read_text(), ledger=ledger, nodes=1) as other:
            opened = ("--from", str(backup), "--passphrase-file", passphrase)
            # All tables, and no rows: the trigger would keep tables from being made.
            other.run("restore", *opened)
            (other.data_dir / "master.key").unlink()
            filled = set(ledger.tables()) - {"epochs", "migrations", "readiness"}
            postgres.sql(f"TRUNCATE {', '.join(filled)}", ledger.name)
            postgres.sql(
                "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE 'on purpose'; END $$",
                ledger.name,
            )
            postgres.sql(
                "CREATE EVENT TRIGGER refusing ON ddl_command_start WHEN TAG IN ('CREATE INDEX') "
                "EXECUTE FUNCTION refuse()",
                ledger.name,
            )

            done = other.run("restore", *opened, expect=1)

            key = other.data_dir / "master.key"
            assert f"the master key stays in {key}" in done.stderr
            before = key.read_bytes()
            postgres.sql("DROP EVENT TRIGGER refusing", ledger.name)
            assert "that was in" in other.run("restore", *opened).stdout
            assert key.read_bytes() == before
            assert "Nothing is wrong" in other.run("check").stdout


def test_a_backup_takes_no_other_files_place(
    lived: tuple[Server, Lived], backup: pathlib.Path, passphrase: str
) -> None:
    server, _ = lived
    before = backup.read_bytes()

    done = server.run("backup", "--to", str(backup), "--passphrase-file", passphrase, expect=1)

    assert "is there already" in done.stderr
    assert backup.read_bytes() == before


def test_a_short_passphrase_and_a_full_disk_leave_no_backup(
    lived: tuple[Server, Lived], passphrase: str, tmp_path: pathlib.Path
) -> None:
    server, _ = lived
    short = written(tmp_path / "short", "short")
    path = tmp_path / "backup.age"

    done = server.run("backup", "--to", str(path), "--passphrase-file", short, expect=1)
    assert "at least 12 characters" in done.stderr

    limited = ("prlimit", "--fsize=2048")
    server.wrapper, before = limited, server.wrapper
    try:
        done = server.run(
            "backup", "--to", str(path), "--passphrase-file", passphrase, expect=None
        )
    finally:
        server.wrapper = before
    assert done.returncode != 0
    assert not path.exists()
