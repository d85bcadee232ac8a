"""How long after a revocation was answered relying parties can learn of it.

docs/revocation.md promises OCSP at once and a CRL within half a minute. Its figures come from
`CINNABAR_DELAY_ROUNDS=40 .venv/bin/pytest tests/clients/test_revocation_delays.py -s`.
"""

from __future__ import annotations

import os
import pathlib
import random
import statistics
import time
from collections.abc import Callable

from cryptography.x509 import ocsp

from harness.revoking import CERTIFICATES, Authority, Certificate, serials_of
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire

ROUNDS = int(os.environ.get("CINNABAR_DELAY_ROUNDS", "4"))
#: What the documents promise for a CRL, in seconds.
PROMISED = 30.0
#: Between two looks; the figures are at most so much too large.
LOOK = 0.02


def published(path: pathlib.Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def waited(crl: Callable[[], bytes | None], certificate: Certificate, since: float) -> float:
    """How many seconds after `since` the CRL tells of the certificate."""
    while (der := crl()) is None or certificate.serial not in serials_of(der):
        assert time.monotonic() - since < PROMISED, "not told in time"
        time.sleep(LOOK)
    return time.monotonic() - since


def figures(name: str, seconds: list[float]) -> str:
    middle = statistics.median(seconds)
    return f"{name}: {middle:.3f} s ({min(seconds):.3f} to {max(seconds):.3f})"


def test_ocsp_tells_a_revocation_at_once_and_the_crl_within_half_a_minute() -> None:
    chance = random.Random(20261122)
    answers, served, bucket = [], [], []
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        wire = Wire(server, Wire(server).sign_in(account))
        authority = Authority.make(wire, "Delays")
        for certificate in authority.issue(wire, ROUNDS):
            assert authority.status(server, certificate) is ocsp.OCSPCertStatus.GOOD
            revoked = wire.post(f"{CERTIFICATES}/{certificate.id}/revoke", json={})
            since = time.monotonic()
            assert revoked.status_code == 204, revoked.text

            first = authority.status(server, certificate)
            answers.append(time.monotonic() - since)
            assert first is ocsp.OCSPCertStatus.REVOKED

            served.append(waited(lambda: authority.crl(server), certificate, since))
            bucket.append(waited(lambda: published(authority.object(server)), certificate, since))
            # So that the revocations come at any moment between two looks of the scheduler.
            time.sleep(chance.uniform(0.0, 7.0))
    print(f"\n{ROUNDS} revocations, from the answer until it is told, median (least to greatest):")
    print(figures("OCSP, asked at once", answers))
    print(figures("CRL, public listener", served))
    print(figures("CRL, bucket (a directory)", bucket))
