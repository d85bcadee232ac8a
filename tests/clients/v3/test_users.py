"""`/v3/users` and `/v3.0/OS-USER/users`, through the SDK."""

from __future__ import annotations

import huaweicloudsdkiam.v3 as iam
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from harness.people import create_user, give_key, unique
from harness.sdk import Sdk
from harness.server import Server
from harness.spreading import spread

PASSWORD = "correct horse battery 1"


def update(sdk: Sdk, user_id: str, **change: object) -> iam.KeystoneUpdateUserByAdminResult:
    body = iam.KeystoneUpdateUserByAdminRequestBody(user=iam.KeystoneUpdateUserOption(**change))
    request = iam.KeystoneUpdateUserByAdminRequest(user_id=user_id, body=body)
    return sdk.iam.keystone_update_user_by_admin(request).user


def test_a_user_lives_from_its_creation_to_its_deletion(sdk: Sdk) -> None:
    name = unique("life")
    made = create_user(sdk, name, password=PASSWORD, description="nights", enabled=True)
    assert (made.name, made.domain_id) == (name, sdk.account.account_id)

    [listed] = sdk.iam.keystone_list_users(iam.KeystoneListUsersRequest(name=name)).users
    assert (listed.id, listed.enabled, listed.description) == (made.id, True, "nights")
    changed = update(sdk, made.id, description="days", name=unique("life"))
    shown = sdk.iam.keystone_show_user(iam.KeystoneShowUserRequest(user_id=made.id)).user
    assert (shown.name, shown.description) == (changed.name, "days")

    gone = sdk.iam.keystone_delete_user(iam.KeystoneDeleteUserRequest(user_id=made.id))
    assert gone.status_code == 204
    with pytest.raises(ClientRequestException) as refused:
        sdk.iam.keystone_show_user(iam.KeystoneShowUserRequest(user_id=made.id))
    assert refused.value.status_code == 404


def test_a_user_lives_in_the_words_of_version_3_0(sdk: Sdk) -> None:
    option = iam.CreateUserOption(name=unique("older"), domain_id=sdk.account.account_id)
    body = iam.CreateUserRequestBody(user=option)
    made = sdk.iam.create_user(iam.CreateUserRequest(body=body)).user
    change = iam.UpdateUserRequestBody(user=iam.UpdateUserOption(enabled=False))
    sdk.iam.update_user(iam.UpdateUserRequest(user_id=made.id, body=change))

    shown = sdk.iam.show_user(iam.ShowUserRequest(user_id=made.id)).user
    assert (shown.name, shown.enabled, shown.is_domain_owner) == (option.name, False, False)
    owner = sdk.iam.show_user(iam.ShowUserRequest(user_id=sdk.account.user_id)).user
    assert owner.is_domain_owner


def test_a_disabled_or_deleted_user_is_refused(server: Server, sdk: Sdk) -> None:
    user = create_user(sdk, unique("leaver"))
    own = Sdk(server, give_key(sdk, user))
    show = iam.KeystoneShowUserRequest(user_id=user.id)
    assert own.iam.keystone_show_user(show).user.id == user.id

    update(sdk, user.id, enabled=False)
    spread(server)
    with pytest.raises(ClientRequestException) as refused:
        own.iam.keystone_show_user(show)
    assert refused.value.status_code == 401

    update(sdk, user.id, enabled=True)
    spread(server)
    assert own.iam.keystone_show_user(show).user.id == user.id
    sdk.iam.keystone_delete_user(iam.KeystoneDeleteUserRequest(user_id=user.id))
    spread(server)
    with pytest.raises(ClientRequestException) as refused:
        own.iam.keystone_show_user(show)
    assert refused.value.status_code == 401


def test_a_neighbours_user_is_not_found(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    theirs = create_user(neighbour_sdk, unique("theirs"))
    for call in (
        lambda: sdk.iam.keystone_show_user(iam.KeystoneShowUserRequest(user_id=theirs.id)),
        lambda: sdk.iam.show_user(iam.ShowUserRequest(user_id=theirs.id)),
        lambda: update(sdk, theirs.id, description="ours"),
        lambda: sdk.iam.keystone_delete_user(iam.KeystoneDeleteUserRequest(user_id=theirs.id)),
    ):
        with pytest.raises(ClientRequestException) as refused:
            call()
        assert refused.value.status_code == 404
    listed = sdk.iam.keystone_list_users(iam.KeystoneListUsersRequest()).users
    assert theirs.id not in [user.id for user in listed]


def test_a_name_that_is_taken_is_a_conflict(sdk: Sdk) -> None:
    name = unique("twin")
    create_user(sdk, name)
    with pytest.raises(ClientRequestException) as refused:
        create_user(sdk, name)
    assert refused.value.status_code == 409
    assert name in refused.value.error_msg
