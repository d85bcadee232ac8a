"""`ccm_csr`, `ccm_csrs`, `ccm_csr_private_key`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness import answers
from harness.provider import Provider
from oracles.judge import judge_request

CSRS = "/v3/scm/csr"

#: Optional arguments that are unset are left out.
PERSONAL = (
    b'{"domain_name":"tf.example.org","name":"tf_acc","private_key_algo":"EC_P384",'
    b'"usage":"PERSONAL"}\n'
)
ENTERPRISE = (
    b'{"company_city":"Chengdu","company_country":"CN","company_name":"Example \xe4\xb8\xad & Co",'
    b'"company_province":"Sichuan","domain_name":"Tf.Example.org","name":"tf_enterprise",'
    b'"private_key_algo":"EC_P256","sans":"b.example.org, a.example.org;192.0.2.7",'
    b'"usage":"ENTERPRISE"}\n'
)

#: What a plan compares with what was written, or with nothing.
ECHOED = (
    "company_city",
    "company_country",
    "company_name",
    "company_province",
    "domain_name",
    "private_key_algo",
    "sans",
    "usage",
)


def create(provider: Provider, body: bytes) -> str:
    """`POST`, whose `id` must not be empty."""
    made = provider.ask("POST", CSRS, body).json()["id"]
    assert answers.CSR_ID.fullmatch(made)
    return str(made)


def read(provider: Provider, csr_id: str) -> dict[str, Any] | None:
    """`GET`; nothing if it is gone: 404, or 400 with this one code."""
    answer = provider.send("GET", f"{CSRS}/{csr_id}")
    if answer.status != 200:
        assert answer.json()["error_code"] == "SCM.0707", answer.body
        assert answer.status in (400, 404)
        return None
    found: dict[str, Any] = answer.json()
    assert found["csr"]
    assert answers.is_recent(found["create_time"]) and answers.is_recent(found["update_time"])
    return found


@pytest.mark.parametrize("body", [PERSONAL, ENTERPRISE])
def test_a_csr_from_its_plan_to_its_destruction(provider: Provider, body: bytes) -> None:
    written = json.loads(body)
    csr_id = create(provider, body)
    found = read(provider, csr_id) or pytest.fail("gone")
    # A text that came back changed would be a difference in every plan.
    for name in ECHOED:
        assert found[name] == written.get(name, ""), name
    assert found["name"] == written["name"]

    provider.ask("PUT", f"{CSRS}/{csr_id}", b'{"name":"tf_acc_update"}\n')
    renamed = read(provider, csr_id) or pytest.fail("gone")
    changed = {name for name in found if renamed[name] != found[name]}
    assert changed <= {"name", "update_time"}
    assert renamed["name"] == "tf_acc_update"

    # It tolerates no error here.
    gone = provider.ask("DELETE", f"{CSRS}/{csr_id}")
    assert (gone.status, gone.body) == (204, b"")
    assert read(provider, csr_id) is None


def test_the_request_is_what_the_plan_says(provider: Provider) -> None:
    found = read(provider, create(provider, ENTERPRISE)) or pytest.fail("gone")
    judge_request(
        found["csr"],
        subject=[
            ("C", "CN"),
            ("ST", "Sichuan"),
            ("L", "Chengdu"),
            ("O", "Example 中 & Co"),
            ("CN", "Tf.Example.org"),
        ],
        sans=["Tf.Example.org", "b.example.org", "a.example.org", "192.0.2.7"],
        key_algorithm="EC_P256",
    )


def test_the_list_is_read_as_one_page_of_fifty(provider: Provider) -> None:
    made = create(provider, PERSONAL.replace(b"tf_acc", b"only_this"))
    for query in (
        "limit=50",
        "limit=50&name=only_this",
        "limit=50&name=only_this&private_key_algo=EC_P384",
    ):
        entries = provider.ask("GET", f"{CSRS}?{query}").json()["csr_list"]
        entry = next(entry for entry in entries if entry["id"] == made)
        assert entry == read(provider, made), query
    other = provider.ask("GET", f"{CSRS}?limit=50&name=only_this&private_key_algo=RSA_2048").json()
    assert other["csr_list"] == []


def test_the_private_key_is_not_empty(provider: Provider) -> None:
    made = create(provider, PERSONAL)
    key = provider.ask("GET", f"{CSRS}/{made}/private-key").json()["private_key"]
    assert key.startswith("-----BEGIN PRIVATE KEY-----\n")
    provider.server.secrets.add(key)


def test_what_never_was_is_gone(provider: Provider) -> None:
    assert read(provider, "0" * 32) is None
