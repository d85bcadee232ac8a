"""Two accounts of one server never see, change or use each other's objects."""

from __future__ import annotations

from collections.abc import Callable
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
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspace.v2 import WorkspaceClient

from harness import answers, csrs, desktops, foreign
from harness.authorities import (
    activate,
    create_pending,
    create_root,
    create_subordinate,
    delete,
    disable,
    enable,
    export,
    export_csr,
    import_certificate,
    listed,
    quota,
    restore,
    revoke,
    show,
)
from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.wire import Wire

TAG = ResourceTag(key="team", value="theirs")
ONE_TAG = ResourceTagRequestBody(tag=TAG)
TAGS = BatchOperateTagRequestBody(tags=[TAG])

CA_CALLS: dict[str, Callable[[Sdk, str], Any]] = {
    "show": lambda sdk, ca: show(sdk.ccm, ca),
    "csr": lambda sdk, ca: export_csr(sdk.ccm, ca),
    "export": lambda sdk, ca: export(sdk.ccm, ca),
    "import": lambda sdk, ca: import_certificate(sdk.ccm, ca, foreign.Authority().pem),
    "activate": lambda sdk, ca: activate(sdk.ccm, ca, ca),
    "disable": lambda sdk, ca: disable(sdk.ccm, ca),
    "enable": lambda sdk, ca: enable(sdk.ccm, ca),
    "delete": lambda sdk, ca: delete(sdk.ccm, ca),
    "restore": lambda sdk, ca: restore(sdk.ccm, ca),
    "revoke": lambda sdk, ca: revoke(sdk.ccm, ca),
    "tags": lambda sdk, ca: sdk.ccm.list_ca_tags(ListCaTagsRequest(ca_id=ca)),
    "tag": lambda sdk, ca: sdk.ccm.create_ca_tag(CreateCaTagRequest(ca_id=ca, body=ONE_TAG)),
    "tag in batch": lambda sdk, ca: sdk.ccm.batch_create_ca_tags(
        BatchCreateCaTagsRequest(ca_id=ca, body=TAGS)
    ),
    "untag": lambda sdk, ca: sdk.ccm.batch_delete_ca_tags(
        BatchDeleteCaTagsRequest(ca_id=ca, body=TAGS)
    ),
}


@pytest.mark.parametrize("call", CA_CALLS)
@pytest.mark.parametrize("make", [create_root, create_pending])
def test_a_neighbours_ca_does_not_exist(
    sdk: Sdk, neighbour_sdk: Sdk, call: str, make: Callable[..., str]
) -> None:
    theirs = make(sdk.ccm, "Private")
    before = show(sdk.ccm, theirs).to_dict()
    answers.sdk_refused(lambda: CA_CALLS[call](neighbour_sdk, theirs), 404, "PCA.10010002")
    assert show(sdk.ccm, theirs).to_dict() == before


def test_neither_a_list_nor_a_quota_nor_tags_tell_of_a_neighbours_cas(server: Server) -> None:
    mine = Sdk(server, server.create_account("without-cas"))
    theirs = Sdk(server, server.create_account("with-cas"))
    ca = create_root(theirs.ccm, "Theirs")
    theirs.ccm.create_ca_tag(CreateCaTagRequest(ca_id=ca, body=ONE_TAG))
    assert listed(theirs.ccm) == ([ca], 1)
    assert listed(mine.ccm) == ([], 0)
    assert quota(mine.ccm)[0] == 0
    assert mine.ccm.list_domain_ca_tags(ListDomainCaTagsRequest()).tags == []


def test_a_neighbours_ca_issues_nothing(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    theirs = create_root(sdk.ccm, "Not Yours")
    answers.sdk_refused(
        lambda: create_subordinate(neighbour_sdk.ccm, "Mine", theirs), 404, "PCA.10010002"
    )
    mine = create_pending(neighbour_sdk.ccm, "Mine Pending")
    answers.sdk_refused(lambda: activate(neighbour_sdk.ccm, mine, theirs), 404, "PCA.10010002")


def test_a_neighbours_csr_and_key_do_not_exist(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    theirs = csrs.create(sdk.scm).id
    before = csrs.show(sdk.scm, theirs).to_dict()
    calls: list[Callable[..., Any]] = [
        csrs.show,
        csrs.private_key,
        csrs.delete,
        lambda client, csr_id: csrs.rename(client, csr_id, "mine"),
    ]
    for call in calls:
        answers.sdk_refused(lambda call=call: call(neighbour_sdk.scm, theirs), 404, "SCM.0707")
    assert csrs.show(sdk.scm, theirs).to_dict() == before


def test_a_list_tells_nothing_of_a_neighbours_csrs(server: Server) -> None:
    mine = Sdk(server, server.create_account("without-csrs"))
    theirs = Sdk(server, server.create_account("with-csrs"))
    made = csrs.create(theirs.scm).id
    assert [entry.id for entry in csrs.page(theirs.scm)[0]] == [made]
    assert csrs.page(mine.scm) == ([], 0)


def test_a_neighbours_desktop_ca_does_not_exist(server: Server) -> None:
    mine = Sdk(server, server.create_account("without-desktops"))
    theirs = Sdk(server, server.create_account("with-desktops"))
    ca = desktops.create(theirs.workspace)
    before = desktops.show(theirs.workspace, ca).to_dict()
    calls: list[Callable[..., Any]] = [
        desktops.show,
        desktops.export_pem,
        desktops.export_crl,
        desktops.delete,
        lambda client, cert_id: desktops.set_status(client, cert_id, "disable"),
    ]
    for call in calls:
        answers.sdk_refused(lambda call=call: call(mine.workspace, ca), 404, "WKS.00030102")
    assert desktops.listed(mine.workspace) == []
    assert desktops.show(theirs.workspace, ca).to_dict() == before


def test_a_neighbours_project_is_closed_to_signatures_and_tokens(
    server: Server, sdk: Sdk, neighbour_sdk: Sdk
) -> None:
    theirs = sdk.account.project_id
    intruder = neighbour_sdk.account
    body = {
        "distinguished_name": desktops.SUBJECT,
        "key_algorithm": "RSA-2048",
        "transaction_id": "trespass",
    }
    token = Wire(server).sign_in(intruder)
    for verb in ("csr", "import"):
        answer = Wire(server, token).post(
            f"/v2/{theirs}/certmanager/private-certificate-authorities/{verb}", json=body
        )
        answers.refused(answer, 403, "APIGW.0302")
    credentials = BasicCredentials(intruder.access_key, intruder.secret_key, theirs)
    builder = WorkspaceClient.new_builder().with_http_config(sdk.config)
    signing = builder.with_credentials(credentials).with_endpoint(server.address).build()
    answers.sdk_refused(lambda: desktops.export_csr(signing, "trespass"), 403, "APIGW.0302")


def test_a_neighbours_token_is_neither_shown_nor_ended(
    server: Server, account: Credentials, neighbour: Credentials
) -> None:
    theirs, mine = Wire(server).sign_in(account), Wire(server).sign_in(neighbour)
    for method in ("GET", "HEAD", "DELETE"):
        answer = Wire(server, mine).send(
            method, "/v3/auth/tokens", headers={"X-Subject-Token": theirs}
        )
        assert answer.status_code in (403, 404), method
        assert account.account_id not in answer.text
    assert Wire(server, theirs).get("/v3/auth/domains").status_code == 200


def test_a_neighbours_transaction_takes_no_certificate(server: Server) -> None:
    mine = Sdk(server, server.create_account("without-transactions"))
    theirs = Sdk(server, server.create_account("with-a-transaction"))
    signed = foreign.Authority().sign_request(desktops.csr(theirs.workspace, "theirs"))
    answers.sdk_refused(
        lambda: desktops.import_certificate(mine.workspace, "theirs", signed), 404, "WKS.00030102"
    )
    assert desktops.import_certificate(theirs.workspace, "theirs", signed).status_code == 200


def test_a_transaction_of_the_same_name_is_another_one(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    assert desktops.csr(sdk.workspace, "shared-name") != desktops.csr(
        neighbour_sdk.workspace, "shared-name"
    )
