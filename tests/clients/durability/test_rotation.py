"""A master key that is changed: under load, killed at any moment, cut off from its power."""

from __future__ import annotations

import pathlib
import random
import sqlite3
import subprocess
import time

import pytest
import requests

from harness.contents import query_rows
from harness.ledgers import PostgresLedger
from harness.load import Answered, Load, faults
from harness.postgres import Postgres
from harness.server import NO_QUOTAS, PATIENCE, Server, binary
from harness.wire import Wire
from power_cut import journal
from power_cut.disk import Disk, write_out

pytestmark = pytest.mark.one_node("a rotation changes the one data directory")

#: Enough that sealing them again takes several commits.
CLIENTS, REQUESTS = 8, 250
KILLS = 8
CUTS = 14
KEEP = [0.0, 0.3, 0.7, 1.0]

ROTATE = ("master-key", "rotate", "--deep", "--others-are-stopped")


def key_of(wire: Wire, csr: str) -> str:
    answer = wire.get(f"/v3/scm/csr/{csr}/private-key")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["private_key"])


def lost(wire: Wire, keys: dict[str, str]) -> list[str]:
    """The requests whose keys are not what they were."""
    return [csr for csr, key in keys.items() if key_of(wire, csr) != key]


def requests_of(answered: list[Answered]) -> list[str]:
    return [made.id for made in answered if made.kind == "csr"]


def fill(server: Server, token: str, clients: int, each: int) -> list[Answered]:
    """So many objects, every one with a key."""
    load = Load(server, token, clients, at_most=each, label="before").start()
    load.join()
    assert load.unexpected == []
    return load.answered


def data_keys(server: Server) -> list[int]:
    return [number for (number,) in query_rows(server, "SELECT id FROM data_keys ORDER BY id", ())]


def wait_for_two_data_keys(server: Server) -> None:
    """Until a deep rotation has begun to seal again."""
    deadline = time.monotonic() + PATIENCE
    while len(data_keys(server)) == 1 and time.monotonic() < deadline:
        time.sleep(0.001)


def files_hold(server: Server, octets: bytes) -> list[str]:
    """The files of the data directory in which these octets stand."""
    files = [path for path in server.data_dir.rglob("*") if path.is_file()]
    return [path.name for path in files if octets in path.read_bytes()]


def test_on_postgresql_it_goes_deep_only_when_no_other_server_is_said_to_run() -> None:
    with Postgres(durable=True) as postgres:
        ledger = PostgresLedger(postgres)
        with Server(ledger=ledger) as server:
            server.init()
            refused = server.run("master-key", "rotate", "--deep", expect=None)
            assert refused.returncode != 0
            assert "--others-are-stopped" in refused.stderr, refused
            assert data_keys(server) == [1]

            server.run(*ROTATE)
            assert data_keys(server) == [2]
        ledger.drop()


def test_on_postgresql_a_server_that_starts_leaves_an_interrupted_one_to_who_stops_the_others() -> None:
    with Postgres(durable=True) as postgres:
        ledger = PostgresLedger(postgres)
        with Server(ledger=ledger) as server:
            server.init()
            command = [str(binary()), *ROTATE, "--data-dir", str(server.data_dir)]
            killed = subprocess.run(
                command,
                env={**server.environment, "CINNABAR_TEST_KILL_AT": "Retired"},
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
            assert killed.returncode < 0, killed
            assert data_keys(server) == [1, 2]

            server.start()

            time.sleep(1)
            assert data_keys(server) == [1, 2], "nothing was sealed again unasked"
            assert "does not go on by itself" in server.log_text()
            assert "--others-are-stopped" in server.log_text()
            metrics = requests.get(f"{server.admin_address}/metrics", timeout=PATIENCE).text
            assert "cinnabar_rotation_unfinished 1" in metrics
            refused = server.run("master-key", "rotate", "--deep", expect=None)
            assert "--others-are-stopped" in refused.stderr, refused

            said = server.run(*ROTATE).stdout

            assert "Sealed again" in said
            assert data_keys(server) == [2]
            metrics = requests.get(f"{server.admin_address}/metrics", timeout=PATIENCE).text
            assert "cinnabar_rotation_unfinished 0" in metrics
        ledger.drop()


def test_killed_at_random_moments_it_loses_no_key_and_can_be_ended() -> None:
    chance = random.Random(20261122)
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        answered = fill(server, token, CLIENTS, REQUESTS)
        wire = Wire(server, token)
        keys = {csr: key_of(wire, csr) for csr in requests_of(answered)}
        assert len(keys) > 1000
        server.terminate()
        began = time.monotonic()
        server.run(*ROTATE)
        whole = time.monotonic() - began
        went_on = 0
        for kill in range(KILLS):
            command = [str(binary()), *ROTATE, "--data-dir", str(server.data_dir)]
            rotation = subprocess.Popen(
                command,
                env=server.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            if kill % 2:
                # Somewhere in the sealing, which is over sooner than a command starts.
                wait_for_two_data_keys(server)
                time.sleep(chance.uniform(0.0, 0.02))
            else:
                time.sleep(chance.uniform(0.0, 1.0) * whole)
            rotation.kill()
            rotation.wait(PATIENCE)
            went_on += len(data_keys(server)) > 1
            server.start()
            some = chance.sample(sorted(keys), 60)
            assert lost(Wire(server, token), {csr: keys[csr] for csr in some}) == []
            server.terminate()
        assert went_on > 0, "no kill was in the middle"
        server.run(*ROTATE)
        assert len(data_keys(server)) == 1
        server.start()
        assert lost(Wire(server, token), keys) == []
        # The keys of authorities sign, and those of pending ones do as well.
        others = [made for made in answered if made.kind != "csr"]
        assert faults(Wire(server, token), chance.sample(others, 12)) == []


def test_under_load_the_server_goes_on_and_finishes_after_a_kill_what_it_had_begun() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        before = fill(server, token, CLIENTS, 60)
        wire = Wire(server, token)
        keys = {csr: key_of(wire, csr) for csr in requests_of(before)}
        load = Load(server, token, 6, label="meanwhile").start()
        for _ in range(3):
            server.run(*ROTATE)
        assert load.unexpected == [], "nobody noticed"
        assert lost(wire, keys) == []
        rotation = subprocess.Popen(
            [str(binary()), *ROTATE, "--data-dir", str(server.data_dir)],
            env=server.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_two_data_keys(server)
        server.kill()
        load.stop()
        assert rotation.wait(PATIENCE) != 0
        server.start()
        if server.ledger is not None and len(data_keys(server)) > 1:
            # Others may run, which do not know the new data key.
            assert "does not go on by itself" in server.log_text()
            server.run(*ROTATE)
        deadline = time.monotonic() + PATIENCE
        while len(data_keys(server)) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(data_keys(server)) == 1, "it did not go on by itself"
        wire = Wire(server, token)
        assert lost(wire, keys) == []
        assert len(load.answered) > 50
        assert faults(wire, load.answered[-60:]) == []


def test_afterwards_nothing_of_the_old_key_is_in_any_file() -> None:
    with Server() as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        fill(server, token, 2, 20)
        server.terminate()
        with sqlite3.connect(server.data_dir / "cinnabar.db") as database:
            tables = [("data_keys", "wrapped"), ("canary", "sealed"), ("keys", "sealed")]
            tables.append(("access_keys", "sealed_secret"))
            old = [
                bytes(blob)
                for table, column in tables
                for (blob,) in database.execute(f"SELECT {column} FROM {table}")
            ]
        database.close()
        old.append((server.data_dir / "master.key").read_bytes().strip())
        assert all(files_hold(server, octets) for octets in old), "the test would notice"
        server.start()
        server.run(*ROTATE)
        # Past format and number of the data key, which new blobs have as well.
        left = {name for octets in old for name in files_hold(server, octets[5:29])}
        assert left == set(), "with the server still running"


def test_a_power_cut_at_any_moment_loses_no_key(tmp_path: pathlib.Path) -> None:
    recorder = journal.compile_recorder(tmp_path)
    record = tmp_path / "journal"
    with Server(settings=NO_QUOTAS) as server:
        server.environment |= journal.environment(recorder, server.data_dir, record)
        root = str(server.data_dir.resolve())
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        answered = fill(server, token, 4, 10)
        wire = Wire(server, token)
        keys = {csr: key_of(wire, csr) for csr in requests_of(answered)}
        server.kill()
        begun = record.stat().st_size
        server.run(*ROTATE)
    operations = list(journal.read(record))
    during = [step.end for step in operations if step.end > begun]
    assert len(during) > 2 * CUTS
    moments = [during[number * len(during) // CUTS] for number in range(CUTS)] + [during[-1]]
    for number, moment in enumerate(moments):
        keep = KEEP[number % len(KEEP)]
        disk = Disk(root).do(step for step in operations if step.end <= moment)
        left = disk.after_power_cut(random.Random(number), keep)
        with Server(settings=NO_QUOTAS) as server:
            write_out(left, root, server.data_dir)
            server.start()
            assert lost(Wire(server, token), keys) == [], f"cut {number} at {moment}, keep {keep}"
            # The server may be going on with it still.
            deadline = time.monotonic() + PATIENCE
            while server.run(*ROTATE, expect=None).returncode and time.monotonic() < deadline:
                time.sleep(0.05)
            assert len(data_keys(server)) == 1
            assert lost(Wire(server, token), keys) == []
            names = {path.name for path in server.data_dir.iterdir()}
            assert not {name for name in names if name.startswith("master.key.")}
