"""`GET /v1/private-certificates` and `GET /v1/private-certificates/quotas`"""

from __future__ import annotations

import pytest
from huaweicloudsdkccm.v1 import (
    ListCertificateRequest,
    RevokeCertificateRequest,
    RevokeCertificateRequestBody,
    ShowCertificateQuotaRequest,
    ShowCertificateRequest,
)

from harness import answers, exports
from harness.authorities import create_root
from harness.sdk import Sdk
from harness.server import Server


@pytest.fixture(scope="module")
def own(server: Server) -> Sdk:
    """An account of its own, so that its list is known."""
    return Sdk(server, server.create_account("certificate-lists"))


@pytest.fixture(scope="module")
def made(own: Sdk) -> list[str]:
    """Three certificates, oldest first; the second is revoked."""
    root = create_root(own.ccm, "Listing Root")
    names = ["b.example", "a_revoked.example", "c.example"]
    made = [exports.issue(own.ccm, root, name) for name in names]
    request = RevokeCertificateRequest(
        certificate_id=made[1], body=RevokeCertificateRequestBody(reason=None)
    )
    own.ccm.revoke_certificate(request)
    return made


def listed(sdk: Sdk, **query: object) -> tuple[list[str], int]:
    answer = sdk.ccm.list_certificate(ListCertificateRequest(**query))
    assert answer.status_code == 200
    return [one.certificate_id for one in answer.certificates], answer.total


def test_the_newest_comes_first_and_as_show_shows_it(own: Sdk, made: list[str]) -> None:
    assert listed(own) == (made[::-1], 3)
    for one in own.ccm.list_certificate(ListCertificateRequest()).certificates:
        request = ShowCertificateRequest(certificate_id=one.certificate_id)
        shown = own.ccm.show_certificate(request).to_dict()
        assert {field: shown[field] for field in one.to_dict()} == one.to_dict()


def test_filters_orders_and_pages(own: Sdk, made: list[str]) -> None:
    first, second, third = made
    assert listed(own, status="REVOKED") == ([second], 1)
    assert listed(own, status="ISSUED") == ([third, first], 2)
    assert listed(own, status="EXPIRED") == ([], 0)
    assert listed(own, name="_rev") == ([second], 1)
    assert listed(own, sort_key="common_name", sort_dir="ASC") == ([second, first, third], 3)
    assert listed(own, limit=0) == ([], 3)
    assert listed(own, limit=1, offset=2) == ([first], 3)


def test_a_client_that_pages_until_a_short_page_sees_each_once(own: Sdk, made: list[str]) -> None:
    for limit in (1, 2, 1000):
        seen: list[str] = []
        while True:
            page, total = listed(own, limit=limit, offset=len(seen))
            seen += page
            if len(page) < limit:
                break
        assert (seen, total) == (made[::-1], 3)


def test_the_quota_counts_every_status(own: Sdk, made: list[str]) -> None:
    answer = own.ccm.show_certificate_quota(ShowCertificateQuotaRequest())
    (resource,) = answer.quotas.resources
    assert (resource.type, resource.used) == ("CERTIFICATE", len(made))


@pytest.mark.parametrize("query", [{"limit": 1001}, {"status": "ACTIVED"}, {"sort_key": "type"}])
def test_a_bad_query_is_refused(own: Sdk, query: dict[str, object]) -> None:
    answers.sdk_refused(lambda: listed(own, **query), 400, "PCA.00020001")
