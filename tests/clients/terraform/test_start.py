"""What the provider asks before its first resource, and how it signs."""

from __future__ import annotations

import dataclasses

import pytest

from harness.provider import Provider
from harness.server import REGION, Server
from harness.wire import Wire

#: A CSR that is not there: who asks for it has been let in.
NOTHING = "/v3/scm/csr/" + "0" * 32


def test_the_project_is_looked_up_by_its_name(provider: Provider) -> None:
    [project] = provider.ask("GET", f"/v3/projects?name={REGION}").json()["projects"]
    assert project["id"] == provider.account.project_id


def test_the_name_of_the_account_is_the_one_that_it_compares(provider: Provider) -> None:
    [domain] = provider.ask("GET", "/v3/auth/domains").json()["domains"]
    assert domain["id"] == provider.account.account_id
    assert domain["name"] == provider.account.account_name


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_neither_an_unsigned_host_nor_late_headers_are_refused(
    provider: Provider, method: str
) -> None:
    """Without a body there is no `Content-Type`, signed or not."""
    answer = provider.send(method, NOTHING)
    assert answer.status in (400, 404), answer.body
    assert answer.json()["error_code"] == "SCM.0707"


def test_a_temporary_key_comes_with_a_late_security_token(
    provider: Provider, server: Server
) -> None:
    wire = Wire(server, Wire(server).sign_in(provider.account))
    asked = {"auth": {"identity": {"methods": ["token"], "token": {"duration_seconds": 900}}}}
    made = wire.post("/v3.0/OS-CREDENTIAL/securitytokens", json=asked).json()["credential"]
    server.secrets |= {made["secret"], made["securitytoken"]}
    temporary = dataclasses.replace(
        provider.account, access_key=made["access"], secret_key=made["secret"]
    )
    assert Provider(server, temporary, made["securitytoken"]).ask("GET", "/v3/scm/csr?limit=50")
    assert Provider(server, temporary).send("GET", "/v3/scm/csr?limit=50").status == 401


def test_the_late_project_of_another_account_is_refused(
    provider: Provider, server: Server
) -> None:
    other = server.create_account("terraform-other")
    mixed = dataclasses.replace(provider.account, project_id=other.project_id)
    assert Provider(server, mixed).send("GET", NOTHING).status == 403


def test_another_secret_signs_nothing(provider: Provider, server: Server) -> None:
    stranger = dataclasses.replace(provider.account, secret_key="0" * 40)
    assert Provider(server, stranger).send("GET", NOTHING).status == 401
