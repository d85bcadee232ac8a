"""What `POST /v3/scm/csr` and `POST /v3/scm/csr/upload` refuse: 400, the field named, nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness import bodies, foreign
from harness.answers import refused
from harness.contents import contents
from harness.csrs import COMPANY
from harness.server import Server
from harness.wire import Wire

CREATE = "/v3/scm/csr"
UPLOAD = "/v3/scm/csr/upload"

CREATE_BODY: dict[str, Any] = {
    "name": "bad input",
    "domain_name": "www.example.org",
    "sans": "",
    "private_key_algo": "EC_P256",
    "usage": "ENTERPRISE",
    **COMPANY,
}


@pytest.fixture(scope="module")
def upload_body() -> dict[str, Any]:
    key = foreign.shared_key("EC_P256")
    return {"name": "bad input", "csr": foreign.request(key), "private_key": key}


@pytest.fixture(autouse=True)
def nothing_changes(server: Server) -> Iterator[None]:
    before = contents(server)
    yield
    assert contents(server) == before


def send(wire: Wire, path: str, body: Any) -> Any:
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.post(path, data=octets, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("path", [CREATE, UPLOAD])
@pytest.mark.parametrize("what", bodies.BROKEN)
def test_a_body_that_is_no_json_object_is_refused(wire: Wire, path: str, what: str) -> None:
    refused(send(wire, path, bodies.broken("name")[what]), 400, "SCM.0005")


@pytest.mark.parametrize("field", ["name", "domain_name", "private_key_algo", "usage"])
def test_a_mandatory_field_of_create_may_be_neither_absent_nor_null_nor_empty(
    wire: Wire, field: str
) -> None:
    for body in (
        bodies.without(CREATE_BODY, field),
        bodies.with_value(CREATE_BODY, field, None),
        bodies.with_value(CREATE_BODY, field, ""),
    ):
        refused(send(wire, CREATE, body), 400, "SCM.", field)


@pytest.mark.parametrize("field", ["name", "csr"])
def test_a_mandatory_field_of_upload_may_be_neither_absent_nor_null_nor_empty(
    wire: Wire, upload_body: dict[str, Any], field: str
) -> None:
    for body in (
        bodies.without(upload_body, field),
        bodies.with_value(upload_body, field, None),
        bodies.with_value(upload_body, field, ""),
    ):
        refused(send(wire, UPLOAD, body), 400, "SCM.", field)


def test_a_field_of_create_with_a_wrong_type_is_named(wire: Wire) -> None:
    for field, value, octets in bodies.wrong_types(CREATE_BODY, list(CREATE_BODY)):
        answer = send(wire, CREATE, octets)
        assert answer.status_code == 400, (field, value, answer.text)
        refused(answer, 400, "SCM.0005", field)


def test_a_field_of_upload_with_a_wrong_type_is_named(
    wire: Wire, upload_body: dict[str, Any]
) -> None:
    for field, value, octets in bodies.wrong_types(upload_body, list(upload_body)):
        answer = send(wire, UPLOAD, octets)
        assert answer.status_code == 400, (field, value, answer.text)
        refused(answer, 400, "SCM.", field)


TOO_LONG = [
    ("name", "n" * 64),
    ("name", "名" * 64),
    ("domain_name", "a" * 60 + ".com"),
    ("sans", "a.example.org," * 18 + "a.eu"),
    ("private_key_algo", "R" * 64),
    ("usage", "E" * 256),
    ("company_country", "DEU"),
    ("company_country", "D"),
    ("company_province", "p" * 129),
    ("company_province", "p" * 256),
    ("company_city", "c" * 129),
    ("company_name", "n" * 65),
    ("company_name", "名" * 65),
]


@pytest.mark.parametrize(("field", "value"), TOO_LONG, ids=lambda value: str(value)[:20])
def test_a_value_one_past_its_bound_is_refused(wire: Wire, field: str, value: str) -> None:
    refused(send(wire, CREATE, bodies.with_value(CREATE_BODY, field, value)), 400, "SCM.", field)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("private_key_algo", "RSA2048"),
        ("private_key_algo", "rsa_2048"),
        ("private_key_algo", "RSA_1024"),
        ("private_key_algo", "EC_P521"),
        ("usage", "enterprise"),
        ("usage", "COMPANY"),
        ("company_country", "D1"),
        ("company_country", "ÄÖ"),
    ],
)
def test_a_value_that_the_list_lacks_is_refused(wire: Wire, field: str, value: str) -> None:
    body = bodies.with_value(CREATE_BODY, field, value)
    refused(send(wire, CREATE, body), 400, "SCM.0005", field)


BAD_DOMAINS = [
    "-a.example.org",
    "a-.example.org",
    "a..example.org",
    ".example.org",
    "a.example.org.-",
    "a b.example.org",
    "*",
    "*.*.example.org",
    "a.*.example.org",
    "w*.example.org",
    "bücher.example",
    "l" * 64 + ".org",
    "2001:db8:::1",
    "256.1.1.1",
    "user@example.org",
    "https://example.org",
    "a.example.org/path",
    "a\u202e.example.org",
]


@pytest.mark.parametrize("domain", BAD_DOMAINS)
def test_what_is_neither_a_domain_name_nor_an_address_is_refused(wire: Wire, domain: str) -> None:
    body = bodies.with_value(CREATE_BODY, "domain_name", domain)
    refused(send(wire, CREATE, body), 400, "SCM.", "domain_name")


@pytest.mark.parametrize("domain", [name for name in BAD_DOMAINS if " " not in name])
def test_an_additional_name_that_is_neither_is_refused(wire: Wire, domain: str) -> None:
    body = bodies.with_value(CREATE_BODY, "sans", f"good.example.org,{domain}")
    refused(send(wire, CREATE, body), 400, "SCM.0015", "sans")


TEXTS = ["name", "domain_name", "company_province", "company_city", "company_name"]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("what", bodies.FORBIDDEN_TEXTS)
def test_control_characters_are_refused(wire: Wire, field: str, what: str) -> None:
    body = bodies.with_value(CREATE_BODY, field, bodies.FORBIDDEN_TEXTS[what])
    refused(send(wire, CREATE, body), 400, "SCM.", field)


def _csr(octets: bytes) -> str:
    return foreign.pem("CERTIFICATE REQUEST", octets)


def bad_requests() -> dict[str, str]:
    good = foreign.request(foreign.shared_key("EC_P256"))
    octets = foreign.pem_body(good)[1]
    return {
        "no PEM": "csr",
        "an empty block": "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n",
        "no base64": "-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----\n",
        "no end line": good.rsplit("-----END", 1)[0],
        "another label": good.replace("CERTIFICATE REQUEST", "CERTIFICATE"),
        "two requests": good + good,
        "trailing octets": _csr(octets + b"\x00"),
        "one octet less": _csr(octets[:-1]),
        "an empty sequence": _csr(b"\x30\x00"),
        "indefinite length": _csr(b"\x30\x80" + octets[4:] + b"\x00\x00"),
        "a length of four gigabytes": _csr(b"\x30\x84\xff\xff\xff\xff" + octets[4:]),
        "absurd nesting": _csr(foreign.nested(800)),
        "too long": good + "\n" * 5120,
    }


@pytest.mark.parametrize("what", bad_requests())
def test_a_csr_that_is_none_is_refused(wire: Wire, upload_body: dict[str, Any], what: str) -> None:
    body = bodies.with_value(upload_body, "csr", bad_requests()[what])
    refused(send(wire, UPLOAD, body), 400, "SCM.0005", "csr")


def bad_keys() -> dict[str, str]:
    good = foreign.shared_key("EC_P256")
    octets = foreign.pem_body(good)[1]
    return {
        "no PEM": "key",
        "trailing octets": foreign.pem("PRIVATE KEY", octets + b"\x00"),
        "absurd nesting": foreign.pem("PRIVATE KEY", foreign.nested(800)),
        "a public key": foreign.pem("PUBLIC KEY", octets),
        "two keys": good + good,
        "too long": good + "\n" * 8192,
    }


@pytest.mark.parametrize("what", bad_keys())
def test_a_private_key_that_is_none_is_refused(
    wire: Wire, upload_body: dict[str, Any], what: str
) -> None:
    body = bodies.with_value(upload_body, "private_key", bad_keys()[what])
    refused(send(wire, UPLOAD, body), 400, "SCM.", "private_key")
