"""Users, groups and policies of version 5, through the official SDK."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable

import huaweicloudsdkiam.v5 as iam
import pytest
from huaweicloudsdkccm.v1 import CreateCaTagRequest, ResourceTag, ResourceTagRequestBody
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from harness import authorities
from harness.people import unique
from harness.sdk import Sdk
from harness.server import Server
from harness.spreading import spread

@pytest.fixture
def client(server: Server, sdk: Sdk) -> iam.IamClient:
    account = GlobalCredentials(
        sdk.account.access_key, sdk.account.secret_key, sdk.account.account_id
    )
    builder = iam.IamClient.new_builder().with_http_config(sdk.config).with_credentials(account)
    return builder.with_endpoint(server.address).build()


def document(effect: str, team: str) -> str:
    statement = {
        "Effect": effect,
        "Action": ["pca:ca:get"],
        "Resource": ["pca:*:*:ca:*"],
        "Condition": {"StringEquals": {"g:ResourceTag/team": [team]}},
    }
    return json.dumps({"Version": "5.0", "Statement": [statement]})


def create_policy(client: iam.IamClient, team: str) -> str:
    body = iam.CreatePolicyReqBody(
        policy_name=unique("team"), policy_document=document("Allow", team)
    )
    policy = client.create_policy_v5(iam.CreatePolicyV5Request(body=body)).policy
    assert (policy.policy_type, policy.default_version_id) == ("custom", "v1")
    return policy.policy_id


def member(server: Server, sdk: Sdk, client: iam.IamClient) -> tuple[str, Sdk]:
    """A new user, and the SDK with an access key of its own."""
    body = iam.CreateUserReqBody(name=unique("jane"), enabled=True)
    user = client.create_user_v5(iam.CreateUserV5Request(body=body)).user
    request = iam.CreateAccessKeyV5Request(user_id=user.user_id)
    key = client.create_access_key_v5(request).access_key
    credentials = dataclasses.replace(
        sdk.account,
        user_id=user.user_id,
        user_name=user.user_name,
        access_key=key.access_key_id,
        secret_key=key.secret_access_key,
    )
    return user.user_id, Sdk(server, credentials)


def tagged(sdk: Sdk, team: str) -> str:
    ca = authorities.create_root(sdk.ccm, unique(team))
    body = ResourceTagRequestBody(tag=ResourceTag(key="team", value=team))
    sdk.ccm.create_ca_tag(CreateCaTagRequest(ca_id=ca, body=body))
    return ca


def denied(call: Callable[[], object]) -> bool:
    """Whether policies do not allow a call."""
    try:
        call()
    except ClientRequestException as refused:
        assert refused.status_code == 403, refused
        return True
    return False


def test_a_policy_by_tag_counts_for_a_user_until_it_is_detached(
    server: Server, sdk: Sdk, client: iam.IamClient
) -> None:
    blue, red = tagged(sdk, "blue"), tagged(sdk, "red")
    user, own = member(server, sdk, client)
    policy = create_policy(client, "blue")
    assert denied(lambda: authorities.show(own.ccm, blue))

    body = iam.AttachUserPolicyReqBody(user_id=user)
    client.attach_user_policy_v5(iam.AttachUserPolicyV5Request(policy_id=policy, body=body))
    spread(server)
    authorities.show(own.ccm, blue)
    assert denied(lambda: authorities.show(own.ccm, red))
    request = iam.ListAttachedUserPoliciesV5Request(user_id=user)
    listed = client.list_attached_user_policies_v5(request)
    assert [entry.policy_id for entry in listed.attached_policies] == [policy]

    version = iam.CreatePolicyVersionReqBody(policy_document=document("Allow", "red"))
    request = iam.CreatePolicyVersionV5Request(policy_id=policy, body=version)
    made = client.create_policy_version_v5(request).policy_version
    assert (made.version_id, made.is_default) == ("v2", False)
    assert denied(lambda: authorities.show(own.ccm, red))
    request = iam.SetDefaultPolicyVersionV5Request(policy_id=policy, version_id="v2")
    client.set_default_policy_version_v5(request)
    spread(server)
    authorities.show(own.ccm, red)
    assert denied(lambda: authorities.show(own.ccm, blue))

    body = iam.DetachUserPolicyReqBody(user_id=user)
    client.detach_user_policy_v5(iam.DetachUserPolicyV5Request(policy_id=policy, body=body))
    spread(server)
    assert denied(lambda: authorities.show(own.ccm, red))
    client.delete_policy_v5(iam.DeletePolicyV5Request(policy_id=policy))


def test_a_policy_of_a_group_counts_for_its_users(
    server: Server, sdk: Sdk, client: iam.IamClient
) -> None:
    blue = tagged(sdk, "blue")
    user, own = member(server, sdk, client)
    body = iam.CreateGroupReqBody(group_name=unique("ops"))
    group = client.create_group_v5(iam.CreateGroupV5Request(body=body)).group.group_id
    policy = create_policy(client, "blue")
    body = iam.AttachGroupPolicyReqBody(group_id=group)
    client.attach_group_policy_v5(iam.AttachGroupPolicyV5Request(policy_id=policy, body=body))
    assert denied(lambda: authorities.show(own.ccm, blue))

    body = iam.AddUserToGroupReqBody(user_id=user)
    client.add_user_to_group_v5(iam.AddUserToGroupV5Request(group_id=group, body=body))
    spread(server)
    authorities.show(own.ccm, blue)
    entities = client.list_entities_for_policy_v5(
        iam.ListEntitiesForPolicyV5Request(policy_id=policy)
    )
    assert [entry.group_id for entry in entities.policy_groups] == [group]

    body = iam.DetachGroupPolicyReqBody(group_id=group)
    client.detach_group_policy_v5(iam.DetachGroupPolicyV5Request(policy_id=policy, body=body))
    spread(server)
    assert denied(lambda: authorities.show(own.ccm, blue))


def test_lists_come_in_pages(client: iam.IamClient) -> None:
    seen, marker = [], None
    while True:
        request = iam.ListPoliciesV5Request(policy_type="system", limit=4, marker=marker)
        answer = client.list_policies_v5(request)
        seen += [policy.policy_id for policy in answer.policies]
        assert answer.page_info.current_count == len(answer.policies)
        marker = answer.page_info.next_marker
        if marker is None:
            break
    assert len(seen) == len(set(seen)) == 10
