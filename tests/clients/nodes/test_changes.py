"""What an administrator changes on one node is felt on all others within a second."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable

import huaweicloudsdkiam.v3 as iam
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkscm.v3 import ListCsrRequest

from harness.people import add, create_group, create_role, create_user, give_key, unique
from harness.revoking import CERTIFICATES
from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.spreading import SOON, soon
from harness.wire import Wire, password_sign_in

Group = tuple[Server, list[Server]]


def asking(nodes: list[Server], account: Credentials) -> list[Callable[[], int]]:
    """Signed requests to each node, for the status of its answer."""

    def ask(sdk: Sdk) -> int:
        try:
            return int(sdk.scm.list_csr(ListCsrRequest(limit=1)).status_code)
        except ClientRequestException as refused:
            return int(refused.status_code)

    clients = [Sdk(node, account) for node in nodes]
    return [lambda sdk=sdk: ask(sdk) for sdk in clients]


def felt(asked: list[Callable[[], int]], status: int) -> None:
    """Every node answers so within a second from now on."""
    since = time.monotonic()
    for ask in asked:
        soon(ask, status, since)


def administrator(group: Group, name: str) -> Sdk:
    """The administrator of an account of the test's own, on the first node."""
    server, nodes = group
    return Sdk(nodes[0], server.create_account(name))


def member(sdk: Sdk, *actions: str) -> tuple[Credentials, dict[str, str]]:
    """A user with an access key whose group has a role on the account, and where it has it."""
    user, group = create_user(sdk, unique("member")), create_group(sdk, unique("members"))
    add(sdk, user.id, group)
    role = create_role(sdk, unique("role"), list(actions))
    at = {"domain_id": sdk.account.account_id, "group_id": group, "role_id": role}
    grant(sdk, at)
    return give_key(sdk, user), at


def grant(sdk: Sdk, at: dict[str, str]) -> None:
    request = iam.KeystoneAssociateGroupWithDomainPermissionRequest(**at)
    assert sdk.iam.keystone_associate_group_with_domain_permission(request).status_code == 204


def test_a_role_that_is_taken_and_given_back(group: Group) -> None:
    sdk = administrator(group, "roles")
    credentials, at = member(sdk, "scm::listCsr")
    asked = asking(group[1], credentials)
    assert [ask() for ask in asked * 2] == [200] * 6

    revoke = iam.KeystoneRemoveDomainPermissionFromGroupRequest(**at)
    assert sdk.iam.keystone_remove_domain_permission_from_group(revoke).status_code == 204
    felt(asked, 403)

    grant(sdk, at)
    felt(asked, 200)


def test_a_role_whose_actions_change(group: Group) -> None:
    sdk = administrator(group, "actions")
    credentials, at = member(sdk, "scm::listCsr")
    asked = asking(group[1], credentials)
    assert [ask() for ask in asked * 2] == [200] * 6

    statement = iam.ServiceStatement(action=["scm::getCsr"], effect="Allow")
    option = iam.ServicePolicyRoleOption(
        display_name=unique("role"),
        type="AX",
        description="for a test",
        policy=iam.ServicePolicy(version="1.1", statement=[statement]),
    )
    body = iam.UpdateCloudServiceCustomPolicyRequestBody(role=option)
    request = iam.UpdateCloudServiceCustomPolicyRequest(role_id=at["role_id"], body=body)
    assert sdk.iam.update_cloud_service_custom_policy(request).status_code == 200
    felt(asked, 403)


def test_a_policy_that_is_detached_from_a_user(group: Group) -> None:
    sdk = administrator(group, "policies")
    wire = Wire(group[1][0])
    wire.token = wire.sign_in(sdk.account)
    user = create_user(sdk, unique("member"))
    document = {
        "Version": "5.0",
        "Statement": [{"Effect": "Allow", "Action": ["scm::listCsr"]}],
    }
    named = {"policy_name": unique("policy"), "policy_document": json.dumps(document)}
    made = wire.post("/v5/policies", json=named)
    assert made.status_code == 201, made.text
    policy = made.json()["policy"]["policy_id"]
    asked = asking(group[1], give_key(sdk, user))
    assert [ask() for ask in asked] == [403] * 3

    attached = wire.post(f"/v5/policies/{policy}/attach-user", json={"user_id": user.id})
    assert attached.ok, attached.text
    felt(asked, 200)

    detached = wire.post(f"/v5/policies/{policy}/detach-user", json={"user_id": user.id})
    assert detached.ok, detached.text
    felt(asked, 403)


def test_a_user_who_is_disabled_and_enabled_again(group: Group) -> None:
    sdk = administrator(group, "users")
    credentials, _ = member(sdk, "scm::listCsr")
    asked = asking(group[1], credentials)
    assert [ask() for ask in asked * 2] == [200] * 6

    for enabled, status in ((False, 401), (True, 200)):
        option = iam.KeystoneUpdateUserOption(enabled=enabled)
        body = iam.KeystoneUpdateUserByAdminRequestBody(user=option)
        request = iam.KeystoneUpdateUserByAdminRequest(user_id=credentials.user_id, body=body)
        assert sdk.iam.keystone_update_user_by_admin(request).status_code == 200
        felt(asked, status)


def test_an_access_key_that_is_deactivated_and_activated_again(group: Group) -> None:
    sdk = administrator(group, "switches")
    credentials, _ = member(sdk, "scm::listCsr")
    asked = asking(group[1], credentials)
    assert [ask() for ask in asked * 2] == [200] * 6

    for state, status in (("inactive", 401), ("active", 200)):
        option = iam.UpdateCredentialOption(status=state)
        body = iam.UpdatePermanentAccessKeyRequestBody(credential=option)
        request = iam.UpdatePermanentAccessKeyRequest(access_key=credentials.access_key, body=body)
        assert sdk.iam.update_permanent_access_key(request).status_code == 200
        felt(asked, status)


def test_a_password_that_is_changed(group: Group) -> None:
    server, nodes = group
    owner = server.create_account("passwords")
    new = dataclasses.replace(owner, password="another Horse battery 2")

    def sign_in(node: Server, account: Credentials) -> int:
        return Wire(node).post("/v3/auth/tokens", json=password_sign_in(account, None)).status_code

    token = Wire(nodes[0]).sign_in(owner)
    every = [Wire(node, token) for node in nodes]
    assert [wire.get(f"{CERTIFICATES}?limit=1").status_code for wire in every * 2] == [200] * 6
    assert [sign_in(node, owner) for node in nodes] == [201] * 3

    body = {"user": {"password": new.password, "original_password": owner.password}}
    changed = every[0].post(f"/v3/users/{owner.user_id}/password", json=body)
    assert changed.status_code == 204, changed.text
    since = time.monotonic()
    for wire in every:
        soon(lambda w=wire: w.get(f"{CERTIFICATES}?limit=1").status_code, 401, since)
    # Failures are counted: each node is asked once.
    time.sleep(max(0.0, since + SOON - time.monotonic()))
    assert [sign_in(node, owner) for node in nodes] == [401] * 3
    assert [sign_in(node, new) for node in nodes] == [201] * 3
