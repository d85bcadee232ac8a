"""`GET /v3/scm/csr`"""

from __future__ import annotations

import itertools

import pytest

from harness import answers
from harness.csrs import create, page, show, upload
from harness.sdk import Sdk
from harness.server import Server

NUMBERS = itertools.count(1)


@pytest.fixture
def fresh(server: Server) -> Sdk:
    """An account of its own, whose list nobody else fills."""
    return Sdk(server, server.create_account(f"csr-lists-{next(NUMBERS)}"))


def names(entries: list) -> list[str]:
    return [entry.name for entry in entries]


def test_an_entry_is_what_show_tells(fresh: Sdk) -> None:
    made = [create(fresh.scm, name=f"entry {number}") for number in range(3)]
    entries, total = page(fresh.scm)
    shown = [show(fresh.scm, csr.id).to_dict() for csr in reversed(made)]
    assert total == 3
    assert [entry.to_dict() for entry in entries] == shown
    assert type(entries[0].create_time) is int


def test_paging_goes_past_a_hundred(fresh: Sdk) -> None:
    pem = show(fresh.scm, create(fresh.scm, name="n0").id).csr
    for number in range(1, 120):
        upload(fresh.scm, pem, name=f"n{number}")
    found: list[str] = []
    while True:
        entries, total = page(fresh.scm, limit=50, offset=len(found))
        assert total == 120
        if not entries:
            break
        found += names(entries)
    assert sorted(found) == sorted(f"n{number}" for number in range(120))
    entries, total = page(fresh.scm, limit=10, offset=110, name="n")
    assert (len(entries), total) == (10, 120)
    assert len(page(fresh.scm)[0]) == 10


def test_the_filters_of_the_terraform_data_source(fresh: Sdk) -> None:
    create(fresh.scm, name="tf_test_one")
    create(fresh.scm, name="tf-test-two", private_key_algo="RSA_2048")
    for query, found in (
        ({"name": "test"}, ["tf-test-two", "tf_test_one"]),
        ({"name": "tf_"}, ["tf_test_one"]),
        ({"name": "%"}, []),
        ({"private_key_algo": "RSA_2048"}, ["tf-test-two"]),
        ({"private_key_algo": "EC_P256", "name": "two"}, []),
        ({"private_key_algo": "RSA_1024"}, []),
    ):
        entries, total = page(fresh.scm, limit=50, **query)
        assert (names(entries), total) == (found, len(found)), query


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 51}, {"limit": -1}, {"offset": -1}])
def test_a_page_that_cannot_be_is_refused(sdk: Sdk, query: dict[str, int]) -> None:
    error = answers.sdk_refused(lambda: page(sdk.scm, **query), 400, "SCM.0005")
    [name] = query
    assert name in error.error_msg
