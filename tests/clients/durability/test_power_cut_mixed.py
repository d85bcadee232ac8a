"""A power cut at any moment of the mixed load: what was answered before it is there, nothing in parts."""

from __future__ import annotations

import pathlib
import random

import pytest

from harness.mixed import CHEAP_PASSWORDS, Mixed
from harness.revoking import Authority
from harness.server import NO_QUOTAS, Server, ServerFailed
from harness.settled import broken, compare, quota_faults
from harness.wire import Wire
from power_cut import journal
from power_cut.disk import Disk, write_out

pytestmark = pytest.mark.one_node("it records the disk of one process")

SETTINGS = NO_QUOTAS + CHEAP_PASSWORDS
CUTS = 10
KEEP = [0.0, 0.3, 0.7, 1.0]
CLIENTS, STORIES = 6, 12

#: So slow that an answer which does not wait for its fsync arrives long before it.
SYNC_DELAY = 0.01


class Recorded:
    """A recorded run of the mixed load."""

    def __init__(self, place: pathlib.Path, *, synchronous: str = "") -> None:
        self.journal = place / "journal"
        recorder = journal.compile_recorder(place)
        with Server(settings=SETTINGS) as server:
            server.environment |= journal.environment(
                recorder, server.data_dir, self.journal, sync_delay=SYNC_DELAY
            )
            self.root = str(server.data_dir.resolve())
            self.account = server.init()
            if synchronous:
                server.environment["CINNABAR_TEST_SQLITE_SYNCHRONOUS"] = synchronous
            server.start()
            self.token = Wire(server).sign_in(self.account)
            authority = Authority.make(Wire(server, self.token), "Cut")
            self.begun = self.length()
            load = Mixed(
                server, self.account, self.token, authority,
                seed=20261122, label="cut", clients=CLIENTS, stories=STORIES, measure=self.length,
            )  # fmt: skip
            load.start().join()
            assert load.unexpected == []
            assert len(load.stories) == CLIENTS * STORIES
            self.stories = load.stories
            server.kill()
        self.operations = list(journal.read(self.journal))

    def length(self) -> int:
        return self.journal.stat().st_size

    def losses(self, moment: int, seed: int, keep: float) -> list[str]:
        """What is wrong with the server that starts on what a power cut at this moment leaves."""
        disk = Disk(self.root).do(step for step in self.operations if step.end <= moment)
        left = disk.after_power_cut(random.Random(seed), keep)
        with Server(settings=SETTINGS) as server:
            server.credentials = self.account
            write_out(left, self.root, server.data_dir)
            try:
                server.start()
            except ServerFailed as failed:
                return [f"the server does not start: {failed}"]
            found = compare(server, self.stories, "cut", moment) + broken(server)
            # The token was answered before the first of the moments.
            found += quota_faults(server, self.token)
            checked = server.run("check", expect=None)
            if checked.returncode != 0:
                found.append(f"check: {checked.stdout}{checked.stderr}")
            return found


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path


def test_nothing_that_was_answered_is_lost_or_half_there(place: pathlib.Path) -> None:
    run = Recorded(place)
    chance = random.Random(20261123)
    marks = [step.mark for story in run.stories for step in story.steps]
    ends = [step.end for step in run.operations if step.end > run.begun]
    moments = chance.sample(marks, CUTS - 4) + chance.sample(ends, 3) + [ends[-1]]
    for number, moment in enumerate(moments):
        found = run.losses(moment, number, KEEP[number % len(KEEP)])
        assert found == [], f"cut {number} at {moment}"


def test_the_same_test_finds_the_loss_when_sqlite_does_not_sync(place: pathlib.Path) -> None:
    run = Recorded(place, synchronous="OFF")
    last = run.operations[-1].end
    # Everything was done: without a power cut nothing is missing.
    assert run.losses(last, 1, 1.0) == []
    # The server starts, and lacks what it answered.
    lost = run.losses(last, 1, 0.0)
    assert len(lost) >= CLIENTS * STORIES // 2
    assert "does not start" not in lost[0]
