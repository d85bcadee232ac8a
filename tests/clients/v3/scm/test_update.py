"""`PUT /v3/scm/csr/{id}`"""

from __future__ import annotations

import time
import uuid

from harness import answers
from harness.csrs import create, rename, show
from harness.sdk import Sdk


def test_only_the_name_and_the_last_change_change(sdk: Sdk) -> None:
    before = show(sdk.scm, create(sdk.scm, name="before").id).to_dict()
    time.sleep(0.01)
    renamed = rename(sdk.scm, before["id"], "after").to_dict()
    assert renamed["update_time"] > before["update_time"]
    assert renamed == before | {"name": "after", "update_time": renamed["update_time"]}
    assert show(sdk.scm, before["id"]).to_dict() == renamed


def test_a_bad_name_is_refused(sdk: Sdk) -> None:
    made = create(sdk.scm)
    for name in ("", " ", "n" * 64, "a\x00b"):
        answers.sdk_refused(lambda name=name: rename(sdk.scm, made.id, name), 400, "SCM.0005")


def test_what_is_not_there_is_not_renamed(sdk: Sdk) -> None:
    for csr_id in (uuid.uuid4().hex, "x"):
        answers.sdk_refused(lambda csr_id=csr_id: rename(sdk.scm, csr_id, "a"), 404, "SCM.0707")
