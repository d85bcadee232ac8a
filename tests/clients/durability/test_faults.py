"""A full disk, one that is read-only, a clock set back: told at once, over when the cause is over."""

from __future__ import annotations

import datetime
import pathlib
import time
from collections import Counter

import pytest
from cryptography.x509 import ocsp

from faulty.layer import Layer
from harness.mixed import CHEAP_PASSWORDS, Ending, Mixed
from harness.revoking import CERTIFICATES, Authority
from harness.server import NO_QUOTAS, Server, ServerFailed
from harness.settled import Told, broken, quota_faults, settle, unserved, wait_until_ready
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it breaks the disk and the clock of one process")

SETTINGS = NO_QUOTAS + CHEAP_PASSWORDS
HOUR = 3600
#: What is told at once is told within this many seconds, on whatever machine.
PATIENCE = 10


class Faulty:
    """A server on a faulty disk, under load."""

    def __init__(self, place: pathlib.Path, server: Server, *, clock: int = 0) -> None:
        self.layer = Layer(place)
        self.layer.set_clock(clock)
        self.server = server
        server.environment |= self.layer.environment(server.data_dir)
        self.account = server.init()
        server.start()
        self.wire = Wire(server)
        self.token = self.wire.sign_in(self.account)
        self.authority = Authority.make(Wire(server, self.token), "Faulty")

    def load(self, label: str) -> Mixed:
        load = Mixed(
            self.server, self.account, self.token, self.authority,
            seed=5, label=label, clients=6, persist=True,
        ).start()  # fmt: skip
        wait_for_answers(load, 40)
        return load

    def verify(self, *loads: Mixed) -> None:
        for load in loads:
            assert load.unexpected == []
            assert settle(self.server, load.stories, load.label) == []
            assert unserved(self.server, self.token, self.authority, load.stories) == []
        assert broken(self.server) == []
        assert quota_faults(self.server, self.token) == []
        self.server.run("check")


def wait_for_answers(load: Mixed, count: int) -> None:
    """Waits until so many more requests are answered with success."""
    before, deadline = load.answered(), time.monotonic() + 30
    while load.answered() < before + count:
        assert time.monotonic() < deadline, f"no success; failures: {load.failures[-3:]}"
        time.sleep(0.01)


def test_a_full_disk_is_told_and_is_over_when_there_is_room_again(tmp_path: pathlib.Path) -> None:
    with Server(settings=SETTINGS) as server:
        faulty = Faulty(tmp_path, server)
        load = faulty.load("full")
        faulty.layer.fill_disk()
        wait_until_ready(faulty.wire, within=PATIENCE, ready=False)
        # What was committed before is answered by then.
        time.sleep(1)
        full = time.monotonic()
        time.sleep(1.5)
        assert [moment for moment in load.successes if moment > full] == [], "on a full disk"
        assert faulty.wire.get("/healthz").status_code == 200
        # What needs no commit is served.
        shown = Wire(server, faulty.token).get(f"{CERTIFICATES}?limit=1")
        assert shown.status_code == 200, shown.text
        failed = [failure for failure in load.failures if failure[0] > full]
        texts = Counter(text.split(",")[0] for _, _, text in failed)
        assert failed, "nothing was tried"
        assert all("500" in text or "503" in text for _, _, text in failed), texts
        assert all("error" in text for _, _, text in failed), texts
        assert max(took for _, took, _ in failed) < PATIENCE
        faulty.layer.mend()
        wait_until_ready(faulty.wire, within=PATIENCE)
        wait_for_answers(load, 40)
        load.stop()
        faulty.verify(load)


def test_a_read_only_disk_ends_the_server_which_starts_once_it_can_write(
    tmp_path: pathlib.Path,
) -> None:
    with Server(settings=SETTINGS) as server:
        faulty = Faulty(tmp_path, server)
        load = faulty.load("fixed")
        faulty.layer.forbid_writing()
        # Nobody knows what such a disk has of the last commit: the process ends, nothing is answered.
        assert server.process is not None
        assert server.process.wait(10) != 0
        assert "the disk failed during a commit" in server.log_text()
        load.stop()
        answered = load.answered()
        # Whoever starts it again and again is told why it cannot.
        with pytest.raises(ServerFailed, match="(?i)read-only"):
            server.start()
        assert load.answered() == answered
        faulty.layer.mend()
        server.start()
        again = faulty.load("again").stop()
        faulty.verify(load, again)


def test_a_clock_set_back_an_hour_stops_nothing(tmp_path: pathlib.Path) -> None:
    with Server(settings=SETTINGS) as server:
        # The authority must be valid an hour ago.
        faulty = Faulty(tmp_path, server, clock=-2 * HOUR)
        faulty.layer.set_clock(0)
        wire = Wire(server, faulty.token)
        told = Told(faulty.authority)
        before = faulty.authority.issue(wire, 4)
        load = faulty.load("back")
        revoke(wire, before[0].id)
        faulty.authority.wait_for(server, {before[0].serial})
        number = told.look(server)
        faulty.layer.set_clock(-HOUR)
        wait_for_answers(load, 60)
        # Jobs that were put off by the later clock go on: a revocation is told as soon as ever.
        revoke(wire, before[1].id)
        faulty.authority.wait_for(server, {before[0].serial, before[1].serial})
        assert told.look(server) > number
        (late,) = faulty.authority.issue(wire, 1)
        age = datetime.datetime.now(datetime.UTC) - late.read().not_valid_before_utc
        assert age >= datetime.timedelta(seconds=HOUR), "the clock was not set back"
        for certificate, status in zip(before, ("REVOKED", "REVOKED", "GOOD"), strict=False):
            expected = ocsp.OCSPCertStatus[status]
            assert faulty.authority.status(server, certificate) is expected
        wait_until_ready(faulty.wire, within=1)
        faulty.layer.set_clock(0)
        wait_for_answers(load, 60)
        revoke(wire, before[2].id)
        faulty.authority.wait_for(server, {each.serial for each in before[:3]})
        told.look(server)
        load.stop()
        assert told.faults == []
        refused = [s for story in load.stories for s in story.steps if s.ending is not Ending.ANSWERED]
        assert refused == []
        faulty.verify(load)


def revoke(wire: Wire, certificate: str) -> None:
    answer = wire.post(f"{CERTIFICATES}/{certificate}/revoke", json={"reason": "SUPERSEDED"})
    assert answer.status_code == 204, answer.text
