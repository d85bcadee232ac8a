"""`GET /v3/scm/csr/{id}` and `GET /v3/scm/csr/{id}/private-key`"""

from __future__ import annotations

import uuid

import pytest

from harness import answers
from harness.csrs import create, private_key, show
from harness.sdk import Sdk
from harness.wire import Wire
from oracles import pyca

ABSENT = [
    uuid.uuid4().hex,
    "x",
    "48e392628b0f47769e47d91acc7654a",
    "48E392628B0F47769E47D91ACC7654A5",
]


def test_it_shows_what_was_created_and_the_request(sdk: Sdk) -> None:
    made = create(sdk.scm, name="seen again").to_dict()
    shown = show(sdk.scm, made["id"]).to_dict()
    csr = shown.pop("csr")
    assert shown == made
    assert csr.startswith("-----BEGIN CERTIFICATE REQUEST-----\n")
    assert csr.endswith("\n-----END CERTIFICATE REQUEST-----\n")
    assert "\r" not in csr


def test_a_private_key_is_unencrypted_pkcs8(sdk: Sdk) -> None:
    key = private_key(sdk.scm, create(sdk.scm).id)
    assert key.startswith("-----BEGIN PRIVATE KEY-----\n")
    assert key.endswith("\n-----END PRIVATE KEY-----\n")
    assert pyca.private_key_type(key) == "ECPrivateKey"


def test_a_private_key_is_not_to_be_cached(sdk: Sdk, wire: Wire) -> None:
    answer = wire.get(f"/v3/scm/csr/{create(sdk.scm).id}/private-key")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"private_key"}


@pytest.mark.parametrize("csr_id", ABSENT)
def test_a_csr_that_does_not_exist_is_not_found_and_neither_is_a_malformed_id(
    sdk: Sdk, csr_id: str
) -> None:
    answers.sdk_refused(lambda: show(sdk.scm, csr_id), 404, "SCM.0707")
    answers.sdk_refused(lambda: private_key(sdk.scm, csr_id), 404, "SCM.0707")


def test_a_token_reads_both(sdk: Sdk, token_sdk: Sdk) -> None:
    made = create(sdk.scm)
    assert show(token_sdk.scm, made.id).csr == show(sdk.scm, made.id).csr
    assert private_key(token_sdk.scm, made.id) == private_key(sdk.scm, made.id)
