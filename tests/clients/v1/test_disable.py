"""`POST /v1/private-certificate-authorities/{ca_id}/disable`"""

from __future__ import annotations

import requests

from harness import answers
from harness.authorities import (
    activate,
    create_pending,
    create_root,
    create_subordinate,
    disable,
    enable,
    export_chain,
    show,
)
from harness.sdk import Sdk
from harness.wire import Wire
from oracles.judge import judge_chain


def test_a_disabled_ca_issues_nothing_and_is_exported(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Stopped Root")
    waiting = create_pending(sdk.ccm, "Left Waiting")
    assert disable(sdk.ccm, root).status_code == 204
    assert show(sdk.ccm, root).status == "DISABLED"
    refused = answers.sdk_refused(
        lambda: create_subordinate(sdk.ccm, "Never Made", root), 403, "PCA.00030201"
    )
    assert "DISABLED" in refused.error_msg
    answers.sdk_refused(lambda: activate(sdk.ccm, waiting, root), 403, "PCA.00030201")
    judge_chain(export_chain(sdk.ccm, root))
    assert enable(sdk.ccm, root).status_code == 204
    judge_chain(export_chain(sdk.ccm, create_subordinate(sdk.ccm, "Made At Last", root)))


def test_a_child_goes_on_when_its_issuer_is_disabled(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Resting Root")
    child = create_subordinate(sdk.ccm, "Busy Child", root, path_length=1)
    disable(sdk.ccm, root)
    assert show(sdk.ccm, child).status == "ACTIVED"
    judge_chain(export_chain(sdk.ccm, create_subordinate(sdk.ccm, "Busy Grandchild", child)))


def test_a_ca_that_is_not_in_use_is_not_disabled(sdk: Sdk) -> None:
    root, waiting = create_root(sdk.ccm, "Twice Stopped"), create_pending(sdk.ccm, "Idle")
    disable(sdk.ccm, root)
    for ca_id, status in ((root, "DISABLED"), (waiting, "PENDING")):
        refused = answers.sdk_refused(lambda i=ca_id: disable(sdk.ccm, i), 403, "PCA.00030201")
        assert status in refused.error_msg


def test_neither_call_needs_a_body_or_its_type(sdk: Sdk, wire: Wire) -> None:
    root = create_root(sdk.ccm, "Bare Root")
    for call in ("disable", "enable"):
        answer: requests.Response = wire.post(f"/v1/private-certificate-authorities/{root}/{call}")
        assert (answer.status_code, answer.content) == (204, b"")
