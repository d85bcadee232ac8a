"""`POST /v1/private-certificate-authorities/{ca_id}/restore`"""

from __future__ import annotations

from harness import answers
from harness.authorities import (
    create_root,
    delete,
    disable,
    enable,
    export_chain,
    restore,
    show,
)
from harness.sdk import Sdk
from oracles.judge import judge_chain


def test_a_restored_ca_is_disabled_and_can_be_enabled(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Saved Root")
    disable(sdk.ccm, root)
    delete(sdk.ccm, root, "7")
    assert restore(sdk.ccm, root).status_code == 204
    shown = show(sdk.ccm, root)
    assert (shown.status, shown.delete_time) == ("DISABLED", None)
    enable(sdk.ccm, root)
    judge_chain(export_chain(sdk.ccm, root))


def test_only_a_deleted_ca_is_restored(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Never Lost")
    refused = answers.sdk_refused(lambda: restore(sdk.ccm, root), 403, "PCA.00030201")
    assert "ACTIVED" in refused.error_msg
