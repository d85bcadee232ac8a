"""The recorder and the disk, tried on a small program of known durability."""

from __future__ import annotations

import os
import pathlib
import random
import sqlite3
import subprocess
import sys

import pytest

from power_cut.disk import Disk, write_out
from power_cut.journal import compile_recorder, environment, read

KEEP = [0.0, 0.5, 1.0]


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return compile_recorder(tmp_path_factory.mktemp("recorder"))


def run(recorder: pathlib.Path, place: pathlib.Path, program: str, sync_delay: float = 0.0) -> Disk:
    """Runs a Python program with its working directory recorded."""
    root = place / "root"
    root.mkdir()
    journal = place / "journal"
    subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=os.environ | environment(recorder, root, journal, sync_delay=sync_delay),
        check=True,
        timeout=60,
    )
    return Disk(str(root)).do(read(journal))


def survivors(disk: Disk, seed: int, keep: float) -> dict[str, bytes | None]:
    left = disk.after_power_cut(random.Random(seed), keep)
    return {path.removeprefix(disk.root + "/"): contents for path, contents in left.items()}


def test_what_was_synced_is_there_and_what_was_not_may_be_gone(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    disk = run(
        recorder,
        tmp_path,
        "import os\n"
        "a = os.open('a', os.O_CREAT | os.O_WRONLY); os.write(a, b'one'); os.fsync(a)\n"
        "os.write(a, b'two'); os.pwrite(a, b'X', 0)\n"
        "b = os.open('b', os.O_CREAT | os.O_WRONLY); os.write(b, b'three')\n",
    )
    assert survivors(disk, 1, 0.0) == {"a": b"one"}
    assert survivors(disk, 1, 1.0) == {"a": b"Xnetwo", "b": b"three"}
    seen = {survivors(disk, seed, 0.5).get("a") for seed in range(60)}
    assert seen == {b"one", b"onetwo", b"Xne", b"Xnetwo"}


def test_a_rename_needs_the_directorys_fsync(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    program = (
        "import os\n"
        "f = os.open('new', os.O_CREAT | os.O_WRONLY); os.write(f, b'key'); os.fsync(f)\n"
        "os.rename('new', 'key')\n"
    )
    disk = run(recorder, tmp_path, program)
    assert survivors(disk, 1, 0.0) == {"new": b"key"}
    (tmp_path / "again").mkdir()
    synced = run(
        recorder, tmp_path / "again", program + "d = os.open('.', os.O_RDONLY); os.fsync(d)\n"
    )
    assert survivors(synced, 1, 0.0) == {"key": b"key"}


def test_a_rename_before_the_contents_were_synced_may_leave_an_empty_file(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    disk = run(
        recorder,
        tmp_path,
        "import os\n"
        "f = os.open('new', os.O_CREAT | os.O_WRONLY); os.write(f, b'key')\n"
        "os.rename('new', 'key'); d = os.open('.', os.O_RDONLY); os.fsync(d)\n",
    )
    assert survivors(disk, 1, 0.0) == {"key": b""}


def test_a_sync_may_be_made_slow_and_is_recorded_at_its_end(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    # A thread that writes while the fsync of another is under way is covered by that fsync, as on
    # a disk that is still at work; what counts is that nothing is called durable before it ended.
    program = (
        "import os, threading, time\n"
        "a = os.open('a', os.O_CREAT | os.O_WRONLY); os.write(a, b'one')\n"
        "thread = threading.Thread(target=lambda: os.fsync(a)); thread.start()\n"
        "time.sleep(0.1); b = os.open('b', os.O_CREAT | os.O_WRONLY)\n"
        "thread.join() if %s else os._exit(0)\n"
    )
    early = run(recorder, tmp_path, program % False, sync_delay=0.5)
    assert survivors(early, 1, 0.0) == {}
    (tmp_path / "again").mkdir()
    late = run(recorder, tmp_path / "again", program % True, sync_delay=0.5)
    assert survivors(late, 1, 0.0) == {"a": b"one"}


def test_a_directory_and_a_removal_are_followed(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    disk = run(
        recorder,
        tmp_path,
        "import os\n"
        "os.mkdir('d'); open('d/f', 'w').write('x'); open('g', 'w').write('y'); os.unlink('g')\n",
    )
    assert survivors(disk, 1, 1.0) == {"d": None, "d/f": b"x"}


SQLITE = """
import sqlite3, sys
db = sqlite3.connect('db', isolation_level=None)
db.execute('PRAGMA journal_mode=WAL')
db.execute('PRAGMA synchronous=%s')
db.execute('PRAGMA wal_autocheckpoint=20')
db.execute('CREATE TABLE t (n INTEGER PRIMARY KEY, x BLOB)')
for n in range(60):
    db.execute('INSERT INTO t VALUES (?, randomblob(3000))', (n,))
import os
os._exit(0)
"""


def rows_after_cut(disk: Disk, place: pathlib.Path, seed: int, keep: float) -> int:
    target = place / f"cut-{seed}-{keep}"
    write_out(disk.after_power_cut(random.Random(seed), keep), disk.root, target)
    try:
        with sqlite3.connect(target / "db") as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return int(db.execute("SELECT count(*) FROM t").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0


def test_sqlite_keeps_every_commit_with_synchronous_full(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    disk = run(recorder, tmp_path, SQLITE % "FULL")
    for seed in range(5):
        for keep in KEEP:
            assert rows_after_cut(disk, tmp_path, seed, keep) == 60


def test_sqlite_loses_commits_with_synchronous_off(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    disk = run(recorder, tmp_path, SQLITE % "OFF")
    assert rows_after_cut(disk, tmp_path, 1, 1.0) == 60
    assert rows_after_cut(disk, tmp_path, 1, 0.0) == 0
    assert min(rows_after_cut(disk, tmp_path, seed, 0.5) for seed in range(5)) < 60
