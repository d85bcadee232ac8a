"""`POST`, `GET`, `HEAD` and `DELETE /v3/auth/tokens`"""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any

import pytest
from huaweicloudsdkiam.v3 import (
    AuthScope,
    AuthScopeDomain,
    AuthScopeProject,
    KeystoneCreateUserTokenByPasswordRequest,
    KeystoneCreateUserTokenByPasswordRequestBody,
    KeystoneValidateTokenRequest,
    PwdAuth,
    PwdIdentity,
    PwdPassword,
    PwdPasswordUser,
    PwdPasswordUserDomain,
)
from keystoneauth1 import exceptions as keystone_exceptions
from keystoneauth1 import session
from keystoneauth1.identity import v3

from harness.csrs import create
from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.wire import Wire, password_sign_in

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def project(account: Credentials) -> dict[str, Any]:
    return {"project": {"id": account.project_id}}


def sdk_token(sdk: Sdk, scope: AuthScope) -> Any:
    user = PwdPasswordUser(
        name=sdk.account.user_name,
        password=sdk.account.password,
        domain=PwdPasswordUserDomain(name=sdk.account.account_name),
    )
    identity = PwdIdentity(methods=["password"], password=PwdPassword(user=user))
    body = KeystoneCreateUserTokenByPasswordRequestBody(
        auth=PwdAuth(identity=identity, scope=scope)
    )
    return sdk.iam.keystone_create_user_token_by_password(
        KeystoneCreateUserTokenByPasswordRequest(body=body)
    )


def keystone(server: Server, account: Credentials, **scope: Any) -> session.Session:
    password = v3.Password(
        auth_url=f"{server.address}/v3",
        username=account.user_name,
        password=account.password,
        user_domain_name=account.account_name,
        **scope,
    )
    return session.Session(auth=password, verify=str(server.ca_file))


@pytest.mark.parametrize("scope", ["project_id", "project_name", "domain_id", "domain_name"])
def test_keystoneauth_gets_a_token_of_each_scope_and_calls_with_it(
    server: Server, account: Credentials, scope: str
) -> None:
    named = {
        "project_id": {"project_id": account.project_id},
        "project_name": {
            "project_name": account.project_name,
            "project_domain_name": account.account_name,
        },
        "domain_id": {"domain_id": account.account_id},
        "domain_name": {"domain_name": account.account_name},
    }[scope]
    signed_in = keystone(server, account, **named)
    token = signed_in.get_token()
    assert token is not None
    assert len(token) >= 32
    assert isinstance(signed_in.auth, v3.Password)
    access = signed_in.auth.get_access(signed_in)
    assert access.user_id == account.user_id
    if "project" in scope:
        assert (access.project_id, access.project_name) == (
            account.project_id,
            account.project_name,
        )
    else:
        assert (access.domain_id, access.domain_name) == (account.account_id, account.account_name)
    answer = signed_in.get(f"{server.address}/v3/auth/domains")
    assert answer.json()["domains"][0]["id"] == account.account_id


def test_keystoneauth_validates_checks_and_ends_a_token(
    server: Server, account: Credentials
) -> None:
    signed_in = keystone(server, account, project_id=account.project_id)
    tokens = f"{server.address}/v3/auth/tokens"
    subject = {"X-Subject-Token": Wire(server).sign_in(account)}
    shown = signed_in.get(tokens, headers=subject)
    assert shown.json()["token"]["project"]["id"] == account.project_id
    assert signed_in.head(tokens, headers=subject).status_code == 200
    assert signed_in.delete(tokens, headers=subject).status_code == 204
    with pytest.raises(keystone_exceptions.NotFound):
        signed_in.get(tokens, headers=subject)


def test_keystoneauth_signs_in_again_when_its_token_was_ended(
    server: Server, account: Credentials
) -> None:
    signed_in = keystone(server, account, domain_id=account.account_id)
    first = str(signed_in.get_token())
    gone = Wire(server, first).send("DELETE", "/v3/auth/tokens", headers={"X-Subject-Token": first})
    assert gone.status_code == 204
    assert signed_in.get(f"{server.address}/v3/auth/domains").status_code == 200
    assert signed_in.get_token() != first


def test_keystoneauth_is_told_of_a_wrong_password(server: Server) -> None:
    made = server.create_account("forgetful")
    wrong = Credentials(**(vars(made) | {"password": "wrong"}))
    with pytest.raises(keystone_exceptions.Unauthorized):
        keystone(server, wrong, domain_id=made.account_id).get_token()


def test_the_sdk_gets_a_token_for_a_project(sdk: Sdk) -> None:
    made = sdk_token(sdk, AuthScope(project=AuthScopeProject(name=sdk.account.project_name)))
    assert made.status_code == 201
    assert made.x_subject_token
    assert made.token.project.id == sdk.account.project_id
    assert made.token.user.name == sdk.account.user_name


def test_the_sdk_gets_a_token_for_a_domain_and_validates_it(sdk: Sdk) -> None:
    made = sdk_token(sdk, AuthScope(domain=AuthScopeDomain(id=sdk.account.account_id)))
    shown = sdk.iam.keystone_validate_token(
        KeystoneValidateTokenRequest(x_subject_token=made.x_subject_token)
    )
    assert shown.x_subject_token == made.x_subject_token
    assert shown.token.to_dict() == made.token.to_dict()
    assert shown.token.domain.id == sdk.account.account_id


def test_a_token_says_who_for_what_and_until_when(server: Server, account: Credentials) -> None:
    answer = Wire(server).post("/v3/auth/tokens", json=password_sign_in(account, project(account)))
    assert answer.status_code == 201
    token = answer.json()["token"]
    domain = {"id": account.account_id, "name": account.account_name}
    assert token["methods"] == ["password"]
    assert token["user"] == {
        "id": account.user_id,
        "name": account.user_name,
        "password_expires_at": "",
        "domain": domain,
    }
    assert token["project"] == {
        "id": account.project_id,
        "name": account.project_name,
        "domain": domain,
    }
    assert "domain" not in token
    assert token["roles"]
    assert all(set(role) >= {"id", "name"} for role in token["roles"])
    for entry in token["catalog"]:
        assert {"id", "type", "name", "endpoints"} <= set(entry)
    issued, expires = token["issued_at"], token["expires_at"]
    assert TIME.fullmatch(issued)
    assert TIME.fullmatch(expires)
    length = datetime.datetime.fromisoformat(expires[:-1]) - datetime.datetime.fromisoformat(
        issued[:-1]
    )
    assert length == datetime.timedelta(hours=24)


def test_nocatalog_leaves_the_catalog_out(server: Server, account: Credentials) -> None:
    body = password_sign_in(account, project(account))
    answer = Wire(server).post("/v3/auth/tokens?nocatalog=true", json=body)
    assert answer.status_code == 201
    assert answer.json()["token"].get("catalog", []) == []


def test_without_a_scope_a_token_is_for_the_users_domain(
    server: Server, account: Credentials
) -> None:
    answer = Wire(server).post("/v3/auth/tokens", json=password_sign_in(account, None))
    assert answer.status_code == 201
    assert answer.json()["token"]["domain"]["id"] == account.account_id


def test_a_user_may_be_named_by_id(server: Server, account: Credentials) -> None:
    body = password_sign_in(account, project(account))
    body["auth"]["identity"]["password"]["user"] = {
        "id": account.user_id,
        "password": account.password,
    }
    assert Wire(server).post("/v3/auth/tokens", json=body).status_code == 201


def test_a_new_token_does_not_end_an_old_one(server: Server, account: Credentials) -> None:
    first, second = Wire(server).sign_in(account), Wire(server).sign_in(account)
    assert first != second
    for token in (first, second):
        assert Wire(server, token).get("/v3/auth/domains").status_code == 200


def test_a_token_is_validated_by_get_and_by_head(server: Server, account: Credentials) -> None:
    token = Wire(server).sign_in(account)
    wire = Wire(server, token)
    subject = {"X-Subject-Token": token}
    shown = wire.get("/v3/auth/tokens", headers=subject)
    assert (shown.status_code, shown.headers["X-Subject-Token"]) == (200, token)
    assert shown.json()["token"]["user"]["id"] == account.user_id
    head = wire.send("HEAD", "/v3/auth/tokens", headers=subject)
    assert (head.status_code, head.content) == (200, b"")


def test_an_unknown_subject_is_not_found_and_a_bad_caller_unauthorized(
    server: Server, token: str
) -> None:
    unknown = "0" * 43
    wire = Wire(server, token)
    assert wire.get("/v3/auth/tokens", headers={"X-Subject-Token": unknown}).status_code == 404
    assert (
        wire.send("HEAD", "/v3/auth/tokens", headers={"X-Subject-Token": unknown}).status_code
        == 404
    )
    stranger = Wire(server, unknown)
    assert stranger.get("/v3/auth/tokens", headers={"X-Subject-Token": token}).status_code == 401


def test_a_deleted_token_opens_nothing(server: Server, account: Credentials) -> None:
    token = Wire(server).sign_in(account)
    wire = Wire(server, token)
    gone = wire.send("DELETE", "/v3/auth/tokens", headers={"X-Subject-Token": token})
    assert gone.status_code == 204
    assert wire.get("/v3/auth/domains").status_code == 401


def test_unknown_user_and_wrong_password_are_answered_alike(server: Server) -> None:
    made = server.create_account("alike")
    scope = {"domain": {"id": made.account_id}}
    wrong = Credentials(**(vars(made) | {"password": "wrong"}))
    unknown = Credentials(**(vars(made) | {"user_name": "nobody"}))
    bodies = []
    for guess in (wrong, unknown):
        answer = Wire(server).post("/v3/auth/tokens", json=password_sign_in(guess, scope))
        assert answer.status_code == 401
        assert answer.headers["X-Request-Id"]
        bodies.append(answer.json())
    assert bodies[0] == bodies[1]
    assert bodies[0]["error"]["code"] == 401
    assert bodies[0]["error"]["title"] == "Unauthorized"
    assert set(bodies[0]["error"]) == {"code", "message", "title"}


def test_a_project_of_another_account_is_no_scope(
    server: Server, account: Credentials, neighbour: Credentials
) -> None:
    refusals = []
    for project_id in (neighbour.project_id, uuid.uuid4().hex):
        body = password_sign_in(account, {"project": {"id": project_id}})
        answer = Wire(server).post("/v3/auth/tokens", json=body)
        assert answer.status_code in (401, 404)
        refusals.append((answer.status_code, answer.text.replace(project_id, "ID")))
    # Whether it exists elsewhere is not told.
    assert refusals[0] == refusals[1]


def _body(account: Credentials, **changed: Any) -> dict[str, Any]:
    return {"auth": password_sign_in(account, project(account))["auth"] | changed}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"auth":null}',
        b'{"auth":{}}',
        b'{"auth":{"identity":{"methods":"password"}}}',
        b'{"auth":{"identity":{"methods":["password"]}}}',
        b'{"auth":{"identity":{"methods":["password"],"password":{"user":{"name":1}}}}}',
    ],
)
def test_a_body_that_is_not_one_is_a_bad_request(server: Server, body: bytes) -> None:
    answer = Wire(server).post(
        "/v3/auth/tokens", data=body, headers={"Content-Type": "application/json;charset=utf8"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 400
    assert answer.headers["X-Request-Id"]


def test_an_unknown_method_and_two_scopes_are_bad_requests(
    server: Server, account: Credentials
) -> None:
    both = project(account) | {"domain": {"id": account.account_id}}
    for changed in ({"identity": {"methods": ["retina"]}}, {"scope": both}):
        answer = Wire(server).post("/v3/auth/tokens", json=_body(account, **changed))
        assert answer.status_code in (400, 401), answer.text


@pytest.mark.one_node("each process counts failed sign-ins for itself")
def test_failures_lock_the_user_for_this_address_only_and_look_the_same() -> None:
    with Server() as own:
        victim = own.init()
        own.start()
        scope = {"domain": {"id": victim.account_id}}
        wrong = Credentials(**(vars(victim) | {"password": "wrong"}))
        bodies = [
            Wire(own).post("/v3/auth/tokens", json=password_sign_in(wrong, scope)).json()
            for _ in range(8)
        ]
        assert all(body == bodies[0] for body in bodies)
        locked = Wire(own).post("/v3/auth/tokens", json=password_sign_in(victim, scope))
        assert locked.status_code == 401
        assert locked.json() == bodies[0]
        # The access key is another credential: the administrator is not locked out.
        assert create(Sdk(own, victim).scm).status_code == 201
