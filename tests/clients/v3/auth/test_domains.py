"""`GET /v3/auth/domains`"""

from __future__ import annotations

from huaweicloudsdkiam.v3 import KeystoneListAuthDomainsRequest

from harness.sdk import Sdk
from harness.server import Server
from harness.wire import Wire


def test_the_sdk_is_told_the_account(sdk: Sdk) -> None:
    listed = sdk.iam.keystone_list_auth_domains(KeystoneListAuthDomainsRequest())
    [domain] = listed.domains
    assert (domain.id, domain.name, domain.enabled) == (
        sdk.account.account_id,
        sdk.account.account_name,
        True,
    )


def test_a_token_is_told_the_same_with_links_and_trace_id(wire: Wire, sdk: Sdk) -> None:
    answer = wire.get("/v3/auth/domains")
    assert answer.status_code == 200
    assert answer.headers["X-Request-Id"]
    assert answer.headers["X-IAM-Trace-Id"]
    [domain] = answer.json()["domains"]
    assert set(domain) == {"id", "name", "enabled", "description", "links"}
    assert domain["id"] == sdk.account.account_id
    assert "self" in answer.json()["links"]


def test_nobody_is_told_nothing(server: Server) -> None:
    assert Wire(server).get("/v3/auth/domains").status_code == 401
