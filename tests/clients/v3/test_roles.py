"""Roles: custom ones, those of the system, and what a user may through its groups."""

from __future__ import annotations

from collections.abc import Callable

import huaweicloudsdkiam.v3 as iam
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from harness import csrs, desktops
from harness.people import (
    add,
    create_group,
    create_role,
    create_user,
    give_key,
    role_option,
    unique,
)
from harness.sdk import Sdk
from harness.server import Server
from harness.spreading import spread

def denied(call: Callable[[], object]) -> bool:
    """Whether policies do not allow a call."""
    try:
        call()
    except ClientRequestException as refused:
        assert refused.status_code == 403, refused
        assert "Policy doesn't allow" in refused.error_msg
        return True
    return False


def test_a_role_lives_from_its_creation_to_its_deletion(sdk: Sdk) -> None:
    name = unique("role")
    role = create_role(sdk, name, ["pca:ca:list"])
    listed = sdk.iam.list_custom_policies(iam.ListCustomPoliciesRequest())
    assert role in [entry.id for entry in listed.roles]
    assert listed.total_number >= len(listed.roles)

    body = iam.UpdateCloudServiceCustomPolicyRequestBody(role=role_option(name, ["scm::listCsr"]))
    request = iam.UpdateCloudServiceCustomPolicyRequest(role_id=role, body=body)
    assert sdk.iam.update_cloud_service_custom_policy(request).status_code == 200
    shown = sdk.iam.show_custom_policy(iam.ShowCustomPolicyRequest(role_id=role)).role
    assert (shown.display_name, shown.type, shown.references) == (name, "AX", 0)
    assert shown.policy.statement[0].action == ["scm::listCsr"]
    by_keystone = sdk.iam.keystone_show_permission(
        iam.KeystoneShowPermissionRequest(role_id=role)
    ).role
    assert by_keystone.display_name == name

    deleted = sdk.iam.delete_custom_policy(iam.DeleteCustomPolicyRequest(role_id=role))
    assert deleted.status_code == 200
    with pytest.raises(ClientRequestException) as refused:
        sdk.iam.show_custom_policy(iam.ShowCustomPolicyRequest(role_id=role))
    assert (refused.value.status_code, refused.value.error_code) == (404, "IAM.0004")


def test_a_document_that_cannot_be_decided_on_is_not_kept(sdk: Sdk) -> None:
    for actions in ([], ["everything"], ["PCA:ca:list"], ["pca:ca:lst"], ["a:b:c"] * 101):
        with pytest.raises(ClientRequestException) as refused:
            create_role(sdk, unique("bad"), actions)
        assert (refused.value.status_code, refused.value.error_code) == (400, "IAM.0007")
        assert "Statement[0].Action" in refused.value.error_msg


def test_a_user_may_what_its_group_has_on_the_domain(server: Server, sdk: Sdk) -> None:
    user, group = create_user(sdk, unique("clerk")), create_group(sdk, unique("clerks"))
    add(sdk, user.id, group)
    own = Sdk(server, give_key(sdk, user))
    assert denied(lambda: csrs.create(own.scm))

    role = create_role(sdk, unique("clerk"), ["scm::createCsr", "scm::getCsr"])
    place = {"domain_id": sdk.account.account_id, "group_id": group}
    at = {**place, "role_id": role}
    grant = iam.KeystoneAssociateGroupWithDomainPermissionRequest(**at)
    assert sdk.iam.keystone_associate_group_with_domain_permission(grant).status_code == 204
    spread(server)

    made = csrs.create(own.scm)
    assert csrs.show(own.scm, made.id).id == made.id
    assert denied(lambda: csrs.delete(own.scm, made.id))
    check = iam.KeystoneCheckDomainPermissionForGroupRequest(**at)
    assert sdk.iam.keystone_check_domain_permission_for_group(check).status_code == 204
    listing = iam.KeystoneListDomainPermissionsForGroupRequest(**place)
    listed = sdk.iam.keystone_list_domain_permissions_for_group(listing).roles
    assert [entry.id for entry in listed] == [role]
    with pytest.raises(ClientRequestException) as refused:
        sdk.iam.delete_custom_policy(iam.DeleteCustomPolicyRequest(role_id=role))
    assert refused.value.status_code == 409

    revoke = iam.KeystoneRemoveDomainPermissionFromGroupRequest(**at)
    assert sdk.iam.keystone_remove_domain_permission_from_group(revoke).status_code == 204
    spread(server)
    assert denied(lambda: csrs.show(own.scm, made.id))


def test_a_user_may_what_its_group_has_on_a_project(server: Server, sdk: Sdk) -> None:
    user, group = create_user(sdk, unique("desk")), create_group(sdk, unique("desks"))
    add(sdk, user.id, group)
    own = Sdk(server, give_key(sdk, user))
    assert denied(lambda: desktops.listed(own.workspace))

    role = create_role(sdk, unique("desk"), ["workspace:ca:list"], "XA")
    place = {"project_id": sdk.account.project_id, "group_id": group}
    at = {**place, "role_id": role}
    grant = iam.KeystoneAssociateGroupWithProjectPermissionRequest(**at)
    assert sdk.iam.keystone_associate_group_with_project_permission(grant).status_code == 204
    spread(server)
    desktops.listed(own.workspace)
    check = iam.KeystoneCheckProjectPermissionForGroupRequest(**at)
    assert sdk.iam.keystone_check_project_permission_for_group(check).status_code == 204
    listing = iam.KeystoneListProjectPermissionsForGroupRequest(**place)
    listed = sdk.iam.keystone_list_project_permissions_for_group(listing).roles
    assert [entry.id for entry in listed] == [role]
    revoke = iam.KeystoneRemoveProjectPermissionFromGroupRequest(**at)
    assert sdk.iam.keystone_remove_project_permission_from_group(revoke).status_code == 204
    spread(server)
    assert denied(lambda: desktops.listed(own.workspace))


def test_a_role_of_the_system_counts_in_all_projects(server: Server, sdk: Sdk) -> None:
    user, group = create_user(sdk, unique("guest")), create_group(sdk, unique("guests"))
    add(sdk, user.id, group)
    own = Sdk(server, give_key(sdk, user))
    request = iam.KeystoneListPermissionsRequest(display_name="Workspace ReadOnlyAccess")
    [role] = sdk.iam.keystone_list_permissions(request).roles
    assert role.type == "XA"

    at = {"domain_id": sdk.account.account_id, "group_id": group, "role_id": role.id}
    grant = iam.UpdateDomainGroupInheritRoleRequest(**at)
    assert sdk.iam.update_domain_group_inherit_role(grant).status_code == 204
    spread(server)
    desktops.listed(own.workspace)
    check = iam.KeystoneCheckroleForGroupRequest(**at)
    assert sdk.iam.keystone_checkrole_for_group(check).status_code == 204
    listing = iam.KeystoneListAllProjectPermissionsForGroupRequest(
        domain_id=sdk.account.account_id, group_id=group
    )
    listed = sdk.iam.keystone_list_all_project_permissions_for_group(listing).roles
    assert [entry.display_name for entry in listed] == ["Workspace ReadOnlyAccess"]
    revoke = iam.DeleteDomainGroupInheritedRoleRequest(**at)
    assert sdk.iam.delete_domain_group_inherited_role(revoke).status_code == 204
    spread(server)
    assert denied(lambda: desktops.listed(own.workspace))
