"""The alerts and the dashboard: files that parse, about metrics that there are."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import yaml

from harness.revoking import Authority
from harness.server import PATIENCE, PROJECT, Server
from harness.wire import Wire
from test_metrics import scrape

pytestmark = pytest.mark.one_node("metrics are those of one process")

HOME = PROJECT / "docs" / "monitoring"

#: What Prometheus makes itself.
OF_PROMETHEUS = {"up"}


def alerts() -> list[dict[str, Any]]:
    """All rules of the file."""
    file = yaml.safe_load((HOME / "alerts.yml").read_text())
    return [rule for group in file["groups"] for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HOME / "cinnabar-dashboard.json").read_text())
    return loaded


def expressions() -> list[str]:
    """Every expression of both files."""
    panels = dashboard()["panels"]
    shown = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    return [rule["expr"] for rule in alerts()] + shown


def named_in(expression: str) -> set[str]:
    """The metrics that an expression is about."""
    without_texts = re.sub(r'"[^"]*"', '""', expression)
    return set(re.findall(r"\b(?:cinnabar|process)_[a-z_]+\b", without_texts))


def labels_in(expression: str) -> list[tuple[str, str]]:
    """Each metric with the labels that its own selector names."""
    found = re.findall(r"\b((?:cinnabar|process)_[a-z_]+)\{([^}]*)\}", expression)
    return [
        (metric, label) for metric, selector in found for label in re.findall(r"(\w+)\s*[=!]", selector)
    ]


@pytest.fixture(scope="module")
def shown() -> Iterator[dict[str, set[str]]]:
    """The metrics of a server with a little traffic, each with its labels."""
    with Server(environment={"CINNABAR_RSA_POOL_2048": "1"}) as server:
        account = server.init()
        wire = Wire(server.start())
        wire.token = wire.sign_in(account)
        a_little_traffic(server, wire)
        deadline = time.monotonic() + PATIENCE
        while True:
            metrics: dict[str, set[str]] = {}
            for name, labels in scrape(server):
                metrics.setdefault(name, set()).update(label for label, _ in labels)
            # What is read from the database is some seconds old.
            if "cinnabar_crl_age_seconds" in metrics or time.monotonic() > deadline:
                break
            time.sleep(1)
        text = requests.get(server.admin_address + "/metrics", timeout=PATIENCE).text
        for declared in re.findall(r"^# TYPE (\S+) gauge$", text, re.MULTILINE):
            metrics.setdefault(declared, set())
        yield metrics


def a_little_traffic(server: Server, wire: Wire) -> None:
    """An authority with its CRL and its responder, a certificate, and two who are refused."""
    authority = Authority.make(wire, "watched")
    authority.issue(wire, 1)
    asked = requests.post(
        f"{server.public_address}/ocsp/{authority.id}",
        data=b"\x30\x00",
        headers={"Content-Type": "application/ocsp-request"},
        timeout=PATIENCE,
    )
    assert asked.status_code == 200
    assert Wire(server).get("/v3/projects").status_code == 401
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port), timeout=PATIENCE) as no_tls:
        no_tls.sendall(b"GET / HTTP/1.1\r\n\r\n")
        no_tls.settimeout(PATIENCE)
        while no_tls.recv(1024):
            pass


def test_every_metric_of_the_alerts_and_the_dashboard_is_shown(shown: dict[str, set[str]]) -> None:
    missing = {
        name
        for expression in expressions()
        for name in named_in(expression) - OF_PROMETHEUS
        if name not in shown
    }

    assert not missing


def test_every_label_of_the_alerts_and_the_dashboard_is_shown(shown: dict[str, set[str]]) -> None:
    of_the_scrape = {"job", "instance"}
    missing = {
        (metric, label)
        for expression in expressions()
        for metric, label in labels_in(expression)
        if label not in of_the_scrape and label not in shown[metric]
    }

    assert not missing


def test_no_metric_has_a_label_that_prometheus_gives_itself(shown: dict[str, set[str]]) -> None:
    taken = {name for name, labels in shown.items() if labels & {"job", "instance"}}

    assert not taken


def test_every_metric_is_in_the_documents(shown: dict[str, set[str]]) -> None:
    text = (PROJECT / "docs" / "operations.md").read_text()
    told = set(re.findall(r"cinnabar_[a-z_]+", text))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in shown}

    assert not {name for name in families if name.startswith("cinnabar_")} - told


def test_every_alert_says_what_to_do() -> None:
    names = [rule["alert"] for rule in alerts()]

    assert len(names) == len(set(names)) > 10
    for rule in alerts():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket", "info"), rule["alert"]
        assert set(rule["annotations"]) == {"summary", "action"}, rule["alert"]
        assert len(rule["annotations"]["action"]) > 30, rule["alert"]


@pytest.mark.parametrize("expression", expressions())
def test_the_brackets_of_an_expression_are_in_pairs(expression: str) -> None:
    waiting: list[str] = []
    for character in re.sub(r'"[^"]*"', "", expression):
        if character in "([{":
            waiting.append({"(": ")", "[": "]", "{": "}"}[character])
        elif character in ")]}":
            assert waiting and waiting.pop() == character
    assert not waiting


def test_the_dashboard_has_panels_that_do_not_overlap_and_a_choice_of_sources() -> None:
    file = dashboard()
    places = set()
    for panel in file["panels"]:
        place = panel["gridPos"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in places, panel["title"]
                places.add((x, y))
        assert place["x"] + place["w"] <= 24
    ids = [panel["id"] for panel in file["panels"]]
    assert len(ids) == len(set(ids))
    assert [each["name"] for each in file["templating"]["list"]] == ["source", "job", "instance"]
