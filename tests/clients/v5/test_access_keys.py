"""`/v5/users/{user_id}/access-keys`, through the SDK of version 5."""

from __future__ import annotations

import dataclasses
import uuid

import pytest
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkiam.v5 import (
    CreateAccessKeyV5Request,
    DeleteAccessKeyV5Request,
    IamClient,
    ListAccessKeysV5Request,
    UpdateAccessKeyReqBody,
    UpdateAccessKeyV5Request,
)

from harness import answers
from harness.csrs import page
from harness.sdk import Sdk
from harness.server import Credentials, Server


@pytest.fixture
def owner(server: Server) -> Credentials:
    """An account of the test's own, since its keys change."""
    return server.create_account(f"keys-v5-{uuid.uuid4().hex[:12]}")


def client(server: Server, account: Credentials) -> IamClient:
    """The client of version 5, whose account nobody looks up."""
    credentials = GlobalCredentials(account.access_key, account.secret_key, account.account_id)
    builder = IamClient.new_builder().with_http_config(Sdk(server, account).config)
    return builder.with_credentials(credentials).with_endpoint(server.address).build()


def create(iam: IamClient, owner: Credentials) -> Credentials:
    made = iam.create_access_key_v5(CreateAccessKeyV5Request(user_id=owner.user_id))
    assert made.status_code == 201
    return dataclasses.replace(
        owner,
        access_key=made.access_key.access_key_id,
        secret_key=made.access_key.secret_access_key,
    )


def listed(iam: IamClient, user_id: str) -> dict[str, str]:
    """Each key of the user with its state."""
    found = iam.list_access_keys_v5(ListAccessKeysV5Request(user_id=user_id))
    return {key.access_key_id: str(key.status) for key in found.access_keys}


def test_a_key_lives_from_its_creation_to_its_deletion(server: Server, owner: Credentials) -> None:
    iam = client(server, owner)
    second = create(iam, owner)
    server.secrets.add(second.secret_key)
    assert page(Sdk(server, second).scm) == ([], 0)
    assert listed(iam, owner.user_id) == {
        owner.access_key: "active",
        second.access_key: "active",
    }

    name = {"user_id": owner.user_id, "access_key_id": second.access_key}
    body = UpdateAccessKeyReqBody(status="inactive")
    assert iam.update_access_key_v5(UpdateAccessKeyV5Request(**name, body=body)).status_code == 200
    assert listed(iam, owner.user_id)[second.access_key] == "inactive"
    answers.sdk_refused(
        lambda: client(server, second).list_access_keys_v5(
            ListAccessKeysV5Request(user_id=owner.user_id)
        ),
        401,
        "APIGW.0301",
    )

    assert iam.delete_access_key_v5(DeleteAccessKeyV5Request(**name)).status_code == 204
    assert listed(iam, owner.user_id) == {owner.access_key: "active"}


def test_the_keys_of_a_neighbour_do_not_exist(
    server: Server, owner: Credentials, neighbour: Credentials
) -> None:
    iam = client(server, neighbour)
    name = {"user_id": owner.user_id, "access_key_id": owner.access_key}
    body = UpdateAccessKeyReqBody(status="inactive")
    for call in (
        lambda: create(iam, owner),
        lambda: listed(iam, owner.user_id),
        lambda: iam.update_access_key_v5(UpdateAccessKeyV5Request(**name, body=body)),
        lambda: iam.delete_access_key_v5(DeleteAccessKeyV5Request(**name)),
    ):
        answers.sdk_refused(call, 404, "IAM.0004")
    assert listed(client(server, owner), owner.user_id) == {owner.access_key: "active"}
