"""`POST /v1/private-certificate-authorities/{ca_id}/enable`"""

from __future__ import annotations

from harness import answers
from harness.authorities import create_pending, create_root, delete, disable, enable, show
from harness.sdk import Sdk


def test_an_enabled_ca_is_in_use_again(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Woken Root")
    disable(sdk.ccm, root)
    assert enable(sdk.ccm, root).status_code == 204
    assert show(sdk.ccm, root).status == "ACTIVED"


def test_only_a_disabled_ca_is_enabled(sdk: Sdk) -> None:
    active, waiting = create_root(sdk.ccm, "Awake"), create_pending(sdk.ccm, "Unborn")
    deleted = create_root(sdk.ccm, "Going")
    disable(sdk.ccm, deleted)
    delete(sdk.ccm, deleted)
    for ca_id, status in ((active, "ACTIVED"), (waiting, "PENDING"), (deleted, "DELETED")):
        refused = answers.sdk_refused(lambda i=ca_id: enable(sdk.ccm, i), 403, "PCA.00030201")
        assert status in refused.error_msg
