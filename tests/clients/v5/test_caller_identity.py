"""`GET /v5/caller-identity`"""

from __future__ import annotations

from harness.sdk import Sdk
from harness.server import Server
from harness.wire import Wire


def test_it_names_the_account(wire: Wire, sdk: Sdk) -> None:
    answer = wire.get("/v5/caller-identity")
    assert answer.status_code == 200
    body = answer.json()
    assert body["account_id"] == sdk.account.account_id
    assert body["principal_id"] == sdk.account.user_id
    assert sdk.account.account_id in body["principal_urn"]


def test_nobody_is_nobody(server: Server) -> None:
    assert Wire(server).get("/v5/caller-identity").status_code == 401
