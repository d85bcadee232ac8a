"""More than can be done, and clients that are slow on purpose: who is let in is served in time, who is
not is told so at once, and nobody keeps a connection for ever."""

from __future__ import annotations

import collections
import dataclasses
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from huaweicloudsdkccm.v1 import (
    ListCertificateAuthorityRequest,
    ParseCertificateSigningRequestRequest,
    ParseCertificateSigningRequestRequestBody,
)
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from harness.answers import refused, sdk_refused
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, PATIENCE, Server
from harness.wire import Wire
from test_metrics import scrape, total

pytestmark = pytest.mark.one_node("limits are those of one process")

#: Few turns; keys are made while the client waits.
TIGHT = (
    NO_QUOTAS
    + """
[limits]
requests = 4
requests_waiting = 4
patience_ms = 2000
[rsa_pool]
rsa2048 = 0
"""
)

#: Clients that are given a second for everything.
HASTY = (
    NO_QUOTAS
    + """
[limits]
connections_of_address = 8
handshake_seconds = 1
header_seconds = 1
body_seconds = 1
write_seconds = 1
idle_seconds = 2
"""
)

#: After its second a connection that is told to end may take some more.
SOON = 15


def slow_request(name: str) -> dict[str, str]:
    """A CSR whose key takes some hundredths of a second to make."""
    return {
        "name": name,
        "domain_name": "load.example.org",
        "private_key_algo": "RSA_2048",
        "usage": "PERSONAL",
    }


@dataclasses.dataclass(frozen=True)
class Seen:
    """One answer, and how long it took."""

    answer: requests.Response
    seconds: float


class Crowd:
    """So many clients at once, each on a connection of its own."""

    def __init__(self, server: Server, token: str, clients: int) -> None:
        self.server, self.token = server, token
        self.seen: list[Seen] = []
        self.faults: list[str] = []
        self._end = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(number,), daemon=True)
            for number in range(clients)
        ]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a client is stuck"

    def _work(self, number: int) -> None:
        wire = Wire(self.server, self.token)
        turn = 0
        while not self._end.is_set():
            begun = time.monotonic()
            try:
                answer = wire.post("/v3/scm/csr", json=slow_request(f"crowd {number} {turn}"))
            except requests.RequestException as fault:
                self.faults.append(repr(fault))
                return
            self.seen.append(Seen(answer, time.monotonic() - begun))
            turn += 1
            if answer.status_code == 429:
                time.sleep(0.02)


def test_beyond_its_capacity_the_server_goes_on_and_refuses_the_rest_at_once() -> None:
    with Server(settings=TIGHT) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        with Crowd(server, token, clients=24) as crowd:
            end = time.monotonic() + 5
            while time.monotonic() < end:
                for path in ("/healthz", "/readyz"):
                    assert Wire(server).get(path).status_code == 200, path
                during = scrape(server)
                assert total(during, "cinnabar_queue_running", queue="requests") <= 4
                assert total(during, "cinnabar_queue_waiting", queue="requests") <= 4
                time.sleep(0.2)

        # Each client kept its connection, refused or not.
        assert crowd.faults == []
        statuses = collections.Counter(seen.answer.status_code for seen in crowd.seen)
        assert set(statuses) == {201, 429}, statuses
        let_in = [seen.seconds for seen in crowd.seen if seen.answer.status_code == 201]
        turned_away = [seen for seen in crowd.seen if seen.answer.status_code == 429]
        assert len(let_in) >= 10, statuses
        # Eight are inside at most: who is let in waits for seven others, not for all twenty-four.
        assert max(let_in) < 10
        quick = [seen.seconds for seen in turned_away]
        assert statistics.median(quick) < statistics.median(let_in) / 2, statuses
        for seen in turned_away:
            refused(seen.answer, 429, "APIGW.0308")
            assert int(seen.answer.headers["Retry-After"]) >= 1

        after = scrape(server)
        counted = total(after, "cinnabar_refused_total", reason="requests")
        counted += total(after, "cinnabar_refused_total", reason="wait")
        assert counted == len(turned_away)
        assert total(after, "cinnabar_queue_running", queue="requests") == 0
        assert total(after, "cinnabar_queue_running_bound", queue="requests") == 4
        told = [line for line in server.log_text().splitlines() if "requests are refused" in line]
        assert 1 <= len(told) <= 3, "one line in ten seconds, not one for each"
        done = Wire(server, token).post("/v3/scm/csr", json=slow_request("after"))
        assert done.status_code == 201


def test_the_sdk_tells_a_refusal_as_its_own_error_and_waits_as_it_is_told() -> None:
    settings = NO_QUOTAS + "[limits]\ncredential_rate = 1\ncredential_burst = 2\n"
    with Server(settings=settings) as server:
        account = server.init()
        server.start()
        sdk, patient = Sdk(server, account), Sdk(server, account)
        patient.config.retry_times = 5

        def listing(own: Sdk) -> object:
            return own.ccm.list_certificate_authority(ListCertificateAuthorityRequest())

        def parsing() -> object:
            body = ParseCertificateSigningRequestRequestBody(csr="none")
            return sdk.ccm.parse_certificate_signing_request(
                ParseCertificateSigningRequestRequest(body=body)
            )

        # With the account that it looks up first these are two.
        listing(sdk)
        # Of what changes something the SDK passes the refusal on; what only reads it would try again
        # by itself, if it may.
        error = sdk_refused(parsing, 429, "APIGW.0308")
        assert error.error_msg == "The throttling threshold has been reached."
        with pytest.raises(ClientRequestException) as caught:
            listing(sdk)
        assert caught.value.status_code == 429
        listing(patient)
        assert total(scrape(server), "cinnabar_refused_total", reason="credential_rate") >= 3


def test_relying_parties_beyond_their_rate_are_told_to_come_back() -> None:
    settings = NO_QUOTAS + "[limits]\naddress_rate = 1\naddress_burst = 2\n"
    with Server(settings=settings) as server:
        server.init()
        server.start()
        path = server.public_address + "/ocsp/4c0e772e-a30c-4029-b929-b7acb04143f7/MAA="
        answers = [requests.get(path, timeout=PATIENCE) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].headers["Retry-After"] == "1"
        assert answers[2].content == bytes.fromhex("30030a0103")
        assert total(scrape(server), "cinnabar_refused_total", reason="address_rate") == 1


@pytest.fixture(scope="module")
def hasty() -> Iterator[tuple[Server, str]]:
    with Server(settings=HASTY) as made:
        account = made.init()
        made.start()
        yield made, Wire(made).sign_in(account)


def plain(address: str) -> socket.socket:
    where = urlsplit(address)
    assert where.hostname is not None and where.port is not None
    return socket.create_connection((where.hostname, where.port), timeout=PATIENCE)


def seconds_until_closed(connection: socket.socket) -> float:
    """How long the server keeps a connection on which nothing more is said."""
    begun = time.monotonic()
    connection.settimeout(SOON)
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return time.monotonic() - begun


def test_who_begins_no_handshake_is_cut_off(hasty: tuple[Server, str]) -> None:
    server, _ = hasty
    before = total(scrape(server), "cinnabar_tls_handshake_failures_total")
    with plain(server.address) as connection:
        assert seconds_until_closed(connection) < SOON
    assert total(scrape(server), "cinnabar_tls_handshake_failures_total") == before + 1


@pytest.mark.parametrize("octets", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
def test_who_sends_no_whole_header_is_cut_off(hasty: tuple[Server, str], octets: bytes) -> None:
    server, _ = hasty
    with Wire(server).connect() as connection:
        connection.sendall(octets)
        assert seconds_until_closed(connection) < SOON


def test_who_sends_no_whole_body_is_told_and_cut_off(hasty: tuple[Server, str]) -> None:
    server, token = hasty
    with Wire(server).connect() as connection:
        connection.sendall(
            b"POST /v3/scm/csr HTTP/1.1\r\nHost: x\r\nX-Auth-Token: "
            + token.encode()
            + b"\r\nContent-Length: 100\r\n\r\n{"
        )
        connection.settimeout(SOON)
        assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")
        assert seconds_until_closed(connection) < SOON


def test_who_says_nothing_between_requests_is_let_go(hasty: tuple[Server, str]) -> None:
    server, _ = hasty
    with Wire(server).connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.settimeout(SOON)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
        assert 1 < seconds_until_closed(connection) < SOON


def test_who_reads_no_answers_is_cut_off(hasty: tuple[Server, str]) -> None:
    server, _ = hasty
    before = total(scrape(server), "cinnabar_connections_cut_off_total")
    # More than the system's buffers take.
    asked = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 4000
    with plain(server.admin_address) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(SOON)
        begun = time.monotonic()
        cut_off = False
        while not cut_off and time.monotonic() - begun < SOON:
            try:
                connection.sendall(asked)
            except (ConnectionError, TimeoutError):
                pass
            cut_off = total(scrape(server), "cinnabar_connections_cut_off_total") == before + 1
            time.sleep(0.2)
        assert cut_off


def test_one_address_has_no_more_than_its_connections(hasty: tuple[Server, str]) -> None:
    server, token = hasty
    before = total(scrape(server), "cinnabar_refused_total", reason="connections")
    held: list[socket.socket] = []
    closed = 0
    try:
        for _ in range(12):
            connection = plain(server.address)
            held.append(connection)
            connection.settimeout(0.1)
            try:
                closed += connection.recv(1) == b""
            except TimeoutError:
                continue
            except ConnectionError:
                closed += 1
    finally:
        for connection in held:
            connection.close()
    assert closed >= 4
    assert total(scrape(server), "cinnabar_refused_total", reason="connections") - before == closed
    # They are given back.
    time.sleep(0.2)
    assert Wire(server, token).get("/v3/auth/domains").status_code == 200
