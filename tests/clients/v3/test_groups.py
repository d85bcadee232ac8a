"""`/v3/groups` and who is in them, through the SDK."""

from __future__ import annotations

import huaweicloudsdkiam.v3 as iam
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from harness.people import add, create_group, create_user, unique
from harness.sdk import Sdk


def test_a_group_lives_from_its_creation_to_its_deletion(sdk: Sdk) -> None:
    name = unique("ops")
    group = create_group(sdk, name, "nights")
    [listed] = sdk.iam.keystone_list_groups(iam.KeystoneListGroupsRequest(name=name)).groups
    assert (listed.id, listed.description) == (group, "nights")

    option = iam.KeystoneUpdateGroupOption(description="days")
    body = iam.KeystoneUpdateGroupRequestBody(group=option)
    request = iam.KeystoneUpdateGroupRequest(group_id=group, body=body)
    assert sdk.iam.keystone_update_group(request).group.description == "days"
    shown = sdk.iam.keystone_show_group(iam.KeystoneShowGroupRequest(group_id=group)).group
    assert (shown.name, shown.description) == (name, "days")
    assert shown.create_time > 1_600_000_000_000

    deleted = sdk.iam.keystone_delete_group(iam.KeystoneDeleteGroupRequest(group_id=group))
    assert deleted.status_code == 204
    with pytest.raises(ClientRequestException) as refused:
        sdk.iam.keystone_show_group(iam.KeystoneShowGroupRequest(group_id=group))
    assert refused.value.status_code == 404


def test_a_user_joins_and_leaves_a_group(sdk: Sdk) -> None:
    group, user = create_group(sdk, unique("team")), create_user(sdk, unique("player"))
    check = iam.KeystoneCheckUserInGroupRequest(group_id=group, user_id=user.id)
    with pytest.raises(ClientRequestException) as refused:
        sdk.iam.keystone_check_user_in_group(check)
    assert refused.value.status_code == 404

    add(sdk, user.id, group)
    assert sdk.iam.keystone_check_user_in_group(check).status_code == 204
    request = iam.KeystoneListUsersForGroupByAdminRequest(group_id=group)
    assert [u.id for u in sdk.iam.keystone_list_users_for_group_by_admin(request).users] == [
        user.id
    ]
    of_user = iam.KeystoneListGroupsForUserRequest(user_id=user.id)
    assert [g.id for g in sdk.iam.keystone_list_groups_for_user(of_user).groups] == [group]

    leave = iam.KeystoneRemoveUserFromGroupRequest(group_id=group, user_id=user.id)
    assert sdk.iam.keystone_remove_user_from_group(leave).status_code == 204
    assert sdk.iam.keystone_list_groups_for_user(of_user).groups == []


def test_a_neighbours_group_is_not_found(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    group = create_group(neighbour_sdk, unique("theirs"))
    user = create_user(sdk, unique("ours"))
    with pytest.raises(ClientRequestException) as refused:
        add(sdk, user.id, group)
    assert refused.value.status_code == 404
