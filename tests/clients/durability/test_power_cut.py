"""A power cut at any moment: everything answered before it is there after it.

The recorder writes down what the server does to its files. For chosen moments the test builds
the directory that a disk could hold, with unsynced writes dropped, kept or torn, and starts the
server on it.
"""

from __future__ import annotations

import contextlib
import pathlib
import random
import shutil
from collections.abc import Iterator

import pytest

from harness.load import Answered, Load, faults
from harness.server import NO_QUOTAS, Credentials, Server, ServerFailed
from harness.wire import Wire
from power_cut import journal
from power_cut.disk import Disk, write_out

pytestmark = pytest.mark.one_node("it records the disk of one process")

CUTS = 15
KEEP = [0.0, 0.3, 0.7, 1.0]

#: So slow that an answer which does not wait for its fsync arrives long before it.
SYNC_DELAY = 0.02


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return journal.compile_recorder(tmp_path_factory.mktemp("recorder"))


class Recorded:
    """A recorded run of `init`, `serve` and several clients."""

    def __init__(self, recorder: pathlib.Path, place: pathlib.Path, *, synchronous: str) -> None:
        self.journal = place / "journal"
        self.answered: list[Answered] = []
        with Server(settings=NO_QUOTAS) as server:
            server.environment |= journal.environment(
                recorder, server.data_dir, self.journal, sync_delay=SYNC_DELAY
            )
            self.root = str(server.data_dir.resolve())
            self.account = server.init()
            self.initialised = self.length()
            if synchronous:
                server.environment["CINNABAR_TEST_SQLITE_SYNCHRONOUS"] = synchronous
            server.start()
            self.trusted = server.ca_file.read_bytes()
            self.token = Wire(server).sign_in(self.account)
            self.signed_in = self.length()
            load = Load(server, self.token, 6, at_most=12, measure=self.length).start()
            load.join()
            assert load.unexpected == []
            self.answered = load.answered
            server.kill()
        self.operations = list(journal.read(self.journal))

    def length(self) -> int:
        return self.journal.stat().st_size

    def disk_at(self, moment: int) -> Disk:
        """The disk when the journal had this length."""
        return Disk(self.root).do(step for step in self.operations if step.end <= moment)

    @contextlib.contextmanager
    def revived(self, moment: int, seed: int, keep: float) -> Iterator[Server]:
        """A server on the directory that a power cut at this moment leaves."""
        with Server(settings=NO_QUOTAS) as server:
            server.credentials = self.account
            left = self.disk_at(moment).after_power_cut(random.Random(seed), keep)
            write_out(left, self.root, server.data_dir)
            yield server


def losses(run: Recorded, moment: int, seed: int, keep: float) -> list[str]:
    """What was answered before the moment and is not there after a power cut at it."""
    promised = [made for made in run.answered if made.mark <= moment]
    with run.revived(moment, seed, keep) as server:
        try:
            server.start()
        except ServerFailed as failed:
            return [f"the server does not start: {failed}"]
        if server.ca_file.read_bytes() != run.trusted:
            return ["clients trust another TLS CA than the server's"]
        # The token was answered before the first of the moments.
        return faults(Wire(server, run.token), promised)


def losses_at_random_moments(run: Recorded) -> list[str]:
    """Cuts just after an answer, where it must be on the disk, and at any other moment."""
    chance = random.Random(20260210)
    ends = [step.end for step in run.operations if step.end > run.signed_in]
    moments = [run.signed_in, ends[-1]]
    moments += chance.sample([made.mark for made in run.answered], CUTS - 6)
    moments += chance.sample(ends, 4)
    found = []
    for number, moment in enumerate(moments):
        keep = KEEP[number % len(KEEP)]
        lost = losses(run, moment, number, keep)
        found += [f"cut {number} at {moment}, keep {keep}: {each}" for each in lost]
        if found:
            break
    return found


def test_nothing_answered_is_lost(recorder: pathlib.Path, tmp_path: pathlib.Path) -> None:
    run = Recorded(recorder, tmp_path, synchronous="")
    assert len(run.answered) == 72
    assert losses_at_random_moments(run) == []


def test_the_same_test_finds_the_loss_when_sqlite_does_not_sync(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    run = Recorded(recorder, tmp_path, synchronous="OFF")
    assert len(run.answered) == 72
    assert losses_at_random_moments(run) != []
    last = run.operations[-1].end
    # Everything was done: without a power cut nothing is missing.
    assert losses(run, last, 1, 1.0) == []
    # The server starts, and lacks what it answered.
    lost = losses(run, last, 1, 0.0)
    assert len(lost) >= 72
    assert "does not start" not in lost[0]


def test_after_init_the_master_key_and_the_tls_files_outlive_a_power_cut(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    run = Recorded(recorder, tmp_path, synchronous="")
    for seed, keep in enumerate((0.0, 0.0, 0.5, 0.5, 1.0)):
        with run.revived(run.initialised, seed, keep) as server:
            server.start()
            assert Wire(server).sign_in(run.account)
            assert server.ca_file.read_bytes() == run.trusted


def test_a_power_cut_during_init_leaves_what_a_person_can_understand(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    run = Recorded(recorder, tmp_path, synchronous="")
    during = [step.end for step in run.operations if step.end < run.initialised]
    assert len(during) > 12
    for seed, moment in enumerate(during[:: max(1, len(during) // 12)]):
        for keep in (0.0, 0.5):
            with run.revived(moment, seed, keep) as server:
                again = server.run(
                    "init", "--region", "cn-north-4", "--format", "json", expect=None
                )
                assert "panicked" not in again.stderr
                if again.returncode != 0:
                    assert str(server.data_dir) in again.stderr
                    # What is half made can be taken away and made again.
                    shutil.rmtree(server.data_dir)
                    account = server.init()
                else:
                    account = Credentials.from_json(again.stdout)
                server.start()
                assert Wire(server).sign_in(account)
