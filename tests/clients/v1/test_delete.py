"""`DELETE /v1/private-certificate-authorities/{ca_id}`"""

from __future__ import annotations

import time
import uuid

import pytest

from harness import answers
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    delete,
    disable,
    export_chain,
    listed,
    quota,
    restore,
    revoke,
    show,
)
from harness.contents import change_rows, query_rows
from harness.sdk import Sdk
from harness.server import PATIENCE, Server

DAY = 86_400_000


@pytest.mark.parametrize(("given", "days"), [("7", 7), ("30", 30), (None, 30)])
def test_a_disabled_ca_is_deleted_after_the_days_that_were_named(
    sdk: Sdk, given: str | None, days: int
) -> None:
    root = create_root(sdk.ccm, "Leaving Root")
    disable(sdk.ccm, root)
    assert delete(sdk.ccm, root, given).status_code == 204
    shown = show(sdk.ccm, root)
    assert shown.status == "DELETED"
    assert answers.is_recent(shown.delete_time - days * DAY)
    answers.sdk_refused(lambda: export_chain(sdk.ccm, root), 403, "PCA.00030201")
    answers.sdk_refused(lambda: delete(sdk.ccm, root, "7"), 403, "PCA.00030201")
    assert show(sdk.ccm, root).delete_time == shown.delete_time


def test_an_active_ca_has_to_be_disabled_first(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Staying Root")
    refused = answers.sdk_refused(lambda: delete(sdk.ccm, root, "7"), 403, "PCA.00030201")
    assert "disable it first" in refused.error_msg
    assert show(sdk.ccm, root).status == "ACTIVED"


def test_a_pending_and_a_revoked_ca_are_gone_at_once_with_their_keys(
    sdk: Sdk, server: Server
) -> None:
    pending = create_pending(sdk.ccm, "Never Born")
    revoked = create_subordinate(sdk.ccm, "Cast Out", create_root(sdk.ccm, "Casting Root"))
    revoke(sdk.ccm, revoked)
    for ca_id in (pending, revoked):
        (row,) = query_rows(server, "SELECT key_id FROM authorities WHERE id = ?", (ca_id,))
        assert delete(sdk.ccm, ca_id, "7").status_code == 204
        answers.sdk_refused(lambda i=ca_id: show(sdk.ccm, i), 404, "PCA.10010002")
        answers.sdk_refused(lambda i=ca_id: delete(sdk.ccm, i), 404, "PCA.10010002")
        assert query_rows(server, "SELECT id FROM keys WHERE id = ?", row) == []


@pytest.mark.parametrize("days", ["6", "31", "0", "-7", "7.5", "x", "007"])
def test_a_bad_number_of_days_changes_nothing(sdk: Sdk, days: str) -> None:
    root = create_root(sdk.ccm, "Counted Root")
    disable(sdk.ccm, root)
    refused = answers.sdk_refused(lambda: delete(sdk.ccm, root, days), 400, "PCA.00020001")
    assert "pending_days" in refused.error_msg
    assert show(sdk.ccm, root).status == "DISABLED"


def test_a_missing_ca_is_not_deleted(sdk: Sdk) -> None:
    missing = str(uuid.uuid4())
    answers.sdk_refused(lambda: delete(sdk.ccm, missing), 404, "PCA.10010002")


def test_a_start_destroys_what_nobody_can_restore_any_more() -> None:
    with Server() as server:
        account = server.init()
        sdk = Sdk(server.start(), account)
        root = create_root(sdk.ccm, "Overdue Root")
        child = create_subordinate(sdk.ccm, "Left Child", root)
        disable(sdk.ccm, root)
        delete(sdk.ccm, root, "7")
        server.terminate()
        # As if a week had passed.
        change_rows(server, "UPDATE authorities SET delete_at = 1 WHERE id = ?", (root,))
        sdk = Sdk(server.start(), account)
        answers.sdk_refused(lambda: show(sdk.ccm, root), 404, "PCA.10010002")
        answers.sdk_refused(lambda: restore(sdk.ccm, root), 404, "PCA.10010002")
        assert listed(sdk.ccm) == ([child], 1)
        assert quota(sdk.ccm) == (1, 100)
        answers.sdk_refused(lambda: export_chain(sdk.ccm, child), 403, "PCA.00030203")
        answers.sdk_refused(
            lambda: create_subordinate(sdk.ccm, "Orphan", child), 403, "PCA.00030203"
        )
        deadline = time.monotonic() + PATIENCE
        while query_rows(server, "SELECT id FROM authorities WHERE id = ?", (root,)):
            assert time.monotonic() < deadline, "the sweep did not come"
            time.sleep(0.05)
        assert query_rows(server, "SELECT count(*) FROM keys WHERE purpose = 'authority'") == [(1,)]
        events = server.run("audit", "list", "--format", "json").stdout
        assert "its key is destroyed" in events
