"""`docs/api-coverage.md` held against the official SDKs, and against what these tests call.

`crates/api/tests/api/coverage.rs` holds it against the routes and the files.
"""

from __future__ import annotations

import dataclasses
import inspect
import pathlib
import re

import pytest
from huaweicloudsdkccm.v1 import CcmClient
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkiam.v5 import IamClient as IamClientV5
from huaweicloudsdkscm.v3 import ScmClient
from huaweicloudsdkworkspace.v2 import WorkspaceClient

from harness.server import PROJECT

#: Served without a method of an SDK: Keystone's own, what the SDKs' core asks, the server's health.
WITHOUT_SDK = {"CheckToken", "GetCallerIdentity", "Healthz", "Readyz", "RevokeToken"}

#: How an SDK's client tells method and path of a call.
CALL = re.compile(
    r"def _(\w+)_http_info\(cls, request\):\s+"
    r'http_info = \{\s+"method": "(\w+)",\s+"resource_path": "([^"]+)"'
)


@dataclasses.dataclass(frozen=True)
class Row:
    """One operation of the document."""

    operation: str
    method: str
    path: str
    state: str

    @property
    def function(self) -> str:
        """What the SDK for Python calls it."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.operation).lower()


def rows() -> list[Row]:
    found = []
    document = (PROJECT / "docs" / "api-coverage.md").read_text()
    tables, _, _ = document.partition("\n## Terraform\n")
    for line in tables.splitlines():
        if line.startswith("| `"):
            _, operation, call, state, *_ = (cell.strip().strip("`") for cell in line.split("|"))
            found.append(Row(operation, *call.split(" "), state))
    assert len(found) > 130
    return found


def without_names(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path)


def calls(*clients: type) -> dict[str, set[tuple[str, str]]]:
    """Each function of the clients, with its method and path; two versions may share a name."""
    told: dict[str, set[tuple[str, str]]] = {}
    for client in clients:
        for function, method, path in CALL.findall(inspect.getsource(client)):
            told.setdefault(function, set()).add((method, without_names(path)))
    return told


def test_every_operation_has_method_and_path_of_the_sdk() -> None:
    told = calls(CcmClient, IamClient, IamClientV5, ScmClient, WorkspaceClient)
    for row in rows():
        if row.operation not in WITHOUT_SDK:
            assert (row.method, without_names(row.path)) in told[row.function], row


@pytest.mark.parametrize(
    ("client", "start", "number"),
    [
        (CcmClient, "/v1/", 46),
        (ScmClient, "/v3/scm/", 27),
        (WorkspaceClient, "/v2/{}/certmanager/", 9),
    ],
    ids=["Private CA", "SSL certificates", "Workspace"],
)
def test_no_operation_of_a_family_is_left_out(client: type, start: str, number: int) -> None:
    told = {
        (function, *call)
        for function, several in calls(client).items()
        for call in several
        if call[1].startswith(start)
    }
    listed = {
        (row.function, row.method, without_names(row.path))
        for row in rows()
        if without_names(row.path).startswith(start)
    }
    assert listed == told
    assert len(listed) == number


def test_what_is_done_is_called_through_the_sdk() -> None:
    here = pathlib.Path(__file__)
    texts = [path.read_text() for path in here.parents[1].rglob("*.py") if path != here]
    called = set(re.findall(r"\.(\w+)\(", "\n".join(texts)))
    done = {row.function for row in rows() if row.state == "done"} - {
        Row(operation, "", "", "").function for operation in WITHOUT_SDK
    }
    assert done - called == set()
