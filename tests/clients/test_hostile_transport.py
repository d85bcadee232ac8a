"""Bodies and connections that mean harm: the answer is short, and the memory stays bounded."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator

import pytest
import requests

from harness.answers import refused
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it watches the memory and the limits of one process")

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def own() -> Iterator[tuple[Server, str]]:
    with Server(settings=NO_QUOTAS) as made:
        account = made.init()
        made.start()
        yield made, Wire(made).sign_in(account)


def megabytes(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" " * MEGABYTE


def head(path: str, token: str, *lines: str) -> bytes:
    return "\r\n".join(
        [f"POST {path} HTTP/1.1", "Host: localhost", f"X-Auth-Token: {token}", *lines, "", ""]
    ).encode()


def status_of(connection: ssl.SSLSocket) -> int | None:
    """The status of the answer; None if the server closed without one."""
    received = b""
    try:
        while b"\r\n" not in received:
            piece = connection.recv(4096)
            if not piece:
                return None
            received += piece
    except (ConnectionError, ssl.SSLError):
        return None
    return int(received.split(b" ")[1])


@pytest.mark.parametrize(
    "path", ["/v3/scm/csr", "/v3/auth/tokens", "/v1/private-certificate-authorities"]
)
def test_a_hundred_megabytes_are_refused_and_never_held(own: tuple[Server, str], path: str) -> None:
    server, token = own
    before = server.resident_bytes()
    for body in (megabytes(100), b" " * (100 * MEGABYTE)):
        try:
            answer = Wire(server, token).post(path, data=body)
        except requests.exceptions.ConnectionError:
            # The server stopped reading: the client was still sending.
            continue
        if path == "/v3/auth/tokens":
            assert answer.status_code == 413
        else:
            refused(answer, 413, "APIGW.0201")
    assert server.resident_bytes() - before < 30 * MEGABYTE


def test_one_past_the_bound_is_refused_and_the_bound_is_read(own: tuple[Server, str]) -> None:
    server, token = own
    wire = Wire(server, token)
    bound = 256 * 1024
    inside = wire.post("/v3/scm/csr", data=b" " * bound)
    refused(inside, 400, "SCM.0005")
    for past in (1, MEGABYTE, 10 * MEGABYTE):
        refused(wire.post("/v3/scm/csr", data=b" " * (bound + past)), 413, "APIGW.0201")
    refused(wire.post("/v3/scm/csr", data=megabytes(2)), 413, "APIGW.0201")
    # The two calls that take a chain read more.
    path = "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/import"
    refused(wire.post(path, data=b" " * (4 * MEGABYTE)), 400, "PCA.")
    refused(wire.post(path, data=b" " * (4 * MEGABYTE + 1)), 413, "APIGW.0201")


def test_a_body_without_credentials_is_refused_before_it_is_read(own: tuple[Server, str]) -> None:
    server, _ = own
    with Wire(server).connect() as connection:
        connection.sendall(
            b"POST /v3/scm/csr HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n"
        )
        connection.settimeout(10)
        assert status_of(connection) == 401


def test_a_slow_body_is_given_up(own: tuple[Server, str]) -> None:
    server, token = own
    with Wire(server).connect() as connection:
        connection.sendall(head("/v3/scm/csr", token, "Content-Length: 1000"))
        connection.settimeout(1)
        started = time.monotonic()
        ended = False
        while time.monotonic() - started < 60 and not ended:
            try:
                connection.sendall(b" ")
                ended = status_of(connection) in (408, None)
            except TimeoutError:
                continue
            except (ConnectionError, ssl.SSLError):
                ended = True
        assert ended, "one octet a second is still being read after a minute"


def test_slow_heads_do_not_keep_others_from_being_served(own: tuple[Server, str]) -> None:
    server, token = own
    idle = [Wire(server).connect() for _ in range(50)]
    try:
        for connection in idle:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: lo")
        assert Wire(server, token).get("/v3/auth/domains").status_code == 200
    finally:
        for connection in idle:
            connection.close()


@pytest.mark.parametrize(
    "octets",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 3_000_000 + b"\r\n\r\n",
        b"POST /v3/scm/csr HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v3/scm/csr HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /v3/scm/csr HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /v3/scm/csr/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=range(9),
)
def test_octets_that_are_no_request_get_a_refusal_or_a_closed_connection(
    own: tuple[Server, str], octets: bytes
) -> None:
    server, _ = own
    with Wire(server).connect() as connection:
        connection.settimeout(15)
        try:
            connection.sendall(octets)
        except (ConnectionError, ssl.SSLError):
            return
        status = status_of(connection)
        assert status is None or 400 <= status < 500, status


def test_after_all_of_it_the_server_serves(own: tuple[Server, str]) -> None:
    server, token = own
    assert Wire(server, token).get("/v3/auth/domains").status_code == 200
    assert server.process is not None
    assert server.process.poll() is None
