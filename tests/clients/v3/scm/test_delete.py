"""`DELETE /v3/scm/csr/{id}`"""

from __future__ import annotations

from harness import answers
from harness.contents import query_rows
from harness.csrs import create, delete, page, private_key, rename, show
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Server


def test_what_is_deleted_is_gone_with_its_key(server: Server, sdk: Sdk) -> None:
    made = create(sdk.scm, name="to be deleted")
    query = "SELECT key_id FROM csrs WHERE id = ?"
    [(key,)] = query_rows(server, query, (made.id,))
    assert delete(sdk.scm, made.id).status_code == 204
    for call in (show, private_key, delete, lambda client, csr_id: rename(client, csr_id, "a")):
        answers.sdk_refused(lambda call=call: call(sdk.scm, made.id), 404, "SCM.0707")
    assert page(sdk.scm, name="to be deleted") == ([], 0)
    assert query_rows(server, "SELECT id FROM keys WHERE id = ?", (key,)) == []
    assert query_rows(server, "SELECT csr FROM csr_requests WHERE csr = ?", (made.id,)) == []


def test_its_place_is_given_back() -> None:
    settings = NO_QUOTAS.replace("csr = 0", "csr = 1")
    with Server(settings=settings) as small:
        sdk = Sdk(small, small.init())
        small.start()
        for _ in range(3):
            made = create(sdk.scm)
            answers.sdk_refused(lambda: create(sdk.scm), 400, "SCM.0011")
            delete(sdk.scm, made.id)
