"""`GET /v3/projects`, `GET /v3/projects/{project_id}`, `GET /v3/auth/projects`"""

from __future__ import annotations

import uuid

import pytest
from huaweicloudsdkiam.v3 import (
    KeystoneListAuthProjectsRequest,
    KeystoneListProjectsRequest,
    KeystoneShowProjectRequest,
)

from harness.sdk import Sdk
from harness.server import REGION
from harness.wire import Wire

FIELDS = {"id", "name", "domain_id", "parent_id", "description", "enabled", "is_domain", "links"}


def test_exactly_one_project_bears_the_regions_name(sdk: Sdk) -> None:
    listed = sdk.iam.keystone_list_projects(KeystoneListProjectsRequest(name=REGION))
    [project] = listed.projects
    assert (project.id, project.name) == (sdk.account.project_id, REGION)
    assert (project.domain_id, project.enabled, project.is_domain) == (
        sdk.account.account_id,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        (f"?name={REGION}", True),
        ("?name=elsewhere", False),
        (f"?name={REGION[:-1]}", False),
        ("?domain_id={domain}", True),
        ("?domain_id=0123456789abcdef0123456789abcdef", False),
        ("?enabled=true", True),
        ("?enabled=false", False),
        ("?is_domain=false", True),
        ("?is_domain=true", False),
        ("?parent_id={domain}", True),
        ("?page=1&per_page=10", True),
        ("?page=2&per_page=5000", False),
    ],
)
def test_a_filter_leaves_what_it_says(wire: Wire, sdk: Sdk, query: str, found: bool) -> None:
    answer = wire.get("/v3/projects" + query.format(domain=sdk.account.account_id))
    assert answer.status_code == 200
    ids = [project["id"] for project in answer.json()["projects"]]
    assert (sdk.account.project_id in ids) == found
    assert all(set(project) == FIELDS for project in answer.json()["projects"])
    assert {"self", "next", "previous"} <= set(answer.json()["links"])


@pytest.mark.parametrize(
    "query", ["?page=0&per_page=10", "?page=1&per_page=5001", "?page=x&per_page=1"]
)
def test_a_page_out_of_bounds_is_a_bad_request(wire: Wire, query: str) -> None:
    assert wire.get("/v3/projects" + query).status_code == 400


def test_a_callers_own_projects_are_listed(sdk: Sdk) -> None:
    listed = sdk.iam.keystone_list_auth_projects(KeystoneListAuthProjectsRequest())
    assert sdk.account.project_id in [project.id for project in listed.projects]


def test_one_project_is_shown(sdk: Sdk) -> None:
    shown = sdk.iam.keystone_show_project(
        KeystoneShowProjectRequest(project_id=sdk.account.project_id)
    ).project
    assert (shown.id, shown.name) == (sdk.account.project_id, REGION)


def test_a_project_of_nobody_or_of_another_account_is_not_found(
    wire: Wire, neighbour_sdk: Sdk
) -> None:
    for project in (uuid.uuid4().hex, neighbour_sdk.account.project_id):
        answer = wire.get(f"/v3/projects/{project}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == 404


def test_a_neighbours_projects_are_not_listed(wire: Wire, neighbour_sdk: Sdk) -> None:
    assert neighbour_sdk.account.project_id not in wire.get("/v3/projects").text
