"""`/v1/private-certificate-authorities/resource-instances`"""

from __future__ import annotations

import pytest
from huaweicloudsdkccm.v1 import (
    BatchCreateCaTagsRequest,
    BatchOperateTagRequestBody,
    CountCaResourceInstancesRequest,
    DomainTags,
    ListCaResourceInstancesRequest,
    ListResourceInstancesRequestBody,
    ResourceTag,
)

from harness import answers
from harness.authorities import create_pending, create_root
from harness.sdk import Sdk
from harness.server import Server


def found(sdk: Sdk, **body: object) -> tuple[list[str], int]:
    search = ListResourceInstancesRequestBody(**body)
    answer = sdk.ccm.list_ca_resource_instances(ListCaResourceInstancesRequest(body=search))
    count = sdk.ccm.count_ca_resource_instances(CountCaResourceInstancesRequest(body=search))
    assert count.total_count == answer.total_count
    return [one.resource_id for one in answer.resources], answer.total_count


def test_cas_are_found_by_tags_and_names(server: Server) -> None:
    sdk = Sdk(server, server.create_account("searching"))
    first, second = create_root(sdk.ccm, "First"), create_pending(sdk.ccm, "Second")
    tags = [ResourceTag(key="team", value="web")]
    request = BatchCreateCaTagsRequest(ca_id=first, body=BatchOperateTagRequestBody(tags=tags))
    sdk.ccm.batch_create_ca_tags(request)
    assert found(sdk, limit=50) == ([second, first], 2)
    assert found(sdk, tags=[DomainTags(key="team", values=["web", "shop"])]) == ([first], 1)
    assert found(sdk, tags=[DomainTags(key="team", values=[])]) == ([first], 1)
    assert found(sdk, tags=[DomainTags(key="other", values=[])]) == ([], 0)
    assert found(sdk, matches=[ResourceTag(key="resource_name", value="Sec")]) == ([second], 1)
    assert found(sdk, limit=10, offset=1) == ([first], 2)


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 51},
        {"offset": -1},
        {"tags": [DomainTags(key="k", values=[]), DomainTags(key="k", values=["v"])]},
        {"matches": [ResourceTag(key="name", value="x")]},
    ],
)
def test_a_bad_search_is_refused(sdk: Sdk, body: dict[str, object]) -> None:
    answers.sdk_refused(lambda: found(sdk, **body), 400, "PCA.00020001")
