"""`private_cas`, `private_ca_export`, `private_ca_quota`, `private_ca_tags`: what is only read."""

from __future__ import annotations

import pytest

from harness.provider import NO_CONTENT, Provider
from oracles import pyca
from oracles.judge import judge_chain

from .private_ca import AUTHORITIES, ROOT, SUBORDINATE, create, destroy


@pytest.fixture(scope="module")
def made(provider: Provider) -> list[str]:
    """A root, one below it, and a root that was destroyed."""
    root = create(provider, ROOT)
    provider.ask(
        "POST",
        f"{AUTHORITIES}/{root}/tags/create",
        b'{"tags":[{"key":"foo","value":"bar"}]}\n',
        NO_CONTENT,
    )
    below = create(provider, SUBORDINATE % root.encode())
    gone = create(provider, ROOT)
    destroy(provider, gone)
    return [root, below, gone]


def page(provider: Provider, query: str) -> list[str]:
    answer = provider.ask("GET", f"{AUTHORITIES}?{query}").json()
    return [one["ca_id"] for one in answer["certificate_authorities"]]


def test_a_list_is_read_in_pages_of_a_thousand(provider: Provider, made: list[str]) -> None:
    assert page(provider, "limit=1000") == made[::-1]
    # It goes on to the next page until one is empty.
    assert page(provider, "limit=1000&offset=1000") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("limit=1000&name=tf-root", [2, 0]),
        ("limit=1000&status=DELETED", [2]),
        ("limit=1000&type=SUBORDINATE", [1]),
        ("limit=1000&sort_dir=ASC&sort_key=create_time", [0, 1, 2]),
        ("limit=1000&name=&sort_dir=&sort_key=&status=&type=", [2, 1, 0]),
    ],
)
def test_the_arguments_of_the_list_are_passed_on(
    provider: Provider, made: list[str], query: str, found: list[int]
) -> None:
    assert page(provider, query) == [made[number] for number in found]


def test_an_entry_has_what_the_resource_reads(provider: Provider, made: list[str]) -> None:
    answer = provider.ask("GET", f"{AUTHORITIES}?limit=1000&status=DELETED").json()
    [entry] = answer["certificate_authorities"]
    assert entry == provider.ask("GET", f"{AUTHORITIES}/{made[2]}").json()
    assert type(entry["delete_time"]) is int


def test_the_certificate_is_exported_by_a_request_without_a_body(
    provider: Provider, made: list[str]
) -> None:
    exported = provider.ask("POST", f"{AUTHORITIES}/{made[1]}/export").json()
    chain = pyca.blocks(exported["certificate"]) + pyca.blocks(exported["certificate_chain"])
    judge_chain(chain)
    alone = provider.ask("POST", f"{AUTHORITIES}/{made[0]}/export").json()
    assert alone["certificate"] and alone["certificate_chain"] is None


def test_the_quota_counts_what_waits_for_its_deletion(
    provider: Provider, made: list[str]
) -> None:
    [resource] = provider.ask("GET", f"{AUTHORITIES}/quotas").json()["quotas"]["resources"]
    assert resource["type"] == "CERTIFICATE_AUTHORITY"
    assert resource["used"] == len(made)
    assert type(resource["quota"]) is int


@pytest.mark.usefixtures("made")
def test_the_tags_of_all_cas_are_one_list(provider: Provider) -> None:
    tags = provider.ask("GET", f"{AUTHORITIES}/tags").json()["tags"]
    assert tags == [{"key": "foo", "values": ["bar"]}]
