"""The admin listener: what it shows, judged by Prometheus' own reader of the format."""

from __future__ import annotations

import collections
import re
import time

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from harness.revoking import Authority
from harness.sdk import Sdk
from harness.server import PATIENCE, Credentials, Server
from harness.wire import Wire, password_sign_in

pytestmark = pytest.mark.one_node("metrics are those of one process")

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


def test_what_the_database_alone_knows_is_shown(server: Server) -> None:
    samples = scrape(server)

    assert total(samples, "cinnabar_database_up") == 1
    assert total(samples, "cinnabar_database_size_bytes") > 100_000
    assert total(samples, "cinnabar_database_connections", use="write") >= 1
    assert total(samples, "cinnabar_database_connections", use="read") >= 1
    assert 0 < total(samples, "cinnabar_gathering_seconds") < 2
    assert total(samples, "cinnabar_tasks") > 0
    kinds = {dict(labels)["kind"] for name, labels in samples if name == "cinnabar_job_failures"}
    assert kinds >= {"destroy_authorities", "expire_workspace_requests", "renew_responders"}
    assert total(samples, "cinnabar_job_failures", kind="destroy_authorities") == 0
    assert total(samples, "cinnabar_job_overdue_seconds", kind="destroy_authorities") < 60


def test_days_to_expiry_and_ages_of_crls_are_told_by_authority() -> None:
    with Server() as server:
        account = server.init()
        wire = Wire(server.start())
        wire.token = wire.sign_in(account)
        authority = Authority.make(wire, "watched")
        authority.issue(wire, 1)
        deadline = time.monotonic() + PATIENCE
        while authority.crl(server) is None:
            assert time.monotonic() < deadline
            time.sleep(0.1)

        samples = scrape(server)

        ca = {"ca": authority.id}
        of_ca = total(samples, "cinnabar_authority_days_to_expiry", **ca)
        # Five years with one or two leap days, less the seconds since.
        assert 5 * 365 <= of_ca <= 5 * 365 + 2
        # The responder's own certificate ends sooner than the one that was issued for 30 days.
        next_end = total(samples, "cinnabar_certificate_days_to_next_expiry", **ca)
        of_responder = total(samples, "cinnabar_ocsp_responder_days_to_expiry", **ca)
        assert 0 < of_responder < 40
        assert next_end == pytest.approx(min(of_responder, 30), abs=0.01)
        complete = ca | {"shard": ""}
        assert 0 <= total(samples, "cinnabar_crl_age_seconds", **complete) < 2 * PATIENCE
        left = total(samples, "cinnabar_crl_seconds_to_next_update", **complete)
        assert left == pytest.approx(7 * 86_400, abs=2 * PATIENCE)
        assert ("cinnabar_crls_unpublished", ()) in samples


def test_an_authority_that_is_gone_has_no_metrics_any_more() -> None:
    with Server() as server:
        account = server.init()
        wire = Wire(server.start())
        wire.token = wire.sign_in(account)
        kept, gone = (Authority.make(wire, name) for name in ("kept", "gone"))
        path = f"/v1/private-certificate-authorities/{gone.id}"
        assert wire.post(f"{path}/disable").status_code == 204
        assert wire.send("DELETE", f"{path}?pending_days=7").status_code == 204

        samples = scrape(server)

        assert total(samples, "cinnabar_authority_days_to_expiry", ca=kept.id) > 0
        assert ("cinnabar_authority_days_to_expiry", (("ca", gone.id),)) not in samples
