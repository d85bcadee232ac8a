"""The examples of the five pages that the project was asked for, sent as they are printed.

Only hosts and ids are replaced, and `xxxxxx` where the page stands for a request or a key.
"""

from __future__ import annotations

import re
from typing import Any

import requests

from harness import answers, foreign
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    subject_rdns,
)
from harness.sdk import Sdk
from harness.server import Server
from harness.wire import Wire
from oracles import pyca
from oracles.judge import judge_chain, judge_request

MILLISECONDS = re.compile(r"\d{13}")
LINE = r"[A-Za-z0-9+/=]{1,64}"


def send_as_printed(wire: Wire, path: str, body: str) -> requests.Response:
    headers = {"Content-Type": "application/json"}
    return wire.post(path, data=body.encode(), headers=headers)


def is_crlf_pem(text: str, label: str) -> bool:
    block = rf"-----BEGIN {label}-----\r\n({LINE}\r\n)+-----END {label}-----"
    return re.fullmatch(rf"{block}(\r\n{block})*", text) is not None


def refusal_keys(answer: requests.Response) -> set[str]:
    """The printed refusals have two members; the gateway's own add the request's id."""
    return set(answer.json()) - {"request_id"}


CREATE_CSR = """{
  "name" : "CSRxxxx",
  "domain_name" : "xxx.com",
  "private_key_algo" : "RSA_2048",
  "usage" : "ENTERPRISE"
}"""


def test_creating_a_csr(wire: Wire) -> None:
    answer = send_as_printed(wire, "/v3/scm/csr", CREATE_CSR)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert set(body) == {
        "id",
        "name",
        "domain_name",
        "sans",
        "private_key_algo",
        "usage",
        "company_country",
        "company_province",
        "company_city",
        "company_name",
        "create_time",
        "update_time",
    }
    assert answers.CSR_ID.fullmatch(body["id"])
    assert (body["name"], body["domain_name"], body["sans"]) == ("CSRxxxx", "xxx.com", "")
    assert (body["private_key_algo"], body["usage"]) == ("RSA_2048", "ENTERPRISE")
    assert re.fullmatch("[A-Z]{2}", body["company_country"])
    for field in ("company_province", "company_city", "company_name"):
        assert body[field], field
    for field in ("create_time", "update_time"):
        assert type(body[field]) is int
        assert MILLISECONDS.fullmatch(str(body[field]))


def test_the_csr_of_that_example_bears_the_company_of_its_answer(wire: Wire) -> None:
    made = send_as_printed(wire, "/v3/scm/csr", CREATE_CSR).json()
    shown = wire.get(f"/v3/scm/csr/{made['id']}").json()
    judge_request(
        shown["csr"],
        subject=[
            ("C", made["company_country"]),
            ("ST", made["company_province"]),
            ("L", made["company_city"]),
            ("O", made["company_name"]),
            ("CN", "xxx.com"),
        ],
        sans=["xxx.com"],
        key_algorithm="RSA_2048",
        private_key=wire.get(f"/v3/scm/csr/{made['id']}/private-key").json()["private_key"],
    )


UPLOAD_CSR = """{
  "name" : "csrxxxx",
  "csr" : "xxxxxx",
  "private_key" : "xxxxxx"
}"""


def test_uploading_a_csr(wire: Wire) -> None:
    key = foreign.shared_key("RSA_2048")
    escaped = [text.replace("\n", "\\n") for text in (foreign.request(key), key)]
    csr, private_key = escaped
    body = UPLOAD_CSR.replace("xxxxxx", csr, 1).replace("xxxxxx", private_key, 1)
    answer = send_as_printed(wire, "/v3/scm/csr/upload", body)
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert set(made) == {"id", "name", "create_time"}
    assert answers.CSR_ID.fullmatch(made["id"])
    assert made["name"] == "csrxxxx"
    assert type(made["create_time"]) is int
    assert MILLISECONDS.fullmatch(str(made["create_time"]))


def test_uploading_the_printed_placeholders_is_refused(wire: Wire) -> None:
    answer = send_as_printed(wire, "/v3/scm/csr/upload", UPLOAD_CSR)
    answers.refused(answer, 400, "SCM.", "csr")
    assert refusal_keys(answer) == {"error_code", "error_msg"}


def test_exporting_the_csr_of_a_ca(wire: Wire, sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "CSR,123", key_algorithm="EC384")
    answer = wire.get(f"/v1/private-certificate-authorities/{ca_id}/csr")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert list(body) == ["csr"]
    assert is_crlf_pem(body["csr"], "CERTIFICATE REQUEST")
    assert len(body["csr"]) <= 4096
    request = pyca.request(body["csr"])
    assert [part for part, _ in pyca.rdns(request.subject)] == ["CN", "C", "ST", "L", "O", "OU"]
    judge_request(body["csr"], subject=subject_rdns("CSR,123"), sans=[], key_algorithm="EC_P384")
    # The printed request is on P-384 and signed with SHA-256.
    assert pyca.signature_algorithm(request) == ("EC", "SHA256")


def test_exporting_a_ca(wire: Wire, sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "7", key_algorithm="RSA2048")
    ca_id = create_subordinate(sdk.ccm, "YU", root, key_algorithm="RSA2048")
    answer = wire.post(f"/v1/private-certificate-authorities/{ca_id}/export")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {"certificate", "certificate_chain"}
    assert is_crlf_pem(body["certificate"], "CERTIFICATE")
    assert is_crlf_pem(body["certificate_chain"], "CERTIFICATE")
    assert len(body["certificate"]) <= 4096
    judge_chain([*pyca.blocks(body["certificate"]), *pyca.blocks(body["certificate_chain"])])


def test_exporting_the_longest_ca_certificate_stays_within_the_printed_maximum(
    sdk: Sdk, wire: Wire
) -> None:
    root = create_root(sdk.ccm, "根" * 64, key_algorithm="RSA4096", signature_algorithm="SHA512")
    body = wire.post(f"/v1/private-certificate-authorities/{root}/export").json()
    assert len(body["certificate"]) <= 4096


WORKSPACE_CSR = """{
  "distinguished_name" : {
    "common_name" : "api_test",
    "country" : "CN",
    "state" : "GuangDong",
    "locality" : "DongGuan",
    "organization" : "Huawei",
    "organizational_unit" : "Workspace"
  },
  "key_algorithm" : "RSA-3072",
  "signature_algorithm" : "SHA-256",
  "transaction_id" : "string"
}"""


def test_exporting_the_csr_of_a_workspace_ca(wire: Wire, sdk: Sdk) -> None:
    path = f"/v2/{sdk.account.project_id}/certmanager/private-certificate-authorities/csr"
    answer = send_as_printed(wire, path, WORKSPACE_CSR)
    assert answer.status_code == 200, answer.text
    judge_request(
        answer.text,
        subject=[
            ("C", "CN"),
            ("ST", "GuangDong"),
            ("L", "DongGuan"),
            ("O", "Huawei"),
            ("OU", "Workspace"),
            ("CN", "api_test"),
        ],
        sans=[],
        key_algorithm="RSA_3072",
    )


def test_a_refusal_has_the_two_printed_members_and_their_lengths(
    server: Server, wire: Wire, sdk: Sdk
) -> None:
    root = create_root(sdk.ccm, "Refusing")
    authority = "/v1/private-certificate-authorities"
    missing = "4c0e772e-a30c-4029-b929-b7acb04143f7"
    for status, answer in [
        (401, Wire(server).get(f"{authority}/{missing}/csr")),
        (401, Wire(server).post("/v3/scm/csr", data=CREATE_CSR)),
        (400, wire.get(f"{authority}/not-an-id/csr")),
        (403, wire.get(f"{authority}/{root}/csr")),
        (404, wire.get(f"{authority}/{missing}/csr")),
        (404, wire.post(f"{authority}/{missing}/export")),
        (404, wire.get("/v3/scm/csr/48e392628b0f47769e47d91acc7654a5")),
    ]:
        assert answer.status_code == status, answer.text
        assert refusal_keys(answer) == {"error_code", "error_msg"}
        assert 3 <= len(answer.json()["error_code"]) <= 36
        assert 0 <= len(answer.json()["error_msg"]) <= 1024
