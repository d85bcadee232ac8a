"""Each operation of the OpenAPI documents, answered with success as its document says.

What schemathesis makes up seldom fits together: an issuer that exists, a policy that is attached.
Here each document is walked once from making to deleting, and nothing of it may be left out.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest
import schemathesis
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from harness import desktops, foreign
from harness.server import PATIENCE, PROJECT, Credentials, Server
from harness.wire import Wire

CHECKS = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]

AUTHORITIES = "/v1/private-certificate-authorities"
DESKTOPS = "/v2/{project_id}/certmanager/private-certificate-authorities"
DOMAIN = "/v3/domains/{domain_id}/groups/{group_id}/roles"
IN_PROJECT = "/v3/projects/{project_id}/groups/{group_id}/roles"
INHERITED = "/v3/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles"

CERTIFICATES = "/v1/private-certificates"
PRODUCT = {
    "cloud_service_type": "hws.service.type.ccm",
    "resource_type": "hws.resource.type.pca.duration",
    "resource_spec_code": "ca.duration",
}
ORDER = {
    "cloud_service_type": "hws.service.type.ccm",
    "charging_mode": 0,
    "period_type": 3,
    "period_num": 1,
    "is_auto_renew": 0,
    "subscription_num": 1,
    "product_infos": [PRODUCT],
}

DAYS = {"type": "DAY", "value": 30}
YEARS = {"type": "YEAR", "value": 10}
OLD, NEW = "an old Secret 1", "a new Secret 22"

STATEMENT = {"Effect": "Allow", "Action": ["pca:ca:list"]}
ROLE = {
    "display_name": "role",
    "type": "AX",
    "description": "lists",
    "policy": {"Version": "1.1", "Statement": [STATEMENT]},
}
DOCUMENT = json.dumps({"Version": "5.0", "Statement": [STATEMENT]})


def subject(name: str) -> dict[str, str]:
    return {**desktops.SUBJECT, "common_name": name}


class Walk:
    """The operations of one document, one after the other, by one account."""

    def __init__(self, server: Server, account: Credentials, document: str) -> None:
        path = PROJECT / "docs" / "api" / f"{document}.openapi.json"
        self.schema = schemathesis.openapi.from_path(path)
        operations = json.loads(path.read_text())["paths"].items()
        self.left = {f"{verb.upper()} {path}" for path, verbs in operations for verb in verbs}
        self.account = account
        self.wire = Wire(server)
        self.token = self.wire.sign_in(account)
        self.names = {
            "domain_id": account.account_id,
            "project_id": account.project_id,
            "user_id": account.user_id,
        }

    def __call__(
        self,
        route: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **names: str,
    ) -> Any:
        """Calls an operation, which must succeed as its document says; the body of the answer."""
        verb, path = route.split(" ")
        self.names |= names
        case = self.schema[path][verb].Case(
            path_parameters={name: self.names[name] for name in re.findall(r"{(\w+)}", path)},
            **({} if body is None else {"body": body, "media_type": "application/json"}),
        )
        answer = case.call(
            base_url=self.wire.server.address,
            headers={"X-Auth-Token": self.token, **(headers or {})},
            verify=str(self.wire.server.ca_file),
            timeout=PATIENCE,
            allow_redirects=False,
        )
        assert 200 <= answer.status_code < 300, f"{route}: {answer.status_code} {answer.text}"
        case.validate_response(answer, checks=CHECKS)
        self.left.discard(route)
        is_json = answer.content and "json" in answer.headers.get("content-type", [""])[0]
        return answer.json() if is_json else answer.content

    def member(self, name: str) -> tuple[str, str]:
        """A user with the password `OLD`: its identifier, and a token of its own."""
        body = {"user": {"name": name, "password": OLD}}
        headers = {"X-Auth-Token": self.token}
        made = self.wire.post("/v3/users", json=body, headers=headers).json()
        member = dataclasses.replace(self.account, user_name=name, password=OLD)
        return made["user"]["id"], self.wire.sign_in(member)


@pytest.fixture
def walk(request: pytest.FixtureRequest, server: Server) -> Walk:
    document: str = request.param
    name = "walk-" + document.replace(".", "-")
    return Walk(server, server.create_account(name), document)


def of(document: str) -> Any:
    return pytest.mark.parametrize("walk", [document], indirect=True, ids=[document])


@of("health")
def test_health(walk: Walk) -> None:
    walk("GET /healthz")
    walk("GET /readyz")
    assert walk.left == set()


def new_authority(walk: Walk, kind: str, **more: Any) -> str:
    """An authority, root or pending."""
    order = {
        "type": kind,
        "key_algorithm": "EC256",
        "distinguished_name": subject(kind),
        **more,
    }
    return str(walk(f"POST {AUTHORITIES}", order)["ca_id"])


@of("pca-v1")
def test_pca_v1(walk: Walk) -> None:
    root = new_authority(walk, "ROOT", signature_algorithm="SHA256", validity=YEARS)
    one = AUTHORITIES + "/{ca_id}"
    pending = new_authority(walk, "SUBORDINATE")
    order = {"issuer_id": root, "signature_algorithm": "SHA256", "validity": DAYS}
    walk(f"POST {one}/activate", order, ca_id=pending)
    walk(f"POST {one}/revoke", {"reason": "SUPERSEDED"})
    outside = foreign.Authority()
    pending = new_authority(walk, "SUBORDINATE")
    csr = walk(f"GET {one}/csr", ca_id=pending)["csr"]
    signed = outside.sign_request(csr)
    walk(f"POST {one}/import", {"certificate": signed, "certificate_chain": outside.pem})
    assert walk(f"GET {one}", ca_id=root)["status"] == "ACTIVED"
    walk(f"POST {one}/export")
    tag = {"key": "team", "value": "a"}
    walk(f"POST {one}/tags", {"tag": tag})
    walk(f"POST {one}/tags/create", {"tags": [tag]})
    walk(f"GET {one}/tags")
    walk(f"GET {AUTHORITIES}/tags")
    walk(f"DELETE {one}/tags/delete", {"tags": [tag]})
    walk(f"POST {one}/disable")
    walk(f"POST {one}/enable")
    certificate = CERTIFICATES + "/{certificate_id}"
    wanted = {"issuer_id": root, "validity": DAYS}
    named = {**wanted, "distinguished_name": {"common_name": "t.example"}}
    made = walk(f"POST {CERTIFICATES}", named)["certificate_id"]
    walk(f"POST {certificate}/tags", {"tag": tag}, certificate_id=made)
    walk(f"POST {certificate}/tags/create", {"tags": [tag]})
    walk(f"GET {certificate}/tags")
    walk(f"DELETE {certificate}/tags/delete", {"tags": [tag]})
    export = {"type": "OTHER", "is_compressed": "false"}
    assert walk(f"POST {certificate}/export", export)["certificate"]
    assert walk(f"GET {certificate}")["status"] == "ISSUED"
    walk(f"POST {CERTIFICATES}/csr/parse", {"csr": csr})
    own = foreign.request(foreign.key("EC_P256"), "/CN=csr.example")
    by_csr = walk(f"POST {CERTIFICATES}/csr", {**wanted, "csr": own})["certificate_id"]
    walk(f"POST {certificate}/revoke", {"reason": "SUPERSEDED"}, certificate_id=by_csr)
    walk(f"DELETE {certificate}")
    walk(f"POST {one}/ocsp/switch", {"ocsp_switch": True})
    walk(f"POST {AUTHORITIES}/agencies")
    walk(f"GET {AUTHORITIES}/agency")
    walk(f"POST {AUTHORITIES}/obs/agencies")
    walk(f"GET {AUTHORITIES}/obs/agencies")
    walk(f"GET {AUTHORITIES}/obs/buckets")
    walk(f"POST {one}/crl/enable", {"obs_bucket_name": "cinnabar-crl", "valid_days": 7})
    walk(f"POST {one}/crl/disable")
    walk(f"POST {one}/disable")
    walk(f"DELETE {one}")
    walk(f"POST {one}/restore")
    assert walk(f"GET {AUTHORITIES}")["total"] == 3
    walk(f"GET {AUTHORITIES}/quotas")
    search = {"tags": [{"key": "team", "values": []}], "limit": 50}
    walk(f"POST {AUTHORITIES}/resource-instances/filter", search)
    walk(f"POST {AUTHORITIES}/resource-instances/count", search)
    walk(f"POST {AUTHORITIES}/order", ORDER)
    walk("GET /v1/pca/config/console")
    walk(f"GET {CERTIFICATES}")
    walk(f"GET {CERTIFICATES}/quotas")
    walk(f"GET {CERTIFICATES}/tags")
    walk(f"POST {CERTIFICATES}/resource-instances/filter", search)
    walk(f"POST {CERTIFICATES}/resource-instances/count", search)
    assert walk.left == set()


@of("scm-v3")
def test_scm_v3(walk: Walk) -> None:
    order = {"name": "n", "domain_name": "a.example", "private_key_algo": "EC_P256"}
    made = walk("POST /v3/scm/csr", {**order, "usage": "PERSONAL"})
    key = foreign.shared_key("EC_P256")
    upload = {"name": "up", "csr": foreign.request(key), "private_key": key}
    walk("POST /v3/scm/csr/upload", {**upload, "usage": "PERSONAL"})
    walk("GET /v3/scm/csr/{id}", id=made["id"])
    walk("GET /v3/scm/csr/{id}/private-key")
    walk("PUT /v3/scm/csr/{id}", {"name": "other"})
    assert walk("GET /v3/scm/csr")["total"] == 2
    walk("DELETE /v3/scm/csr/{id}")
    assert walk.left == set()


@of("workspace-v2")
def test_workspace_v2(walk: Walk) -> None:
    order = {"distinguished_name": desktops.SUBJECT, "key_algorithm": "RSA-2048"}
    root = {
        "signature_algorithm": "SHA-256",
        "validity": {"type": "YEAR", "value": 10},
        "crl_configuration": {"enable": True, "type": "SYSTEM", "valid_day": 7},
    }
    walk(f"POST {DESKTOPS}", {**order, **root})
    made = walk(f"GET {DESKTOPS}")["cert_list"][0]["cert_id"]
    one = DESKTOPS + "/{cert_id}"
    walk(f"GET {one}", cert_id=made)
    walk(f"POST {one}/export")
    walk(f"POST {one}/crl")
    walk(f"POST {one}/status/{{status}}", status="disable")
    walk(f"DELETE {one}")
    order["transaction_id"] = "t"
    exported = walk(f"POST {DESKTOPS}/csr", order)
    csr = exported if isinstance(exported, bytes) else exported["csr"].encode()
    signed = foreign.Authority().sign_request(csr.decode())
    walk(f"POST {DESKTOPS}/import", {**order, "pem_code": signed})
    assert walk.left == set()


@of("iam-v3")
def test_iam_v3(walk: Walk) -> None:
    walk("GET /v3/auth/domains")
    walk("GET /v3/auth/projects")
    walk("GET /v3/projects")
    walk("GET /v3/projects/{project_id}")
    user = {"name": walk.account.user_name, "password": walk.account.password}
    user["domain"] = {"name": walk.account.account_name}
    identity = {"methods": ["password"], "password": {"user": user}}
    walk("POST /v3/auth/tokens", {"auth": {"identity": identity}})
    old = {"X-Subject-Token": walk.wire.sign_in(walk.account)}
    walk("GET /v3/auth/tokens", headers=old)
    walk("HEAD /v3/auth/tokens", headers=old)
    walk("DELETE /v3/auth/tokens", headers=old)

    made = walk("POST /v3/users", {"user": {"name": "jane", "description": "d"}})["user"]["id"]
    walk("GET /v3/users")
    walk("GET /v3/users/{user_id}", user_id=made)
    walk("PATCH /v3/users/{user_id}", {"user": {"enabled": False}})
    group = walk("POST /v3/groups", {"group": {"name": "ops"}})["group"]["id"]
    walk("GET /v3/groups")
    walk("GET /v3/groups/{group_id}", group_id=group)
    walk("PATCH /v3/groups/{group_id}", {"group": {"description": "d"}})
    walk("PUT /v3/groups/{group_id}/users/{user_id}")
    walk("HEAD /v3/groups/{group_id}/users/{user_id}")
    walk("GET /v3/groups/{group_id}/users")
    walk("GET /v3/users/{user_id}/groups")
    walk("DELETE /v3/groups/{group_id}/users/{user_id}")

    for place, end, role in [
        (DOMAIN, "", "PCA FullAccess"),
        (IN_PROJECT, "", "Workspace FullAccess"),
        (INHERITED, "/inherited_to_projects", "Workspace FullAccess"),
    ]:
        roles = walk("GET /v3/roles")["roles"]
        [found] = [entry["id"] for entry in roles if entry["display_name"] == role]
        walk("GET /v3/roles/{role_id}", role_id=found)
        walk(f"PUT {place}/{{role_id}}{end}")
        walk(f"HEAD {place}/{{role_id}}{end}")
        assert walk(f"GET {place}{end}")["roles"][0]["id"] == found
        walk(f"DELETE {place}/{{role_id}}{end}")
    walk("DELETE /v3/groups/{group_id}")
    walk("DELETE /v3/users/{user_id}")

    user_id, token = walk.member("john")
    change = {"user": {"original_password": OLD, "password": NEW}}
    walk("POST /v3/users/{user_id}/password", change, {"X-Auth-Token": token}, user_id=user_id)
    assert walk.left == set()


@of("iam-v3.0")
def test_iam_v3_0(walk: Walk) -> None:
    keys = "/v3.0/OS-CREDENTIAL/credentials"
    made = walk(f"POST {keys}", {"credential": {"user_id": walk.account.user_id}})["credential"]
    walk.wire.server.secrets.add(made["secret"])
    walk(f"GET {keys}")
    walk(f"GET {keys}/{{access_key}}", access_key=made["access"])
    walk(f"PUT {keys}/{{access_key}}", {"credential": {"description": "d"}})
    identity = {"methods": ["token"], "token": {"duration_seconds": 900}}
    walk("POST /v3.0/OS-CREDENTIAL/securitytokens", {"auth": {"identity": identity}})

    roles = "/v3.0/OS-ROLE/roles"
    role = walk(f"POST {roles}", {"role": ROLE})["role"]["id"]
    assert walk(f"GET {roles}")["total_number"] == 1
    walk(f"GET {roles}/{{role_id}}", role_id=role)
    walk(f"PATCH {roles}/{{role_id}}", {"role": {**ROLE, "display_name": "other"}})
    walk(f"DELETE {roles}/{{role_id}}")

    users = "/v3.0/OS-USER/users"
    order = {"name": "jane", "domain_id": walk.account.account_id}
    user = walk(f"POST {users}", {"user": order})["user"]["id"]
    walk(f"GET {users}/{{user_id}}", user_id=user)
    walk(f"PUT {users}/{{user_id}}", {"user": {"description": "d"}})
    # The last: it ends the user's sessions.
    walk(f"DELETE {keys}/{{access_key}}")
    assert walk.left == set()


@of("iam-v5")
def test_iam_v5(walk: Walk) -> None:
    walk("GET /v5/caller-identity")
    made = walk("POST /v5/users", {"name": "jane", "description": "d"})["user"]["user_id"]
    user = "/v5/users/{user_id}"
    walk("GET /v5/users")
    walk(f"GET {user}", user_id=made)
    walk(f"PUT {user}", {"new_description": "e"})
    key = walk(f"POST {user}/access-keys")["access_key"]
    walk.wire.server.secrets.add(key["secret_access_key"])
    one_key = f"{user}/access-keys/{{access_key_id}}"
    walk(f"GET {user}/access-keys")
    walk(f"PUT {one_key}", {"status": "inactive"}, access_key_id=key["access_key_id"])
    walk(f"DELETE {one_key}")

    group = "/v5/groups/{group_id}"
    new = walk("POST /v5/groups", {"group_name": "ops"})["group"]["group_id"]
    walk("GET /v5/groups")
    walk(f"GET {group}", group_id=new)
    walk(f"PUT {group}", {"new_group_description": "d"})
    walk(f"POST {group}/add-user", {"user_id": made})
    walk(f"POST {group}/remove-user", {"user_id": made})

    policy = "/v5/policies/{policy_id}"
    order = {"policy_name": "lists", "policy_document": DOCUMENT}
    new_policy = walk("POST /v5/policies", order)["policy"]["policy_id"]
    walk(f"GET {policy}", policy_id=new_policy)
    walk(f"PUT {policy}", {"description": "d"})
    walk(f"POST {policy}/versions", {"policy_document": DOCUMENT})
    version = f"{policy}/versions/{{version_id}}"
    walk(f"GET {policy}/versions")
    walk(f"GET {version}", version_id="v2")
    walk(f"POST {version}/set-default")
    walk(f"DELETE {version}", version_id="v1")
    for kind, its_id in [("user", made), ("group", new)]:
        walk(f"POST {policy}/attach-{kind}", {f"{kind}_id": its_id})
    walk("GET /v5/policies")
    walk(f"GET {policy}/attached-entities")
    walk(f"GET {user}/attached-policies")
    walk(f"GET {group}/attached-policies")
    for kind, its_id in [("user", made), ("group", new)]:
        walk(f"POST {policy}/detach-{kind}", {f"{kind}_id": its_id})
    walk(f"DELETE {policy}")
    walk(f"DELETE {group}")
    walk(f"DELETE {user}")

    _, token = walk.member("john")
    change = {"old_password": OLD, "new_password": NEW}
    walk("POST /v5/caller-password", change, {"X-Auth-Token": token})
    assert walk.left == set()
