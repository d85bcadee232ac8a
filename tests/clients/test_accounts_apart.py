"""Two accounts of one server never see, change or use each other's objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkworkspace.v2 import WorkspaceClient

from harness import answers, csrs, desktops, foreign
from harness.authorities import (
    activate,
    create_pending,
    create_root,
    create_subordinate,
    export,
    export_csr,
    import_certificate,
    show,
)
from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.wire import Wire

CA_CALLS: dict[str, Callable[[Sdk, str], Any]] = {
    "show": lambda sdk, ca: show(sdk.ccm, ca),
    "csr": lambda sdk, ca: export_csr(sdk.ccm, ca),
    "export": lambda sdk, ca: export(sdk.ccm, ca),
    "import": lambda sdk, ca: import_certificate(sdk.ccm, ca, foreign.Authority().pem),
    "activate": lambda sdk, ca: activate(sdk.ccm, ca, ca),
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


def test_a_neighbours_ca_issues_nothing(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    theirs = create_root(sdk.ccm, "Not Yours")
    answers.sdk_refused(
        lambda: create_subordinate(neighbour_sdk.ccm, "Mine", theirs), 404, "PCA.10010002"
    )
    mine = create_pending(neighbour_sdk.ccm, "Mine Pending")
    answers.sdk_refused(lambda: activate(neighbour_sdk.ccm, mine, theirs), 404, "PCA.10010002")


def test_a_neighbours_csr_and_key_do_not_exist(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    theirs = csrs.create(sdk.scm).id
    for call in (csrs.show, csrs.private_key):
        answers.sdk_refused(lambda: call(neighbour_sdk.scm, theirs), 404, "SCM.0707")


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
