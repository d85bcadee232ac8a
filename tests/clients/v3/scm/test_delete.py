"""`DELETE /v3/scm/csr/{id}`"""

from __future__ import annotations

from harness import answers
from harness.contents import query_rows
from harness.csrs import create, delete, page, private_key, rename, show
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Server
from harness.wire import Wire


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


def test_the_sequence_of_the_terraform_resource(wire: Wire) -> None:
    """Create, read, rename, read, delete, read; what is empty is left out of the body."""
    body = {
        "name": "tf_acc",
        "domain_name": "tf.example.org",
        "private_key_algo": "RSA_2048",
        "usage": "PERSONAL",
    }
    made = wire.post("/v3/scm/csr", json=body)
    assert made.status_code == 201
    path = f"/v3/scm/csr/{made.json()['id']}"
    read = wire.get(path).json()
    assert read.items() >= (body | {"sans": "", "company_name": ""}).items()
    assert read["csr"] and read["create_time"] and read["update_time"]
    renamed = wire.send("PUT", path, json={"name": "tf_acc_update"})
    assert renamed.status_code == 200
    assert wire.get(path).json() == read | {
        "name": "tf_acc_update",
        "update_time": renamed.json()["update_time"],
    }
    gone = wire.send("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    answers.refused(wire.get(path), 404, "SCM.0707")
