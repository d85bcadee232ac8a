"""`/v1/private-certificate-authorities/{ca_id}/tags`"""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkccm.v1 import (
    BatchCreateCaTagsRequest,
    BatchDeleteCaTagsRequest,
    BatchOperateTagRequestBody,
    CreateCaTagRequest,
    ListCaTagsRequest,
    ListDomainCaTagsRequest,
    ResourceTag,
    ResourceTagRequestBody,
)

from harness import answers
from harness.authorities import create_pending, create_root
from harness.sdk import Sdk
from harness.server import Server


def put(sdk: Sdk, ca_id: str, key: str, value: str) -> Any:
    body = ResourceTagRequestBody(tag=ResourceTag(key=key, value=value))
    return sdk.ccm.create_ca_tag(CreateCaTagRequest(ca_id=ca_id, body=body))


def batch(tags: dict[str, str]) -> BatchOperateTagRequestBody:
    given = [ResourceTag(key=key, value=value) for key, value in tags.items()]
    return BatchOperateTagRequestBody(tags=given)


def create(sdk: Sdk, ca_id: str, tags: dict[str, str]) -> Any:
    request = BatchCreateCaTagsRequest(ca_id=ca_id, body=batch(tags))
    return sdk.ccm.batch_create_ca_tags(request)


def delete(sdk: Sdk, ca_id: str, tags: dict[str, str]) -> Any:
    request = BatchDeleteCaTagsRequest(ca_id=ca_id, body=batch(tags))
    return sdk.ccm.batch_delete_ca_tags(request)


def tags_of(sdk: Sdk, ca_id: str) -> dict[str, str]:
    answer = sdk.ccm.list_ca_tags(ListCaTagsRequest(ca_id=ca_id))
    assert answer.status_code == 200
    return {tag.key: tag.value for tag in answer.tags}


def test_tags_are_added_overwritten_and_removed(sdk: Sdk) -> None:
    ca_id = create_root(sdk.ccm, "Tagged Root")
    assert tags_of(sdk, ca_id) == {}
    assert put(sdk, ca_id, "团队", "平台/a").status_code == 204
    assert create(sdk, ca_id, {"团队": "b", "stage": ""}).status_code == 204
    assert tags_of(sdk, ca_id) == {"团队": "b", "stage": ""}
    # Deletion goes by the key.
    assert delete(sdk, ca_id, {"团队": "another value", "unknown": ""}).status_code == 204
    assert tags_of(sdk, ca_id) == {"stage": ""}


def test_a_ca_has_twenty_tags_at_most(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Full Pending")
    create(sdk, ca_id, {f"k{number}": "v" for number in range(20)})
    answers.sdk_refused(lambda: put(sdk, ca_id, "one more", "v"), 400, "PCA.00020305")
    answers.sdk_refused(
        lambda: create(sdk, ca_id, {"k0": "new", "one more": "v"}), 400, "PCA.00020305"
    )
    assert tags_of(sdk, ca_id)["k0"] == "v"
    assert put(sdk, ca_id, "k0", "new").status_code == 204


def test_the_account_lists_each_key_with_its_values(server: Server) -> None:
    sdk = Sdk(server, server.create_account("tagging"))
    create(sdk, create_root(sdk.ccm, "First"), {"a": "1", "b": ""})
    create(sdk, create_root(sdk.ccm, "Second"), {"a": "2", "b": ""})
    answer = sdk.ccm.list_domain_ca_tags(ListDomainCaTagsRequest())
    assert [(tag.key, tag.values) for tag in answer.tags] == [("a", ["1", "2"]), ("b", [""])]


@pytest.mark.parametrize(
    ("key", "value"),
    [("", "v"), (" k", "v"), ("_sys_k", "v"), ("k" * 129, "v"), ("k<", "v"), ("k", "v" * 256)],
)
def test_a_bad_tag_is_refused(sdk: Sdk, key: str, value: str) -> None:
    ca_id = create_root(sdk.ccm, "Plain Root")
    answers.sdk_refused(lambda: put(sdk, ca_id, key, value), 400, "PCA.00020001")
    answers.sdk_refused(lambda: create(sdk, ca_id, {key: value}), 400, "PCA.00020001")
    assert tags_of(sdk, ca_id) == {}
