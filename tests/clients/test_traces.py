"""Traces: what a collector is told of a request, and that nobody waits for it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from harness.collector import Collector, Span
from harness.server import NO_QUOTAS, PATIENCE, Server, ServerFailed
from harness.wire import Wire, password_sign_in
from test_metrics import scrape, total

pytestmark = pytest.mark.one_node("traces leave one process")

#: The parent of a caller's own trace, as the standard's example has it.
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"

SERVER_KIND, ERROR_STATUS = 2, 2

CSR = {
    "name": "traced",
    "domain_name": "traced.example.com",
    "private_key_algo": "EC_P256",
    "usage": "PERSONAL",
}


def traced(collector: Collector, *flags: str, **environment: str) -> Server:
    """A server that sends its traces there."""
    return Server(
        settings=f'{NO_QUOTAS}[traces]\nendpoint = "{collector.url}"\n',
        flags=flags,
        environment=environment,
    )


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as made:
        yield made


@pytest.fixture(scope="module")
def watched(collector: Collector) -> Iterator[Server]:
    """A server whose traces the module's collector gets."""
    with traced(collector, OTEL_EXPORTER_OTLP_HEADERS="x-tenant=a%20b") as made:
        made.init()
        yield made.start()


@pytest.fixture(scope="module")
def caller(watched: Server) -> Wire:
    assert watched.credentials is not None
    return Wire(watched, Wire(watched).sign_in(watched.credentials))


def by_name(spans: list[Span]) -> dict[str, Span]:
    return {span.name: span for span in spans}


def test_a_request_is_a_trace_from_its_head_to_its_commit(
    collector: Collector, watched: Server, caller: Wire
) -> None:
    answer = caller.post("/v3/scm/csr", json=CSR)

    assert answer.status_code in (200, 201), answer.text
    request_id = answer.headers["X-Request-Id"]
    spans = by_name(collector.of_request(request_id))
    assert set(spans) == {
        "POST /v3/scm/csr",
        "sign-in",
        "create_csr",
        "key",
        "signature",
        "commit-wait",
    }
    root, operation = spans["POST /v3/scm/csr"], spans["create_csr"]
    assert (root.kind, root.parent) == (SERVER_KIND, "")
    assert watched.credentials is not None
    assert root.attributes["http.route"] == "/v3/scm/csr"
    assert root.attributes["http.request.method"] == "POST"
    assert root.attributes["http.response.status_code"] == answer.status_code
    assert root.attributes["cinnabar.account"] == watched.credentials.account_id
    assert root.attributes["cinnabar.user"] == watched.credentials.user_id
    assert spans["sign-in"].parent == root.id
    assert operation.parent == root.id
    for name in ("key", "signature", "commit-wait"):
        assert spans[name].parent == operation.id, name
    for span in spans.values():
        assert root.start <= span.start <= span.end <= root.end, span.name


def test_a_commit_names_the_requests_that_shared_it(collector: Collector, caller: Wire) -> None:
    answer = caller.post("/v3/scm/csr", json=CSR)

    waited = by_name(collector.of_request(answer.headers["X-Request-Id"]))["commit-wait"]
    deadline = time.monotonic() + PATIENCE
    while not (commits := [span for span in collector.spans if waited.id in span.links]):
        assert time.monotonic() < deadline, "no commit names the request"
        time.sleep(0.02)
    [commit] = commits
    assert commit.name == "commit"
    assert commit.trace != waited.trace
    assert commit.attributes["change_sets"] >= 1
    assert waited.start <= commit.end


def test_a_trace_says_how_a_request_was_refused(collector: Collector, caller: Wire) -> None:
    missing = "/v1/private-certificate-authorities/00000000-0000-4000-8000-000000000000"

    answer = caller.get(missing)

    route = "GET /v1/private-certificate-authorities/{ca_id}"
    span = by_name(collector.of_request(answer.headers["X-Request-Id"]))[route]
    assert span.attributes["http.response.status_code"] == 404
    assert span.attributes["cinnabar.error_code"] == "PCA.10010002"
    # A client's mistake is no failure of the server's.
    assert span.status != ERROR_STATUS


def test_what_the_server_does_by_itself_is_traced(collector: Collector, watched: Server) -> None:
    span = collector.named("job destroy_authorities")

    assert span.parent == ""
    assert span.attributes["outcome"] == "done"


def test_the_collector_learns_who_sends(collector: Collector, caller: Wire) -> None:
    caller.get("/v3/projects")

    resource = collector.named("GET /v3/projects").resource
    path, headers = collector.requests[0]
    assert resource["service.name"] == "cinnabar"
    assert resource["service.version"]
    assert path == "/v1/traces"
    assert headers["content-type"] == "application/x-protobuf"
    assert headers["x-tenant"] == "a b"


def test_no_secret_and_no_word_of_a_client_is_in_a_trace(
    collector: Collector, watched: Server, caller: Wire
) -> None:
    account = watched.credentials
    assert account is not None and caller.token is not None
    body = password_sign_in(account, None)
    body["auth"]["identity"]["password"]["user"]["password"] = "a wrong p4ssword"

    refused = Wire(watched).post("/v3/auth/tokens", json=body)
    strange = caller.send("INVENTED", "/v3/my-own-path?my-own=query")

    assert refused.status_code == 401
    collector.of_request(refused.headers["X-Request-Id"])
    collector.of_request(strange.headers["X-Request-Id"])
    everything = b"".join(collector.bodies)
    for secret in [
        account.password,
        account.secret_key,
        account.access_key,
        caller.token,
        "a wrong p4ssword",
        account.user_name,
        "INVENTED",
        "my-own",
        "traced.example.com",
    ]:
        assert secret.encode() not in everything, secret


def test_a_stranger_does_not_choose_the_trace(collector: Collector, caller: Wire) -> None:
    answer = caller.get("/v3/projects", headers={"traceparent": TRACEPARENT})

    spans = by_name(collector.of_request(answer.headers["X-Request-Id"]))
    assert spans["GET /v3/projects"].trace != TRACE
    assert spans["GET /v3/projects"].parent == ""


def test_the_trace_of_a_trusted_caller_goes_on(collector: Collector) -> None:
    flags = ("--traces-continue-from", "127.0.0.0/8", "--traces-service", "ca-of-the-shop")
    with traced(collector, *flags) as server:
        account = server.init()
        wire = Wire(server.start())
        wire.token = wire.sign_in(account)

        answer = wire.get("/v3/projects", headers={"traceparent": TRACEPARENT})
        unsampled = wire.get("/v3/projects", headers={"traceparent": TRACEPARENT[:-1] + "0"})
        wrong = wire.get("/v3/projects", headers={"traceparent": "what"})

        span = by_name(collector.of_request(answer.headers["X-Request-Id"]))["GET /v3/projects"]
        assert (span.trace, span.parent) == (TRACE, PARENT)
        assert span.resource["service.name"] == "ca-of-the-shop"
        # It came after, so that the one in between would have come too.
        collector.of_request(wrong.headers["X-Request-Id"])
        ids = {span.attributes.get("cinnabar.request_id") for span in collector.spans}
        assert unsampled.headers["X-Request-Id"] not in ids


def test_traces_are_off_unless_a_collector_is_named(
    collector: Collector, server: Server, wire: Wire
) -> None:
    standard = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url}
    before = len(collector.requests)
    with Server(environment=standard) as other:
        other.init()
        assert Wire(other.start()).get("/healthz").status_code == 200
        samples = scrape(other)
        assert other.terminate() == 0

    assert total(samples, "cinnabar_trace_spans_total") == 0
    sent = [request for request in collector.requests[before:] if other.home.name in str(request)]
    assert not sent


def test_of_a_sample_of_nothing_nothing_is_sent(collector: Collector) -> None:
    with traced(collector, "--traces-sample", "0") as server:
        server.init()
        answer = Wire(server.start()).get("/healthz")
        assert server.terminate() == 0

    ids = {span.attributes.get("cinnabar.request_id") for span in collector.spans}
    assert answer.headers["X-Request-Id"] not in ids


def test_what_waits_at_the_end_is_still_sent(collector: Collector) -> None:
    with traced(collector) as server:
        server.init()
        answer = Wire(server.start()).get("/healthz")
        assert server.terminate() == 0

    ids = {span.attributes.get("cinnabar.request_id") for span in collector.spans}
    assert answer.headers["X-Request-Id"] in ids


def test_a_collector_that_is_away_is_told_once_and_missed_by_nobody() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with Server(flags=("--traces-endpoint", f"http://127.0.0.1:{port}")) as server:
            server.init()
            wire = Wire(server.start())
            for _ in range(20):
                assert wire.get("/healthz").status_code == 200
            await_count(server, "lost", 1)
            time.sleep(2.5)
            wire.get("/healthz")
            warnings = [e for e in server.log_events() if "takes no traces" in str(e["message"])]
            assert len(warnings) == 1, warnings

            reserved.close()
            with Collector(port=port) as collector:
                deadline = time.monotonic() + PATIENCE
                while not collector.spans and time.monotonic() < deadline:
                    wire.get("/healthz")
                    time.sleep(0.1)
                assert collector.spans
                await_count(server, "sent", 1)
            assert server.terminate() == 0


def test_a_collector_that_hangs_delays_no_request_and_no_end() -> None:
    with Collector(delay=600) as collector, traced(collector) as server:
        server.init()
        wire = Wire(server.start())
        wire.get("/healthz")
        deadline = time.monotonic() + PATIENCE
        while not collector.requests:
            assert time.monotonic() < deadline
            time.sleep(0.02)

        began = time.monotonic()
        for _ in range(50):
            assert wire.get("/healthz").status_code == 200
        assert time.monotonic() - began < 5

        began = time.monotonic()
        assert server.terminate() == 0
        assert time.monotonic() - began < 10


def await_count(server: Server, outcome: str, least: int) -> None:
    """Waits until so many spans have ended so."""
    deadline = time.monotonic() + PATIENCE
    while total(scrape(server), "cinnabar_trace_spans_total", outcome=outcome) < least:
        assert time.monotonic() < deadline, f"no span was {outcome}"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("flag", "value", "named"),
    [
        ("--traces-endpoint", "127.0.0.1:4318", "[traces] endpoint"),
        ("--traces-endpoint", "http://user:pass@127.0.0.1", "[traces] endpoint"),
        ("--traces-sample", "1.5", "[traces] sample"),
        ("--traces-sample", "half", "--traces-sample"),
        ("--traces-continue-from", "10.0.0.0/33", "--traces-continue-from"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(
    flag: str, value: str, named: str
) -> None:
    with Server(flags=(flag, value)) as server:
        server.init()
        with pytest.raises(ServerFailed, match="ended with 2") as refused:
            server.start()
        assert named in str(refused.value)
