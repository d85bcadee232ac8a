"""Users, groups and versions of policies through the SDK of version 5: who is told of which."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import huaweicloudsdkiam.v5 as iam
import pytest
from huaweicloudsdkcore.auth.credentials import GlobalCredentials

from harness import answers
from harness.people import unique
from harness.sdk import Sdk
from harness.server import Credentials, Server


def client(server: Server, account: Credentials) -> iam.IamClient:
    """The client of version 5, whose account nobody looks up."""
    credentials = GlobalCredentials(account.access_key, account.secret_key, account.account_id)
    builder = iam.IamClient.new_builder().with_http_config(Sdk(server, account).config)
    return builder.with_credentials(credentials).with_endpoint(server.address).build()


@pytest.fixture(scope="module")
def owner(server: Server) -> Credentials:
    """An account of its own, so that its lists are known."""
    return server.create_account("directory-v5")


@pytest.fixture(scope="module")
def own(server: Server, owner: Credentials) -> iam.IamClient:
    return client(server, owner)


def create_user(own: iam.IamClient) -> str:
    body = iam.CreateUserReqBody(name=unique("user"), enabled=True)
    return str(own.create_user_v5(iam.CreateUserV5Request(body=body)).user.user_id)


def create_group(own: iam.IamClient) -> str:
    body = iam.CreateGroupReqBody(group_name=unique("group"))
    return str(own.create_group_v5(iam.CreateGroupV5Request(body=body)).group.group_id)


def document(action: str) -> str:
    statement = {"Effect": "Allow", "Action": [action]}
    return json.dumps({"Version": "5.0", "Statement": [statement]})


def create_policy(own: iam.IamClient) -> str:
    body = iam.CreatePolicyReqBody(
        policy_name=unique("policy"), policy_document=document("pca:ca:list")
    )
    return str(own.create_policy_v5(iam.CreatePolicyV5Request(body=body)).policy.policy_id)


def users(own: iam.IamClient, **query: Any) -> list[str]:
    return [user.user_id for user in own.list_users_v5(iam.ListUsersV5Request(**query)).users]


def groups(own: iam.IamClient, **query: Any) -> list[str]:
    found = own.list_groups_v5(iam.ListGroupsV5Request(**query)).groups
    return [group.group_id for group in found]


def test_a_user_is_listed_shown_changed_and_deleted(own: iam.IamClient, owner: Credentials) -> None:
    user = create_user(own)
    assert {user, owner.user_id} <= set(users(own))
    body = iam.UpdateUserReqBody(new_description="nights", enabled=False)
    changed = own.update_user_v5(iam.UpdateUserV5Request(user_id=user, body=body)).user
    assert (changed.description, changed.enabled) == ("nights", False)
    shown = own.show_user_v5(iam.ShowUserV5Request(user_id=user)).user
    assert (shown.description, shown.enabled) == ("nights", False)
    assert own.delete_user_v5(iam.DeleteUserV5Request(user_id=user)).status_code == 204
    assert user not in users(own)


def test_a_group_is_listed_shown_changed_and_deleted(own: iam.IamClient) -> None:
    group, user = create_group(own), create_user(own)
    assert group in groups(own)
    name = unique("renamed")
    body = iam.UpdateGroupReqBody(new_group_name=name)
    own.update_group_v5(iam.UpdateGroupV5Request(group_id=group, body=body))
    assert own.show_group_v5(iam.ShowGroupV5Request(group_id=group)).group.group_name == name

    body = iam.AddUserToGroupReqBody(user_id=user)
    own.add_user_to_group_v5(iam.AddUserToGroupV5Request(group_id=group, body=body))
    assert (groups(own, user_id=user), users(own, group_id=group)) == ([group], [user])
    body = iam.RemoveUserFromGroupReqBody(user_id=user)
    own.remove_user_from_group_v5(iam.RemoveUserFromGroupV5Request(group_id=group, body=body))
    assert (groups(own, user_id=user), users(own, group_id=group)) == ([], [])
    attached = iam.ListAttachedGroupPoliciesV5Request(group_id=group)
    assert own.list_attached_group_policies_v5(attached).attached_policies == []

    assert own.delete_group_v5(iam.DeleteGroupV5Request(group_id=group)).status_code == 204
    assert group not in groups(own)


def test_a_policy_has_versions_of_which_one_counts(own: iam.IamClient) -> None:
    policy = create_policy(own)
    body = iam.UpdatePolicyReqBody(description="reads")
    own.update_policy_v5(iam.UpdatePolicyV5Request(policy_id=policy, body=body))
    shown = own.get_policy_v5(iam.GetPolicyV5Request(policy_id=policy)).policy
    assert (shown.description, shown.default_version_id) == ("reads", "v1")

    body = iam.CreatePolicyVersionReqBody(policy_document=document("pca:ca:get"))
    own.create_policy_version_v5(iam.CreatePolicyVersionV5Request(policy_id=policy, body=body))
    request = iam.ListPolicyVersionsV5Request(policy_id=policy)
    versions = own.list_policy_versions_v5(request).versions
    assert {one.version_id: one.is_default for one in versions} == {"v1": True, "v2": False}
    second = iam.GetPolicyVersionV5Request(policy_id=policy, version_id="v2")
    told = own.get_policy_version_v5(second).policy_version
    assert json.loads(told.document)["Statement"][0]["Action"] == ["pca:ca:get"]
    last = iam.DeletePolicyVersionV5Request(policy_id=policy, version_id="v2")
    assert own.delete_policy_version_v5(last).status_code == 204
    assert len(own.list_policy_versions_v5(request).versions) == 1


def test_what_a_neighbour_has_does_not_exist(
    server: Server, own: iam.IamClient, neighbour: Credentials
) -> None:
    other = client(server, neighbour)
    user, group, policy = create_user(own), create_group(own), create_policy(own)
    version = {"policy_id": policy, "version_id": "v1"}
    calls: list[Callable[[], Any]] = [
        lambda: other.show_user_v5(iam.ShowUserV5Request(user_id=user)),
        lambda: other.delete_user_v5(iam.DeleteUserV5Request(user_id=user)),
        lambda: other.update_user_v5(
            iam.UpdateUserV5Request(user_id=user, body=iam.UpdateUserReqBody(enabled=False))
        ),
        lambda: other.show_group_v5(iam.ShowGroupV5Request(group_id=group)),
        lambda: other.delete_group_v5(iam.DeleteGroupV5Request(group_id=group)),
        lambda: other.get_policy_v5(iam.GetPolicyV5Request(policy_id=policy)),
        lambda: other.delete_policy_v5(iam.DeletePolicyV5Request(policy_id=policy)),
        lambda: other.get_policy_version_v5(iam.GetPolicyVersionV5Request(**version)),
        lambda: other.attach_user_policy_v5(
            iam.AttachUserPolicyV5Request(
                policy_id=policy, body=iam.AttachUserPolicyReqBody(user_id=neighbour.user_id)
            )
        ),
    ]
    for call in calls:
        answers.sdk_refused(call, 404, "IAM.0004")
    assert user not in users(other) and group not in groups(other)
    assert user in users(own) and group in groups(own)
