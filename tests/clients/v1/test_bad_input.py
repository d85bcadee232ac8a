"""What Private CA's calls refuse: 400, the field named, nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness import bodies, foreign
from harness.answers import refused
from harness.authorities import SUBJECT, create_pending, create_root
from harness.contents import contents
from harness.sdk import Sdk
from harness.server import Server
from harness.wire import Wire

CREATE = "/v1/private-certificate-authorities"

ROOT: dict[str, Any] = {
    "type": "ROOT",
    "distinguished_name": {"common_name": "Bad Input", **SUBJECT},
    "key_algorithm": "EC256",
    "signature_algorithm": "SHA256",
    "validity": {"type": "YEAR", "value": 1},
}


@pytest.fixture(scope="module")
def pending(sdk: Sdk) -> str:
    return create_pending(sdk.ccm, "Bad Input Pending")


@pytest.fixture(scope="module")
def root(sdk: Sdk) -> str:
    return create_root(sdk.ccm, "Bad Input Root")


@pytest.fixture(autouse=True)
def nothing_changes(server: Server, pending: str, root: str) -> Iterator[None]:
    before = contents(server)
    yield
    assert contents(server) == before


def send(wire: Wire, path: str, body: Any) -> Any:
    octets = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.post(path, data=octets, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("verb", ["", "/import", "/activate"])
@pytest.mark.parametrize("what", bodies.BROKEN)
def test_a_body_that_is_no_json_object_is_refused(
    wire: Wire, pending: str, verb: str, what: str
) -> None:
    path = f"{CREATE}/{pending}{verb}" if verb else CREATE
    field = {"": "type", "/import": "certificate", "/activate": "issuer_id"}[verb]
    refused(send(wire, path, bodies.broken(field)[what]), 400, "PCA.0002")


MANDATORY = [
    ("type", "PCA.00020202"),
    ("distinguished_name", "PCA.00020101"),
    ("key_algorithm", "PCA.00020102"),
    ("validity", "PCA.000201"),
    ("signature_algorithm", "PCA.000201"),
    *[(f"distinguished_name.{part}", "PCA.00020101") for part in ("common_name", *SUBJECT)],
    ("validity.type", "PCA.00020109"),
    ("validity.value", "PCA.00020109"),
]


@pytest.mark.parametrize(("path", "code"), MANDATORY)
def test_a_root_needs_every_field_of_a_root(wire: Wire, path: str, code: str) -> None:
    for body in (bodies.without(ROOT, path), bodies.with_value(ROOT, path, None)):
        answer = refused(send(wire, CREATE, body), 400, "PCA.0002", bodies.last_part(path))
        assert answer["error_code"] == "PCA.00020001" or answer["error_code"].startswith(code)


TEXTS = [
    "type",
    "key_algorithm",
    "signature_algorithm",
    "validity.type",
    *[f"distinguished_name.{part}" for part in ("common_name", *SUBJECT)],
]


def test_a_field_with_a_wrong_type_is_named(wire: Wire) -> None:
    for path, value, octets in bodies.wrong_types(ROOT, TEXTS):
        answer = send(wire, CREATE, octets)
        assert answer.status_code == 400, (path, value, answer.text)
        refused(answer, 400, "PCA.000", bodies.last_part(path))


@pytest.mark.parametrize("value", ["1", "x", 1.5, True, [], {}, 2**31, 2**63, 1e300])
def test_an_amount_that_is_no_small_integer_is_refused(wire: Wire, value: Any) -> None:
    body = bodies.with_value(ROOT, "validity.value", value)
    refused(send(wire, CREATE, body), 400, "PCA.000", "value")


REFUSED = [
    ("type", "root", "PCA.00020202"),
    ("type", "INTERMEDIATE_CA", "PCA.00020202"),
    ("key_algorithm", "RSA1024", "PCA.00020102"),
    ("key_algorithm", "RSA_2048", "PCA.00020102"),
    ("key_algorithm", "EC521", "PCA.00020102"),
    ("signature_algorithm", "SHA1", "PCA.00020103"),
    ("signature_algorithm", "MD5", "PCA.00020103"),
    ("signature_algorithm", "SM3", "PCA.00020103"),
    ("validity.type", "CENTURY", "PCA.00020109"),
    ("validity.type", "year", "PCA.00020109"),
    ("validity.value", 0, "PCA.00020109"),
    ("validity.value", -1, "PCA.00020109"),
    ("validity.value", 31, "PCA.00020109"),
    ("validity.value", 2147483647, "PCA.00020109"),
    ("distinguished_name.common_name", "", "PCA.00020101"),
    ("distinguished_name.common_name", "n" * 65, "PCA.00020101"),
    ("distinguished_name.common_name", "名" * 65, "PCA.00020101"),
    ("distinguished_name.common_name", "semi;colon", "PCA.00020101"),
    ("distinguished_name.common_name", "emoji \U0001f512", "PCA.00020101"),
    ("distinguished_name.common_name", "right\u202eleft", "PCA.00020101"),
    ("distinguished_name.country", "CHN", "PCA.00020101"),
    ("distinguished_name.country", "C", "PCA.00020101"),
    ("distinguished_name.country", "C1", "PCA.00020101"),
    ("distinguished_name.country", "中国", "PCA.00020101"),
    ("distinguished_name.state", "s" * 129, "PCA.00020101"),
    ("distinguished_name.state", "star*", "PCA.00020101"),
    ("distinguished_name.locality", "l" * 129, "PCA.00020101"),
    ("distinguished_name.locality", "", "PCA.00020101"),
    ("distinguished_name.organization", "o" * 65, "PCA.00020101"),
    ("distinguished_name.organizational_unit", "u" * 65, "PCA.00020101"),
    ("distinguished_name.organizational_unit", "slash/", "PCA.00020101"),
]


@pytest.mark.parametrize(("path", "value", "code"), REFUSED, ids=lambda value: str(value)[:24])
def test_a_value_outside_the_rules_is_refused(wire: Wire, path: str, value: Any, code: str) -> None:
    body = bodies.with_value(ROOT, path, value)
    # A bound on unit and amount together names the object that holds them.
    names = "validity" if path.startswith("validity.") else bodies.last_part(path)
    refused(send(wire, CREATE, body), 400, code, names)


@pytest.mark.parametrize("part", ["common_name", "state", "locality", "organization"])
@pytest.mark.parametrize("what", bodies.FORBIDDEN_TEXTS)
def test_control_characters_are_refused(wire: Wire, part: str, what: str) -> None:
    body = bodies.with_value(ROOT, f"distinguished_name.{part}", bodies.FORBIDDEN_TEXTS[what])
    refused(send(wire, CREATE, body), 400, "PCA.00020101", part)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("path_length", -1, "PCA.00020203"),
        ("path_length", 7, "PCA.00020203"),
        ("path_length", "1", "PCA.000202"),
        ("issuer_id", "x", "PCA.00020201"),
        ("key_usages", ["signEverything"], "PCA.00020001"),
        ("key_usages", "cRLSign", "PCA.00020001"),
        ("validity", {"type": "YEAR", "value": 21}, "PCA.00020109"),
    ],
)
def test_a_subordinates_own_fields_are_checked(
    wire: Wire, root: str, field: str, value: Any, code: str
) -> None:
    body = ROOT | {"type": "SUBORDINATE", "issuer_id": root, field: value}
    answer = refused(send(wire, CREATE, body), 400, "PCA.0002", field)
    assert answer["error_code"] in ("PCA.00020001", code) or answer["error_code"].startswith(code)


@pytest.mark.parametrize("start", [1, -1, "yesterday", 1.5, [], 10**18, "99999999999999999999"])
def test_a_start_that_is_no_time_or_long_past_is_refused(wire: Wire, start: Any) -> None:
    body = bodies.with_value(ROOT, "validity.start_from", start)
    refused(send(wire, CREATE, body), 400, "PCA.000", "validity")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hsm_cluster_info", {"hsm_project": "p", "hsm_cluster_id": "c", "hsm_ca_cert": "x"}),
        ("ca_id", "4C0E772E-A30C-4029-B929-B7ACB04143F7"),
        ("enterprise_project_id", "all"),
        ("enterprise_project_id", "nonsense"),
        ("crl_configuration", "off"),
        ("crl_configuration", {"enabled": "true"}),
    ],
)
def test_what_this_server_does_not_offer_is_refused(wire: Wire, field: str, value: Any) -> None:
    refused(send(wire, CREATE, ROOT | {field: value}), 400, "PCA.0002")


def test_an_ordered_id_and_a_cluster_are_named(wire: Wire) -> None:
    refused(send(wire, CREATE, ROOT | {"ca_id": "x"}), 400, "PCA.00020201", "ca_id")
    unknown = "4c0e772e-a30c-4029-b929-b7acb04143f7"
    refused(send(wire, CREATE, ROOT | {"ca_id": unknown}), 404, "PCA.10010002", unknown)
    cluster = ROOT | {"hsm_cluster_info": {"hsm_project": "p", "hsm_cluster_id": "c"}}
    refused(send(wire, CREATE, cluster), 400, "PCA.0002", "hsm_cluster_info")


def test_one_that_was_not_ordered_takes_no_order(wire: Wire, pending: str) -> None:
    answer = send(wire, CREATE, ROOT | {"ca_id": pending})
    refused(answer, 403, "PCA.00030201", "PENDING")


@pytest.mark.parametrize("field", ["issuer_id", "signature_algorithm", "validity"])
def test_an_activation_needs_three_things(wire: Wire, pending: str, root: str, field: str) -> None:
    body = {
        "issuer_id": root,
        "signature_algorithm": "SHA256",
        "validity": {"type": "YEAR", "value": 1},
    }
    path = f"{CREATE}/{pending}/activate"
    refused(send(wire, path, bodies.without(body, field)), 400, "PCA.0002", field)


@pytest.mark.parametrize("value", [None, "", 1, [], {}])
def test_an_import_needs_a_certificate(wire: Wire, pending: str, value: Any) -> None:
    path = f"{CREATE}/{pending}/import"
    refused(send(wire, path, {"certificate": value}), 400, "PCA.0002", "certificate")
    refused(send(wire, path, {}), 400, "PCA.0002", "certificate")


def test_an_import_one_past_its_bounds_is_refused(wire: Wire, pending: str) -> None:
    good = foreign.Authority().pem
    path = f"{CREATE}/{pending}/import"
    long = {"certificate": good + "\n" * (32769 - len(good))}
    refused(send(wire, path, long), 400, "PCA.0002", "certificate")
    chain = {"certificate": good, "certificate_chain": " " * 2097153}
    refused(send(wire, path, chain), 400, "PCA.0002", "certificate_chain")


@pytest.mark.parametrize("verb", ["/csr", "/export", "/import", "/activate", ""])
@pytest.mark.parametrize("ca_id", ["%00", "..%2f..", "x" * 8000, "%e2%80%ae", "'--", "a" * 36])
def test_a_malformed_id_in_the_path_is_never_more_than_a_bad_request(
    wire: Wire, verb: str, ca_id: str
) -> None:
    method = "GET" if verb in ("/csr", "") else "POST"
    answer = wire.send(method, f"{CREATE}/{ca_id}{verb}", json={})
    assert answer.status_code in (400, 404, 414), answer.text
    assert answer.headers["X-Request-Id"]
