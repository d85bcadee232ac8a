"""Kill -9, a power cut and an old backup while certificates are revoked and CRLs published.

No revocation that was answered is missing from OCSP or from the next CRL; the numbers of CRLs
never fall, nor come again with other content, neither in the bucket nor on the public listener.
"""

from __future__ import annotations

import pathlib
import random
import shutil
import time

import pytest
from cryptography.x509 import ocsp

from harness.revoking import Authority, Certificate, Revoking, Watched, number_of
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire
from power_cut import journal
from power_cut.disk import Disk, write_out

pytestmark = pytest.mark.one_node("it kills one process with a file of its own")

ROUNDS = 3
EACH = 32
CUTS = 8
KEEP = [0.0, 0.3, 0.7, 1.0]


def check_told(server: Server, authority: Authority, revoked: list[Certificate]) -> None:
    """OCSP says at once that they are revoked, and a CRL does within half a minute."""
    for certificate in revoked:
        assert authority.status(server, certificate) is ocsp.OCSPCertStatus.REVOKED
    authority.wait_for(server, {certificate.serial for certificate in revoked})


def test_a_kill_loses_no_revocation_and_no_crl_number() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        authority = Authority.make(Wire(server, token), "Killed")
        revoked: list[Certificate] = []
        watched = Watched()
        for round_ in range(ROUNDS):
            certificates = authority.issue(Wire(server, token), EACH)
            watched.start(server, authority)
            # So slow that CRLs are made while some are still to be revoked.
            load = Revoking(server, token, certificates, pause=1.0).start()
            time.sleep(5.5 + 1.3 * round_)
            server.kill()
            load.join()
            watched.stop()
            assert load.unexpected == []
            answered = [certificate for certificate, _ in load.answered]
            assert len(answered) >= 16, "too little was under way"
            revoked += answered
            server.start()
            check_told(server, authority, revoked)
            watched.look(server, authority)
        assert len(watched.seen) > ROUNDS, "no CRL was published meanwhile"
        assert watched.faults == []


def test_an_old_backup_of_the_database_brings_no_crl_number_back() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        authority = Authority.make(Wire(server, token), "Restored")
        before, after, late = (authority.issue(Wire(server, token), 2) for _ in range(3))
        watched = Watched()
        revoke(server, token, authority, before, watched)
        server.terminate()
        files = [path.name for path in server.data_dir.glob("cinnabar.db*")]
        assert "cinnabar.db" in files
        for name in files:
            shutil.copy2(server.data_dir / name, server.home / name)
        server.start()
        revoke(server, token, authority, after, watched)
        highest = watched.highest

        # The database alone is put back; the bucket has what was published since.
        server.terminate()
        for path in server.data_dir.glob("cinnabar.db*"):
            path.unlink()
        for name in files:
            shutil.copy2(server.home / name, server.data_dir / name)
        server.start()
        watched.look(server, authority)
        assert watched.faults == []
        revoke(server, token, authority, late, watched)

        assert watched.faults == []
        assert watched.highest > highest


def revoke(
    server: Server,
    token: str,
    authority: Authority,
    certificates: list[Certificate],
    watched: Watched,
) -> None:
    """Revokes them, and waits until the CRL that tells so is in both places."""
    load = Revoking(server, token, certificates, clients=1).start()
    load.join()
    assert (load.unexpected, len(load.answered)) == ([], len(certificates))
    watched.start(server, authority)
    check_told(server, authority, certificates)
    deadline = time.monotonic() + 30
    while number_of(authority.object(server).read_bytes()) < watched.highest:
        assert time.monotonic() < deadline, "the bucket lags behind"
        time.sleep(0.1)
    watched.stop()
    watched.look(server, authority)


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return journal.compile_recorder(tmp_path_factory.mktemp("recorder"))


def test_a_power_cut_loses_no_revocation_and_no_crl_number(
    recorder: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    record = tmp_path / "journal"

    def length() -> int:
        return record.stat().st_size

    with Server(settings=NO_QUOTAS) as server:
        server.environment |= journal.environment(
            recorder, server.data_dir, record, sync_delay=0.005
        )
        root = str(server.data_dir.resolve())
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        authority = Authority.make(Wire(server, token), "Cut")
        certificates = authority.issue(Wire(server, token), EACH)
        begun = length()
        watched = Watched().start(server, authority, length)
        load = Revoking(server, token, certificates, pause=2.0, measure=length).start()
        load.join()
        authority.wait_for(server, {certificate.serial for certificate in certificates})
        watched.stop()
        assert (load.unexpected, watched.faults) == ([], [])
        assert len(load.answered) == EACH
        server.kill()
    operations = list(journal.read(record))
    chance = random.Random(20261122)
    ends = [step.end for step in operations if step.end > begun]
    moments = chance.sample([mark for _, mark in load.answered], CUTS - 4)
    published = [mark for _, mark in watched.seen.values() if mark > begun]
    assert len(published) >= 2, "no CRL was published meanwhile"
    moments += chance.sample(published, 2)
    moments += chance.sample(ends, 2)
    for number, moment in enumerate(moments):
        disk = Disk(root).do(step for step in operations if step.end <= moment)
        left = disk.after_power_cut(random.Random(number), KEEP[number % len(KEEP)])
        with Server(settings=NO_QUOTAS) as revived:
            revived.credentials = account
            write_out(left, root, revived.data_dir)
            revived.start()
            promised = [certificate for certificate, mark in load.answered if mark <= moment]
            # What somebody saw before the cut must not come again with other octets, nor a lower
            # one after it.
            later = watched.until(moment)
            later.look(revived, authority)
            check_told(revived, authority, promised)
            later.look(revived, authority)
            assert later.faults == [], f"cut {number} at {moment}"
