"""`GET /v1/private-certificate-authorities`"""

from __future__ import annotations

import pytest
from huaweicloudsdkccm.v1 import ListCertificateAuthorityRequest

from harness import answers
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    delete,
    disable,
    listed,
    revoke,
    show,
)
from harness.sdk import Sdk
from harness.server import Server
from harness.wire import Wire


@pytest.fixture(scope="module")
def own(server: Server) -> Sdk:
    """An account of its own, so that its list is known."""
    return Sdk(server, server.create_account("listing"))


@pytest.fixture(scope="module")
def made(own: Sdk) -> dict[str, str]:
    """One CA of each status, oldest first."""
    ccm = own.ccm
    made = {"ACTIVED": create_root(ccm, "b List")}
    made["PENDING"] = create_pending(ccm, "c List")
    made["REVOKED"] = create_subordinate(ccm, "a_Revoked", made["ACTIVED"])
    revoke(ccm, made["REVOKED"])
    made["DISABLED"] = create_root(ccm, "d List")
    disable(ccm, made["DISABLED"])
    made["DELETED"] = create_root(ccm, "e List")
    disable(ccm, made["DELETED"])
    delete(ccm, made["DELETED"])
    return made


def test_the_newest_comes_first_and_as_show_shows_it(own: Sdk, made: dict[str, str]) -> None:
    assert listed(own.ccm) == (list(made.values())[::-1], 5)
    answer = own.ccm.list_certificate_authority(ListCertificateAuthorityRequest())
    for one in answer.certificate_authorities:
        shown = show(own.ccm, one.ca_id).to_dict()
        assert {field: shown[field] for field in one.to_dict()} == one.to_dict()


def test_each_status_is_a_filter(own: Sdk, made: dict[str, str]) -> None:
    for status, ca_id in made.items():
        assert listed(own.ccm, status=status) == ([ca_id], 1)
    assert listed(own.ccm, status="EXPIRED") == ([], 0)


def test_type_and_name_are_filters(own: Sdk, made: dict[str, str]) -> None:
    assert listed(own.ccm, type="SUBORDINATE", sort_dir="ASC") == (
        [made["PENDING"], made["REVOKED"]],
        2,
    )
    assert listed(own.ccm, name="_")[0] == [made["REVOKED"]]
    assert listed(own.ccm, name="%") == ([], 0)
    assert listed(own.ccm, name="List", limit=1) == ([made["DELETED"]], 4)


def test_names_and_ends_are_orders(own: Sdk, made: dict[str, str]) -> None:
    by_name = [made[of] for of in ("REVOKED", "ACTIVED", "PENDING", "DISABLED", "DELETED")]
    assert listed(own.ccm, sort_key="common_name", sort_dir="ASC")[0] == by_name
    assert listed(own.ccm, sort_key="common_name", sort_dir="DESC")[0] == by_name[::-1]
    assert listed(own.ccm, sort_key="not_after", sort_dir="ASC", limit=2)[0] == [
        made["PENDING"],
        made["REVOKED"],
    ]


def test_pages_meet_and_do_not_overlap(own: Sdk, made: dict[str, str]) -> None:
    pages = [listed(own.ccm, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [ca_id for page, _ in pages for ca_id in page] == list(made.values())[::-1]
    assert {total for _, total in pages} == {5}
    assert listed(own.ccm, limit=0) == ([], 5)


def test_more_than_a_thousand_are_not_given_at_once(sdk: Sdk) -> None:
    answers.sdk_refused(lambda: listed(sdk.ccm, limit=1001), 400, "PCA.00020001")


def test_empty_parameters_are_none(own: Sdk, made: dict[str, str]) -> None:
    token = Wire(own.server).sign_in(own.account)
    query = "limit=&offset=&name=&status=&type=&sort_key=&sort_dir=&enterprise_project_id="
    answer = Wire(own.server, token).get(f"/v1/private-certificate-authorities?{query}")
    assert answer.status_code == 200
    assert answer.json()["total"] == len(made)
