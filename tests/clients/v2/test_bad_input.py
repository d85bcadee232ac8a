"""What Workspace's certificate calls refuse: 400, the field named, nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness import bodies, desktops
from harness.answers import refused
from harness.contents import contents
from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.wire import Wire

BODY: dict[str, Any] = {
    "distinguished_name": desktops.SUBJECT,
    "key_algorithm": "RSA-2048",
    "signature_algorithm": "SHA-256",
    "transaction_id": "bad-input",
}
PARTS = [f"distinguished_name.{part}" for part in desktops.SUBJECT]


@pytest.fixture(scope="module")
def tenant(server: Server) -> Credentials:
    return server.create_account("bad-input-desktops")


@pytest.fixture(scope="module")
def path(tenant: Credentials) -> str:
    return f"/v2/{tenant.project_id}/certmanager/private-certificate-authorities"


@pytest.fixture(scope="module")
def own_wire(server: Server, tenant: Credentials) -> Wire:
    return Wire(server, Wire(server).sign_in(tenant))


@pytest.fixture(autouse=True)
def nothing_changes(server: Server, own_wire: Wire) -> Iterator[None]:
    before = contents(server)
    yield
    assert contents(server) == before


def send(wire: Wire, path: str, body: Any) -> Any:
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.post(path, data=octets, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("verb", ["/csr", "/import"])
@pytest.mark.parametrize("what", bodies.BROKEN)
def test_a_body_that_is_no_json_object_is_refused(
    own_wire: Wire, path: str, verb: str, what: str
) -> None:
    refused(send(own_wire, path + verb, bodies.broken("key_algorithm")[what]), 400, "WKS.")


@pytest.mark.parametrize("field", ["distinguished_name", "key_algorithm", "transaction_id", *PARTS])
def test_a_mandatory_field_may_be_neither_absent_nor_null(
    own_wire: Wire, path: str, field: str
) -> None:
    for body in (bodies.without(BODY, field), bodies.with_value(BODY, field, None)):
        answer = send(own_wire, f"{path}/csr", body)
        refused(answer, 400, "WKS.", bodies.last_part(field))


@pytest.mark.parametrize("field", ["key_algorithm", "transaction_id", *PARTS])
def test_a_mandatory_field_is_never_empty(own_wire: Wire, path: str, field: str) -> None:
    answer = send(own_wire, f"{path}/csr", bodies.with_value(BODY, field, ""))
    refused(answer, 400, "WKS.", bodies.last_part(field))


def test_a_field_with_a_wrong_type_is_named(own_wire: Wire, path: str) -> None:
    for field, value, octets in bodies.wrong_types(
        BODY, ["key_algorithm", "signature_algorithm", "transaction_id", *PARTS]
    ):
        answer = send(own_wire, f"{path}/csr", octets)
        assert answer.status_code == 400, (field, value, answer.text)
        refused(answer, 400, "WKS.", bodies.last_part(field))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key_algorithm", "RSA-4096"),
        ("key_algorithm", "RSA2048"),
        ("key_algorithm", "rsa-2048"),
        ("signature_algorithm", "SHA-1"),
        ("signature_algorithm", "SHA256"),
        ("transaction_id", "t" * 65),
        ("transaction_id", "two words"),
        ("transaction_id", "../etc"),
        ("transaction_id", "名"),
        ("distinguished_name.country", "cn"),
        ("distinguished_name.country", "CHN"),
        ("distinguished_name.country", "C1"),
        ("distinguished_name.common_name", "n" * 65),
        ("distinguished_name.state", "s" * 129),
        ("distinguished_name.locality", "l" * 129),
        ("distinguished_name.organization", "o" * 65),
        ("distinguished_name.organizational_unit", "u" * 65),
    ],
)
def test_a_value_outside_the_rules_is_refused(
    own_wire: Wire, path: str, field: str, value: str
) -> None:
    answer = send(own_wire, f"{path}/csr", bodies.with_value(BODY, field, value))
    refused(answer, 400, "WKS.", bodies.last_part(field))


@pytest.mark.parametrize("part", ["common_name", "organization", "state"])
@pytest.mark.parametrize("what", bodies.FORBIDDEN_TEXTS)
def test_control_characters_are_refused(own_wire: Wire, path: str, part: str, what: str) -> None:
    body = bodies.with_value(BODY, f"distinguished_name.{part}", bodies.FORBIDDEN_TEXTS[what])
    refused(send(own_wire, f"{path}/csr", body), 400, "WKS.", part)


def test_an_error_of_workspace_has_the_members_that_its_page_prints(
    own_wire: Wire, path: str, sdk: Sdk
) -> None:
    answer = refused(send(own_wire, f"{path}/csr", {}), 400, "WKS.")
    assert set(answer) == {"error_code", "error_msg", "error_detail"}
    answer = send(own_wire, f"{path}/csr", bodies.with_value(BODY, "key_algorithm", "RSA-1")).json()
    assert answer["error_detail"] == "key_algorithm"
