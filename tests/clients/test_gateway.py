"""What every answer has in common, and what stops a request before it reaches an API."""

from __future__ import annotations

import datetime
import re
import socket
import ssl

import pytest
import requests
from huaweicloudsdkccm.v1 import CcmClient
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from harness import answers
from harness.answers import refused
from harness.authorities import show
from harness.csrs import create
from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.wire import Wire

AUTHENTICATED = [
    ("POST", "/v3/scm/csr"),
    ("POST", "/v3/scm/csr/upload"),
    ("GET", "/v3/scm/csr/48e392628b0f47769e47d91acc7654a5"),
    ("GET", "/v3/scm/csr/48e392628b0f47769e47d91acc7654a5/private-key"),
    ("POST", "/v1/private-certificate-authorities"),
    ("GET", "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7"),
    ("GET", "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/csr"),
    ("POST", "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/export"),
    ("POST", "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/import"),
    ("POST", "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/activate"),
    (
        "POST",
        "/v2/48e392628b0f47769e47d91acc7654a5/certmanager/private-certificate-authorities/csr",
    ),
    (
        "POST",
        "/v2/48e392628b0f47769e47d91acc7654a5/certmanager/private-certificate-authorities/import",
    ),
    ("GET", "/v5/caller-identity"),
]

#: IAM v3 refuses in Keystone's words.
KEYSTONE = [
    ("GET", "/v3/auth/tokens"),
    ("HEAD", "/v3/auth/tokens"),
    ("DELETE", "/v3/auth/tokens"),
    ("GET", "/v3/auth/domains"),
    ("GET", "/v3/auth/projects"),
    ("GET", "/v3/projects"),
    ("GET", "/v3/projects/48e392628b0f47769e47d91acc7654a5"),
]


def gateway(answer: requests.Response, status: int, code: str) -> str:
    """The gateway's own refusal: three members, the id in body and header alike."""
    body = refused(answer, status, code)
    assert set(body) == {"error_code", "error_msg", "request_id"}
    assert answers.HEX_32.fullmatch(body["request_id"])
    assert answer.headers["X-Request-Id"] == body["request_id"]
    return str(body["error_msg"])


@pytest.mark.parametrize(("method", "path"), AUTHENTICATED)
def test_without_credentials_nothing_is_served(server: Server, method: str, path: str) -> None:
    message = gateway(Wire(server).send(method, path, json={}), 401, "APIGW.0301")
    assert message == "Incorrect IAM authentication information: x-auth-token not found"


@pytest.mark.parametrize(("method", "path"), AUTHENTICATED)
def test_a_token_that_was_never_given_out_opens_nothing(
    server: Server, method: str, path: str
) -> None:
    message = gateway(Wire(server, "A" * 43).send(method, path, json={}), 401, "APIGW.0301")
    assert message == "Incorrect IAM authentication information: decrypt token fail"


@pytest.mark.parametrize(("method", "path"), KEYSTONE)
@pytest.mark.parametrize("token", [None, "A" * 43])
def test_iam_refuses_in_the_words_of_keystone(
    server: Server, method: str, path: str, token: str | None
) -> None:
    answer = Wire(server, token).send(method, path, headers={"X-Subject-Token": "B" * 43})
    assert answer.status_code == 401
    assert answers.HEX_32.fullmatch(answer.headers["X-Request-Id"])
    if method != "HEAD":
        error = answer.json()["error"]
        assert (error["code"], error["title"]) == (401, "Unauthorized")
        assert error["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v1"),
        ("GET", "/v9/scm/csr"),
        ("GET", "/v3/scm/no-such-thing"),
        ("PATCH", "/v3/scm/csr"),
        ("DELETE", "/v3/scm/csr/upload"),
        ("PUT", "/v1/private-certificate-authorities"),
        ("GET", "/v1/private-certificate-authorities/4c0e772e-a30c-4029-b929-b7acb04143f7/export"),
        ("GET", "/v3/scm/csr/upload/more"),
        ("GET", "/healthz/more"),
    ],
)
def test_an_unknown_route_or_method_does_not_exist(wire: Wire, method: str, path: str) -> None:
    gateway(wire.send(method, path), 404, "APIGW.0101")


@pytest.mark.parametrize(
    ("method", "path"), [("OPTIONS", "/v3/auth/tokens"), ("GET", "/v3/projects/a/b")]
)
def test_an_unknown_identity_route_is_told_in_its_own_form(
    wire: Wire, method: str, path: str
) -> None:
    answer = wire.send(method, path)
    assert answer.status_code == 404
    error = answer.json()["error"]
    assert (error["code"], error["title"]) == (404, "Not Found")
    assert error["message"]


def test_a_trailing_slash_is_never_redirected(wire: Wire) -> None:
    assert not 300 <= wire.post("/v3/scm/csr/", json={}).status_code < 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_open_to_anyone(server: Server, path: str) -> None:
    answer = Wire(server).get(path)
    assert answer.status_code == 200
    assert answer.headers["X-Request-Id"]


def test_every_request_has_an_id_of_its_own(wire: Wire) -> None:
    ids = {wire.get("/v3/auth/domains").headers["X-Request-Id"] for _ in range(10)}
    assert len(ids) == 10
    assert all(answers.HEX_32.fullmatch(request_id) for request_id in ids)


def _ccm(sdk: Sdk, access: str, secret: str) -> CcmClient:
    credentials = GlobalCredentials(access, secret, sdk.account.account_id)
    builder = CcmClient.new_builder().with_http_config(sdk.config).with_credentials(credentials)
    return builder.with_endpoint(sdk.server.address).build()


def test_an_unknown_access_key_is_refused_by_name(sdk: Sdk) -> None:
    client = _ccm(sdk, "NOSUCHKEY0NOSUCHKEY0", "secret")
    error = answers.sdk_refused(lambda: show(client, "x"), 401, "APIGW.0301")
    assert "ak not exist" in error.error_msg


def test_a_wrong_secret_is_shown_what_was_signed(server: Server, sdk: Sdk) -> None:
    made = server.create_account("mistyped")
    client = _ccm(Sdk(server, made), made.access_key, "wrong")
    error = answers.sdk_refused(lambda: show(client, "x"), 401, "APIGW.0301")
    assert "verify aksk signature fail, canonicalRequest:GET|" in error.error_msg


def test_a_signature_of_another_hour_is_refused(server: Server, account: Credentials) -> None:
    for hours in (-1, 1):
        late = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
        host = server.address.removeprefix("https://")
        request = SdkRequest(
            method="GET",
            schema="https",
            host=host,
            resource_path="/v5/caller-identity",
            query_params=[],
            header_params={"X-Sdk-Date": late.strftime("%Y%m%dT%H%M%SZ")},
            body="",
        )
        signed = Signer(GlobalCredentials(account.access_key, account.secret_key)).sign(request)
        headers = {name: str(value) for name, value in signed.header_params.items()}
        gateway(Wire(server).get("/v5/caller-identity", headers=headers), 401, "APIGW.0301")


def test_the_account_of_a_header_must_be_the_callers(sdk: Sdk, neighbour_sdk: Sdk) -> None:
    credentials = GlobalCredentials(
        sdk.account.access_key, sdk.account.secret_key, neighbour_sdk.account.account_id
    )
    builder = CcmClient.new_builder().with_http_config(sdk.config).with_credentials(credentials)
    client = builder.with_endpoint(sdk.server.address).build()
    error = answers.sdk_error(lambda: show(client, "4c0e772e-a30c-4029-b929-b7acb04143f7"))
    assert error.status_code == 403


@pytest.mark.one_node("each process counts failed signatures for itself")
def test_failed_signatures_lock_the_key_but_not_the_password() -> None:
    with Server() as own:
        account = own.init()
        own.start()
        wrong = _ccm(Sdk(own, account), account.access_key, "wrong")
        for _ in range(8):
            answers.sdk_error(lambda: show(wrong, "x"))
        right = _ccm(Sdk(own, account), account.access_key, account.secret_key)
        error = answers.sdk_refused(lambda: show(right, "x"), 401, "APIGW.0301")
        assert re.search("reach the limit", error.error_msg)
        assert create(Sdk(own, account, token=Wire(own).sign_in(account)).scm).status_code == 201


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_holds_under_the_strictest_checks_of_python(
    server: Server, version: ssl.TLSVersion
) -> None:
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    trust.verify_flags |= ssl.VERIFY_X509_STRICT
    trust.minimum_version = trust.maximum_version = version
    host, port = server.address.removeprefix("https://").split(":")
    for name in (host, "localhost"):
        with socket.create_connection((host, int(port)), timeout=10) as plain:
            with trust.wrap_socket(plain, server_hostname=name) as secured:
                assert (
                    secured.version()
                    == {
                        ssl.TLSVersion.TLSv1_2: "TLSv1.2",
                        ssl.TLSVersion.TLSv1_3: "TLSv1.3",
                    }[version]
                )


def test_plain_http_on_the_tls_port_gets_no_answer_of_the_api(server: Server) -> None:
    with pytest.raises(requests.RequestException):
        requests.get(server.address.replace("https", "http") + "/healthz", timeout=10)
