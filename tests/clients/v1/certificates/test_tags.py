"""`/v1/private-certificates/{certificate_id}/tags`, and the search by tags"""

from __future__ import annotations

from huaweicloudsdkccm.v1 import (
    BatchCreateCertTagsRequest,
    BatchDeleteCertTagsRequest,
    BatchOperateTagRequestBody,
    CountCertResourceInstancesRequest,
    CreateCertTagRequest,
    DomainTags,
    ListCertResourceInstancesRequest,
    ListCertTagsRequest,
    ListDomainCertTagsRequest,
    ListResourceInstancesRequestBody,
    ResourceTag,
    ResourceTagRequestBody,
)

from harness import answers, exports
from harness.authorities import create_root
from harness.sdk import Sdk
from harness.server import Server


def batch(tags: dict[str, str]) -> BatchOperateTagRequestBody:
    given = [ResourceTag(key=key, value=value) for key, value in tags.items()]
    return BatchOperateTagRequestBody(tags=given)


def create(sdk: Sdk, certificate_id: str, tags: dict[str, str]) -> int:
    request = BatchCreateCertTagsRequest(certificate_id=certificate_id, body=batch(tags))
    return sdk.ccm.batch_create_cert_tags(request).status_code


def tags_of(sdk: Sdk, certificate_id: str) -> dict[str, str]:
    answer = sdk.ccm.list_cert_tags(ListCertTagsRequest(certificate_id=certificate_id))
    return {tag.key: tag.value for tag in answer.tags}


def found(sdk: Sdk, **body: object) -> tuple[list[str], int]:
    search = ListResourceInstancesRequestBody(**body)
    answer = sdk.ccm.list_cert_resource_instances(ListCertResourceInstancesRequest(body=search))
    count = sdk.ccm.count_cert_resource_instances(CountCertResourceInstancesRequest(body=search))
    assert count.total_count == answer.total_count
    return [one.resource_id for one in answer.resources], answer.total_count


def test_tags_are_added_overwritten_and_removed(sdk: Sdk) -> None:
    one = exports.issue(sdk.ccm, create_root(sdk.ccm, "Tagging Root"), "tagged.example")
    body = ResourceTagRequestBody(tag=ResourceTag(key="团队", value="平台/a"))
    put = sdk.ccm.create_cert_tag(CreateCertTagRequest(certificate_id=one, body=body))
    assert put.status_code == 204
    assert create(sdk, one, {"团队": "b", "stage": ""}) == 204
    assert tags_of(sdk, one) == {"团队": "b", "stage": ""}
    request = BatchDeleteCertTagsRequest(certificate_id=one, body=batch({"团队": "another"}))
    assert sdk.ccm.batch_delete_cert_tags(request).status_code == 204
    assert tags_of(sdk, one) == {"stage": ""}
    answers.sdk_refused(
        lambda: create(sdk, one, {f"k{number}": "v" for number in range(20)}), 400, "PCA.00020305"
    )


def test_certificates_are_found_by_tags_and_names(server: Server) -> None:
    sdk = Sdk(server, server.create_account("certificate-tags"))
    root = create_root(sdk.ccm, "Search Root")
    first = exports.issue(sdk.ccm, root, "first.example")
    second = exports.issue(sdk.ccm, root, "second.example")
    create(sdk, first, {"team": "web", "stage": ""})
    create(sdk, second, {"team": "shop"})
    answer = sdk.ccm.list_domain_cert_tags(ListDomainCertTagsRequest())
    assert {tag.key: tag.values for tag in answer.tags} == {"stage": [""], "team": ["shop", "web"]}
    assert found(sdk, limit=50) == ([second, first], 2)
    assert found(sdk, tags=[DomainTags(key="team", values=[])]) == ([second, first], 2)
    assert found(sdk, tags=[DomainTags(key="team", values=["web", "x"])]) == ([first], 1)
    both = [DomainTags(key="team", values=["shop"]), DomainTags(key="stage", values=[])]
    assert found(sdk, tags=both) == ([], 0)
    assert found(sdk, matches=[ResourceTag(key="resource_name", value="sec")]) == ([second], 1)
    assert found(sdk, limit=10, offset=1) == ([first], 2)
