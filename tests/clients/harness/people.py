"""Users, groups and roles of an account, made through the SDK."""

from __future__ import annotations

import dataclasses
import itertools

import huaweicloudsdkiam.v3 as iam

from .sdk import Sdk
from .server import Credentials

NUMBERS = itertools.count(1)


def unique(name: str) -> str:
    """A name that comes once in a session."""
    return f"{name}-{next(NUMBERS)}"


def create_user(sdk: Sdk, name: str, **more: object) -> iam.KeystoneCreateUserResult:
    body = iam.KeystoneCreateUserRequestBody(
        user=iam.KeystoneCreateUserOption(name=name, **more)
    )
    made = sdk.iam.keystone_create_user(iam.KeystoneCreateUserRequest(body=body))
    assert made.status_code == 201
    return made.user


def give_key(sdk: Sdk, user: iam.KeystoneCreateUserResult) -> Credentials:
    """A new access key of the user, with the account and project of `sdk`."""
    option = iam.CreateCredentialOption(user_id=user.id)
    body = iam.CreatePermanentAccessKeyRequestBody(credential=option)
    made = sdk.iam.create_permanent_access_key(iam.CreatePermanentAccessKeyRequest(body=body))
    return dataclasses.replace(
        sdk.account,
        user_id=user.id,
        user_name=user.name,
        access_key=made.credential.access,
        secret_key=made.credential.secret,
    )


def create_group(sdk: Sdk, name: str, description: str | None = None) -> str:
    option = iam.KeystoneCreateGroupOption(name=name, description=description)
    body = iam.KeystoneCreateGroupRequestBody(group=option)
    made = sdk.iam.keystone_create_group(iam.KeystoneCreateGroupRequest(body=body))
    assert made.status_code == 201
    assert made.group.name == name
    return made.group.id


def add(sdk: Sdk, user_id: str, group_id: str) -> None:
    request = iam.KeystoneAddUserToGroupRequest(group_id=group_id, user_id=user_id)
    assert sdk.iam.keystone_add_user_to_group(request).status_code == 204


def role_option(name: str, actions: list[str], kind: str = "AX") -> iam.ServicePolicyRoleOption:
    statement = iam.ServiceStatement(action=actions, effect="Allow")
    return iam.ServicePolicyRoleOption(
        display_name=name,
        type=kind,
        description="for a test",
        policy=iam.ServicePolicy(version="1.1", statement=[statement]),
    )


def create_role(sdk: Sdk, name: str, actions: list[str], kind: str = "AX") -> str:
    body = iam.CreateCloudServiceCustomPolicyRequestBody(role=role_option(name, actions, kind))
    request = iam.CreateCloudServiceCustomPolicyRequest(body=body)
    made = sdk.iam.create_cloud_service_custom_policy(request)
    assert made.status_code == 201
    assert made.role.display_name == name
    return made.role.id
