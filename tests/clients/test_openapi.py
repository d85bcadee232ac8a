"""The OpenAPI documents: well formed, and kept by the server.

schemathesis makes requests from each operation's document, valid ones and such that break it in
one place, and compares the answers with what the document says.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import hypothesis
import pytest
import requests
import schemathesis
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from harness import authorities, csrs, desktops, exports
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, PATIENCE, PROJECT, Credentials, Server
from harness.sweep import judge_everything
from harness.wire import Wire

NUMBERS = itertools.count(1)
DOCUMENTS = PROJECT / "docs" / "api"

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]

STATEMENT = {"Effect": "Allow", "Action": ["pca:ca:list"]}

CONFIG: dict[str, Any] = {
    "seed": 1,
    "generation": {
        "deterministic": True,
        "database": "none",
        "max-examples": 30,
        # Ours is sent with each request; `ignored_auth` takes it away and puts others there.
        "with-security-parameters": False,
        # A name that the server does not know is nothing to it, in a query as in a body.
        "allow-extra-parameters": False,
    },
    # Which methods there are is told by the tests of the gateway.
    "phases": {"coverage": {"unexpected-methods": []}},
}


def requests_to(document: str) -> Any:
    """Gives a test the requests to each operation of a document."""
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_path(DOCUMENTS / f"{document}.openapi.json", config=config)
    # All requests to one operation meet the same account: what one has made, the next one finds.
    scope = hypothesis.HealthCheck.function_scoped_fixture
    shared = hypothesis.settings(suppress_health_check=[scope])
    return lambda test: schema.parametrize()(shared(test))


class Target:
    """An account of its own, which one operation may spoil, and what its paths can name."""

    def __init__(self, server: Server, account: Credentials) -> None:
        self.account = account
        self.wire = Wire(server, Wire(server).sign_in(account))
        self.sdk = Sdk(server, account)
        self.known: dict[str, str] = {}

    def judge(self, case: Any) -> None:
        """Sends a request and compares its answer with the document."""
        negated = case.meta is not None and case.meta.generation.mode.is_negative
        for name in case.path_parameters if not negated else ():
            if name == "ca_id" and case.path.endswith(("/activate", "/csr", "/import")):
                case.path_parameters[name] = self.existing("pending")
            elif name == "role_id" and "/OS-ROLE/" in case.path:
                case.path_parameters[name] = self.existing("role")
            elif name != "status":
                case.path_parameters[name] = self.existing(name)
        if not negated and "X-Subject-Token" in (case.headers or {}):
            case.headers["X-Subject-Token"] = self.existing("token")
        case.call_and_validate(
            base_url=self.wire.server.address,
            headers={"X-Auth-Token": self.wire.token},
            checks=CHECKS,
            # A parameter of a query that is empty is none: an empty list or object on its way.
            excluded_checks=[negative_data_rejection] if self.sends_nothing(case) else [],
            verify=str(self.wire.server.ca_file),
            timeout=PATIENCE,
            allow_redirects=False,
        )

    def sends_nothing(self, case: Any) -> bool:
        """Whether a parameter of the query has no value by the time it is sent."""
        order = case.as_transport_kwargs(base_url=self.wire.server.address)
        url = requests.Request(**order).prepare().url or ""
        values = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        return any(value == "" for _, value in values)

    def existing(self, name: str) -> str:
        """Something that exists, or did before this operation deleted it."""
        if name not in self.known:
            self.known[name] = self.made(name)
        return self.known[name]

    def made(self, name: str) -> str:
        match name:
            case "access_key" | "access_key_id":
                user = self.existing("user_id")
                answer = self.wire.post(f"/v5/users/{user}/access-keys")
                return str(answer.json()["access_key"]["access_key_id"])
            case "ca_id":
                return authorities.create_root(self.sdk.ccm, "known")
            case "issuer":
                # Apart from `ca_id`, which requests disable, revoke and delete.
                return authorities.create_root(self.sdk.ccm, "issuer")
            case "pending":
                return authorities.create_pending(self.sdk.ccm, "pending")
            case "certificate_id":
                return exports.issue(self.sdk.ccm, self.existing("issuer"), "known.example")
            case "cert_id":
                return desktops.create(self.sdk.workspace)
            case "policy_id":
                document = json.dumps({"Version": "5.0", "Statement": [STATEMENT]})
                body = {"policy_name": "known", "policy_document": document}
                return str(self.wire.post("/v5/policies", json=body).json()["policy"]["policy_id"])
            case "version_id":
                return "v1"
            case "domain_id":
                return self.account.account_id
            case "group_id":
                answer = self.wire.post("/v3/groups", json={"group": {"name": "known"}})
                return str(answer.json()["group"]["id"])
            case "id":
                return str(csrs.create(self.sdk.scm).id)
            case "project_id":
                return self.account.project_id
            case "role":
                policy = {"Version": "1.1", "Statement": [STATEMENT]}
                role = {"display_name": "known", "type": "AX", "policy": policy}
                answer = self.wire.post("/v3.0/OS-ROLE/roles", json={"role": role})
                return str(answer.json()["role"]["id"])
            case "role_id":
                return str(self.wire.get("/v3/roles").json()["roles"][0]["id"])
            case "token":
                return Wire(self.wire.server).sign_in(self.account)
            case "user_id":
                answer = self.wire.post("/v3/users", json={"user": {"name": "known"}})
                return str(answer.json()["user"]["id"])
        raise KeyError(f"nothing is known to put in the place of {{{name}}}")


@pytest.fixture(scope="module")
def hammered() -> Iterator[Server]:
    with Server(settings=NO_QUOTAS) as made:
        made.init()
        yield made.start()
        judge_everything(made)


@pytest.fixture
def target(hammered: Server) -> Target:
    return Target(hammered, hammered.create_account(f"openapi-{next(NUMBERS)}"))


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.openapi.json")), ids=lambda path: path.stem)
def test_the_document_is_well_formed(path: Any) -> None:
    validate(json.loads(path.read_text()))


@requests_to("health")
def test_health(case: Any, target: Target) -> None:
    target.judge(case)


@requests_to("pca-v1")
def test_pca_v1(case: Any, target: Target) -> None:
    target.judge(case)


@requests_to("scm-v3")
def test_scm_v3(case: Any, target: Target) -> None:
    target.judge(case)


@requests_to("workspace-v2")
def test_workspace_v2(case: Any, target: Target) -> None:
    target.judge(case)


@requests_to("iam-v3")
def test_iam_v3(case: Any, target: Target) -> None:
    target.judge(case)


@requests_to("iam-v3.0")
def test_iam_v3_0(case: Any, target: Target) -> None:
    target.judge(case)


@requests_to("iam-v5")
def test_iam_v5(case: Any, target: Target) -> None:
    target.judge(case)
