"""`/v3.0/OS-CREDENTIAL/securitytokens`: made and used through the SDKs."""

from __future__ import annotations

import dataclasses
import datetime
import time
import uuid

import pytest
from huaweicloudsdkccm.v1 import CcmClient, ListCertificateAuthorityRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkiam.v3 import (
    CreatePermanentAccessKeyRequest,
    CreatePermanentAccessKeyRequestBody,
    CreateCredentialOption,
    CreateTemporaryAccessKeyByTokenRequest,
    CreateTemporaryAccessKeyByTokenRequestBody,
    IamClient,
    IdentityToken,
    ServicePolicy,
    ServiceStatement,
    TokenAuth,
    TokenAuthIdentity,
)
from huaweicloudsdkscm.v3 import ListCsrRequest, ScmClient
from huaweicloudsdkworkspace.v2 import WorkspaceClient

from harness import desktops
from harness.desktops import csr
from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.wire import Wire
from oracles.judge import judge_request


@dataclasses.dataclass(frozen=True)
class Temporary:
    """What the server gave."""

    access: str
    secret: str
    securitytoken: str
    expires_at: str

    def client(self, server: Server, sdk: Sdk, kind: type) -> object:
        """An SDK client that signs with the key and sends its security token."""
        credentials = GlobalCredentials(self.access, self.secret, sdk.account.account_id)
        if self.securitytoken:
            credentials = credentials.with_security_token(self.securitytoken)
        builder = kind.new_builder().with_http_config(sdk.config)
        return builder.with_credentials(credentials).with_endpoint(server.address).build()


def make(sdk: Sdk, token: str, seconds: int = 900, policy: ServicePolicy | None = None) -> Temporary:
    identity = TokenAuthIdentity(
        methods=["token"],
        token=IdentityToken(id=token, duration_seconds=seconds),
        policy=policy,
    )
    body = CreateTemporaryAccessKeyByTokenRequestBody(auth=TokenAuth(identity=identity))
    made = sdk.iam.create_temporary_access_key_by_token(
        CreateTemporaryAccessKeyByTokenRequest(body=body)
    )
    assert made.status_code == 201
    key = made.credential
    return Temporary(key.access, key.secret, key.securitytoken, key.expires_at)


@pytest.fixture
def owner(server: Server) -> Credentials:
    """An account of the test's own, since tokens end here."""
    return server.create_account(f"temporary-{uuid.uuid4().hex[:12]}")


def test_a_temporary_key_lists_authorities(server: Server, sdk: Sdk, token: str) -> None:
    key = make(sdk, token)
    left = datetime.datetime.strptime(key.expires_at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
        tzinfo=datetime.timezone.utc
    ).timestamp() - time.time()
    assert 800 < left <= 901

    listed = key.client(server, sdk, CcmClient).list_certificate_authority(
        ListCertificateAuthorityRequest()
    )
    assert listed.status_code == 200


def test_it_makes_a_workspace_request_in_its_project(server: Server, owner: Credentials) -> None:
    """The signed call of a regional client, with `X-Project-Id` and `X-Security-Token`."""
    key = make(Sdk(server, owner), Wire(server).sign_in(owner))
    credentials = BasicCredentials(key.access, key.secret, owner.project_id)
    credentials = credentials.with_security_token(key.securitytoken)
    builder = WorkspaceClient.new_builder().with_http_config(Sdk(server, owner).config)
    client = builder.with_credentials(credentials).with_endpoint(server.address).build()
    judge_request(
        csr(client, "string", key_algorithm="RSA-3072"),
        subject=desktops.RDNS,
        sans=[],
        key_algorithm="RSA_3072",
    )


def test_without_the_right_security_token_it_is_nothing(
    server: Server, sdk: Sdk, token: str
) -> None:
    key = make(sdk, token)
    other = make(sdk, token)
    for wrong, words in (
        (dataclasses.replace(key, securitytoken=other.securitytoken), "decrypt token fail"),
        (dataclasses.replace(key, securitytoken="x" * 64), "decrypt token fail"),
        (dataclasses.replace(key, securitytoken=""), "ak not exist"),
    ):
        with pytest.raises(ClientRequestException) as refused:
            wrong.client(server, sdk, ScmClient).list_csr(ListCsrRequest())
        assert refused.value.status_code == 401
        assert refused.value.error_code == "APIGW.0301"
        assert words in refused.value.error_msg


def test_a_policy_narrows_it(server: Server, sdk: Sdk, token: str) -> None:
    statement = ServiceStatement(effect="Allow", action=["scm::listCsr"])
    key = make(sdk, token, policy=ServicePolicy(version="1.1", statement=[statement]))
    assert key.client(server, sdk, ScmClient).list_csr(ListCsrRequest()).status_code == 200
    with pytest.raises(ClientRequestException) as refused:
        key.client(server, sdk, CcmClient).list_certificate_authority(
            ListCertificateAuthorityRequest()
        )
    assert refused.value.status_code == 403
    assert "pca:ca:list" in refused.value.error_msg


def test_it_makes_no_lasting_key(server: Server, sdk: Sdk, token: str) -> None:
    client = make(sdk, token).client(server, sdk, IamClient)
    option = CreateCredentialOption(user_id=sdk.account.user_id)
    body = CreatePermanentAccessKeyRequestBody(credential=option)
    with pytest.raises(ClientRequestException) as refused:
        client.create_permanent_access_key(CreatePermanentAccessKeyRequest(body=body))
    assert (refused.value.status_code, refused.value.error_code) == (403, "IAM.0002")


def test_a_new_password_ends_it_at_once(server: Server, owner: Credentials) -> None:
    sdk = Sdk(server, owner)
    key = make(sdk, Wire(server).sign_in(owner))
    client = key.client(server, sdk, ScmClient)
    assert client.list_csr(ListCsrRequest()).status_code == 200

    server.run("user", "set-password", "--account", owner.account_name, "--generate")

    with pytest.raises(ClientRequestException) as refused:
        client.list_csr(ListCsrRequest())
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0307")


def test_the_end_of_its_token_ends_it(server: Server, owner: Credentials) -> None:
    sdk = Sdk(server, owner)
    token = Wire(server).sign_in(owner)
    client = make(sdk, token).client(server, sdk, ScmClient)
    assert client.list_csr(ListCsrRequest()).status_code == 200

    answer = Wire(server, token).send(
        "DELETE", "/v3/auth/tokens", headers={"X-Subject-Token": token}
    )
    assert answer.status_code == 204

    with pytest.raises(ClientRequestException) as refused:
        client.list_csr(ListCsrRequest())
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")


def test_agencies_are_refused_clearly(wire: Wire) -> None:
    identity = {"methods": ["assume_role"], "assume_role": {"agency_name": "a", "domain_name": "d"}}
    answer = wire.post("/v3.0/OS-CREDENTIAL/securitytokens", json={"auth": {"identity": identity}})
    assert answer.status_code == 400
    assert "agencies" in answer.json()["error_msg"]

