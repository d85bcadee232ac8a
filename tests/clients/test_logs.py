"""The log: one line for each request, one for each failure, and no secret in any."""

from __future__ import annotations

import collections
import dataclasses
import subprocess
import uuid
from typing import Any

import pytest

from harness.leaks import find_leaks
from harness.server import Credentials, Server
from harness.wire import Wire, password_sign_in

pytestmark = pytest.mark.one_node("it reads the log of the process that answered")

MISSING = "/v1/private-certificate-authorities/00000000-0000-4000-8000-000000000000"


def lines_of(server: Server, request_id: str) -> list[dict[str, Any]]:
    """What was logged of one request."""
    return [event for event in server.log_events() if request_id in str(event)]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/v3/projects", None, 200, None),
        ("GET", MISSING, None, 404, "PCA.10010002"),
        ("GET", "/v1/private-certificate-authorities/x", None, 400, "PCA.00020201"),
        ("POST", "/v1/private-certificate-authorities", "{", 400, "PCA.00020001"),
        ("GET", "/v3/scm/csr/nothing", None, 404, None),
        ("GET", "/no/such/path", None, 404, "APIGW.0101"),
        ("POST", "/v3/scm/csr", "{}", 400, None),
    ],
)
def test_a_request_has_one_line_with_its_caller_status_and_code(
    server: Server,
    account: Credentials,
    wire: Wire,
    method: str,
    path: str,
    body: str | None,
    status: int,
    code: str | None,
) -> None:
    headers = {"Content-Type": "application/json"}

    answer = wire.send(method, path, data=body, headers=headers)

    [line] = lines_of(server, answer.headers["X-Request-Id"])
    assert (line["message"], line["level"]) == ("answered", "INFO")
    assert (line["method"], line["status"], answer.status_code) == (method, status, status)
    assert line["request_id"] == answer.headers["X-Request-Id"]
    if code is not None:
        assert line["error_code"] == code
    if code != "APIGW.0101":
        assert (line["account"], line["user"]) == (account.account_id, account.user_id)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "APIGW.0301"),
        ({"X-Auth-Token": "invented"}, "APIGW.0301"),
        ({"Authorization": "SDK-HMAC-SHA256 Access=a"}, "APIGW.0301"),
    ],
)
def test_who_is_not_let_in_has_one_line_without_an_account(
    server: Server, headers: dict[str, str], code: str
) -> None:
    answer = Wire(server).get(MISSING, headers=headers)

    [line] = lines_of(server, answer.headers["X-Request-Id"])
    assert (line["status"], line["error_code"]) == (401, code)
    assert "account" not in line and "user" not in line


def test_a_wrong_password_has_one_line(server: Server, account: Credentials) -> None:
    body = password_sign_in(account, None)
    body["auth"]["identity"]["password"]["user"]["name"] = "somebody"

    answer = Wire(server).post("/v3/auth/tokens", json=body)

    [line] = lines_of(server, answer.headers["X-Request-Id"])
    assert (line["status"], line["route"]) == (401, "/v3/auth/tokens")


def test_what_is_no_request_has_one_line(server: Server) -> None:
    with Wire(server).connect() as connection:
        connection.sendall(b"rubbish\r\n\r\n")
        answer = connection.recv(65536).decode()
    [request_id] = [
        line.split(": ")[1] for line in answer.split("\r\n") if line.startswith("x-request-id: ")
    ]

    [line] = lines_of(server, request_id)

    assert line["status"] == 400


def test_an_internal_failure_is_told_once_with_its_cause_and_once_as_answered() -> None:
    with Server() as broken:
        account = broken.init()
        broken.start()
        wire = Wire(broken, Wire(broken).sign_in(account))
        made = wire.post(
            "/v3/scm/csr",
            json={
                "name": "a",
                "domain_name": "a.example.com",
                "private_key_algo": "EC_P256",
                "usage": "PERSONAL",
            },
        )
        assert made.status_code == 201, made.text
        # A table that is gone fails every read of it.
        database = str(broken.data_dir / "cinnabar.db")
        subprocess.run(
            ["python3", "-c", BREAK, database], check=True, capture_output=True, timeout=30
        )

        answer = wire.get("/v3/scm/csr/" + made.json()["id"])

        assert answer.status_code == 500, answer.text
        told = lines_of(broken, answer.headers["X-Request-Id"])
        assert [line["level"] for line in told] == ["ERROR", "INFO"]
        assert "no such table" in told[0]["cause"]
        assert "no such table" not in answer.text
        assert told[1]["status"] == 500


BREAK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=20)
connection.execute("PRAGMA foreign_keys = OFF")
connection.execute("ALTER TABLE csrs RENAME TO gone")
connection.commit()
"""


def test_text_lines_say_the_same_as_json_lines() -> None:
    with Server(flags=("--log-format", "text")) as plain:
        account = plain.init()
        plain.start()
        answer = Wire(plain, Wire(plain).sign_in(account)).get(MISSING)

        text = plain.log.read_text()

    [line] = [line for line in text.splitlines() if answer.headers["X-Request-Id"] in line]
    for part in [
        "INFO",
        "answered",
        "method=GET",
        "status=404",
        'error_code="PCA.10010002"',
        f"account={account.account_id}",
        f"user={account.user_id}",
    ]:
        assert part in line, line


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN EC PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "MIGHAgEAMBMGByqGSM49",
        "MHcCAQEEIA",
        "handed-out",
    ],
)
def test_a_secret_in_a_log_would_be_found(text: str) -> None:
    log = f'{{"message":"answered"}}\n{{"message":"x {text} y"}}\n'

    assert find_leaks(log, {"handed-out", "x"}) == log.splitlines()[1:]


def test_request_ids_never_repeat(server: Server, wire: Wire) -> None:
    for _ in range(20):
        wire.get("/healthz")

    ids = [e["request_id"] for e in server.log_events() if e["message"] == "answered"]

    assert max(collections.Counter(ids).values()) == 1


def test_a_refused_sign_in_tells_reason_and_address_and_no_name(server: Server) -> None:
    account = server.create_account(f"logs-{uuid.uuid4().hex[:12]}")
    body = password_sign_in(dataclasses.replace(account, password="wrong"), None)
    body["auth"]["identity"]["password"]["user"]["name"] = "typed-into-the-wrong-field"
    wire = Wire(server)

    answers = [wire.post("/v3/auth/tokens", json=body) for _ in range(6)]

    assert len({answer.json()["error"]["message"] for answer in answers}) == 1
    lines = [lines_of(server, answer.headers["X-Request-Id"]) for answer in answers]
    reasons = [(line["reason"], line["address"], line["status"]) for [line] in lines]
    assert reasons == [("password wrong", "127.0.0.1", 401)] * 5 + [("locked", "127.0.0.1", 401)]
    assert "typed-into-the-wrong-field" not in str(lines)
