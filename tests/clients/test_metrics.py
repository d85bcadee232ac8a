"""The admin listener: what it shows, judged by Prometheus' own reader of the format."""

from __future__ import annotations

import collections
import re

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from harness.sdk import Sdk
from harness.server import PATIENCE, Credentials, Server
from harness.wire import Wire, password_sign_in

#: A sample: its name and its labels in order.
Sample = tuple[str, tuple[tuple[str, str], ...]]


def scrape(server: Server) -> dict[Sample, float]:
    """All samples that the server shows now."""
    answer = requests.get(server.admin_address + "/metrics", timeout=PATIENCE)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def total(samples: dict[Sample, float], name: str, **labels: str) -> float:
    """The sum over the samples of this name that have these labels."""
    return sum(
        value
        for (sample, has), value in samples.items()
        if sample == name and labels.items() <= dict(has).items()
    )


def test_every_metric_is_explained_typed_and_well_named(server: Server, wire: Wire) -> None:
    wire.get("/v3/projects")

    text = requests.get(server.admin_address + "/metrics", timeout=PATIENCE).text

    families = list(text_string_to_metric_families(text))
    assert len(families) > 20
    for family in families:
        assert family.documentation, family.name
        assert family.type in ("counter", "gauge", "histogram"), family.name
        assert re.fullmatch(r"(cinnabar|process)_[a-z_]+", family.name)
        if family.type == "counter":
            assert f"# TYPE {family.name}_total counter" in text, family.name
    names = [family.name for family in families]
    repeated = [name for name, times in collections.Counter(names).items() if times > 1]
    assert not repeated


def test_a_request_is_counted_under_its_route_and_status(server: Server, wire: Wire) -> None:
    labels = {"api": "private_ca", "method": "GET", "status": "404"}
    route = "/v1/private-certificate-authorities/{ca_id}"
    before = scrape(server)

    wire.get("/v1/private-certificate-authorities/00000000-0000-4000-8000-000000000000")

    after = scrape(server)
    requests_total = "cinnabar_http_requests_total"
    assert (
        total(after, requests_total, route=route, **labels)
        - total(before, requests_total, route=route, **labels)
        == 1
    )
    duration = "cinnabar_http_request_duration_seconds"
    for part in ("_count", "_sum"):
        assert total(after, duration + part, route=route) > total(
            before, duration + part, route=route
        )


@pytest.mark.parametrize("path", ["/a/path/of/my/own", "/v3/scm/csr/%00", "/v3/nothing?x=y"])
def test_a_client_makes_no_labels(server: Server, wire: Wire, path: str) -> None:
    before = scrape(server)

    wire.send("INVENTED", path)

    after = scrape(server)
    known = {value for _, labels in before for _, value in labels}
    made = {value for _, labels in after for _, value in labels} - known
    assert made <= {"other", "404", "/v3/scm/csr/{id}", "scm", "0.0005"}, made


def test_signatures_commits_and_audit_events_are_counted(
    server: Server, sdk: Sdk, wire: Wire
) -> None:
    before = scrape(server)

    made = wire.post(
        "/v3/scm/csr",
        json={
            "name": "counted",
            "domain_name": "counted.example.com",
            "private_key_algo": "EC_P256",
            "usage": "PERSONAL",
        },
    )

    assert made.status_code in (200, 201), made.text
    after = scrape(server)
    for name, labels in [
        ("cinnabar_signatures_total", {"algorithm": "EC256", "purpose": "csr"}),
        ("cinnabar_keys_generated_total", {"algorithm": "EC256", "purpose": "csr"}),
        ("cinnabar_commits_total", {"outcome": "committed"}),
        ("cinnabar_audit_events_total", {"action": "create_csr", "outcome": "done"}),
        ("cinnabar_commit_duration_seconds_count", {}),
        ("cinnabar_commit_batch_size_sum", {}),
    ]:
        assert total(after, name, **labels) - total(before, name, **labels) == 1, name
    assert total(after, "cinnabar_commit_queue_length") == 0


def test_failures_to_sign_in_and_to_prove_a_caller_are_counted(
    server: Server, account: Credentials, wire: Wire
) -> None:
    before = scrape(server)
    body = password_sign_in(account, None)
    body["auth"]["identity"]["password"]["user"]["name"] = "nobody"

    assert wire.post("/v3/auth/tokens", json=body).status_code == 401
    assert Wire(server).get("/v3/projects").status_code == 401

    after = scrape(server)
    for name, reason in [
        ("cinnabar_sign_in_failures_total", "password wrong"),
        ("cinnabar_authentication_failures_total", "no credential"),
    ]:
        assert total(after, name, reason=reason) - total(before, name, reason=reason) == 1, name


def test_the_process_and_its_connections_are_shown(server: Server, wire: Wire) -> None:
    wire.get("/healthz")

    samples = scrape(server)

    assert total(samples, "cinnabar_build_info") == 1
    assert total(samples, "cinnabar_connections_open", listener="api") >= 1
    assert total(samples, "cinnabar_connections_open", listener="admin") >= 1
    for name in [
        "process_max_fds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_threads",
    ]:
        assert total(samples, name) > 0, name
    assert ("process_cpu_seconds_total", ()) in samples


def test_nothing_secret_is_shown(server: Server, account: Credentials, token: str) -> None:
    text = requests.get(server.admin_address + "/metrics", timeout=PATIENCE).text

    for secret in [account.password, account.secret_key, account.access_key, token]:
        assert secret not in text
    assert account.account_id not in text


def test_the_admin_listener_answers_health_and_nothing_else(server: Server) -> None:
    for path, status, body in [
        ("/healthz", 200, {"status": "alive"}),
        ("/readyz", 200, {"status": "ready"}),
    ]:
        answer = requests.get(server.admin_address + path, timeout=PATIENCE)
        assert (answer.status_code, answer.json()) == (status, body)
    for path in ["/", "/v3/projects", "/v1/private-certificate-authorities"]:
        assert requests.get(server.admin_address + path, timeout=PATIENCE).status_code == 404
