"""V11-HMAC-SHA256: requests that the SDK signs with a derived key."""

from __future__ import annotations

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkiam.v3 import IamClient, KeystoneListProjectsRequest
from huaweicloudsdkscm.v3 import CreateCsrRequest, CreateCsrRequestBody, ListCsrRequest, ScmClient

from harness.sdk import Sdk
from harness.server import REGION, Server


def derived(server: Server, sdk: Sdk, client: type, service: str, **changes: str) -> object:
    """A client that derives its key for every request. No client names its service itself."""
    account = sdk.account
    secret = changes.get("secret", account.secret_key)
    credentials = GlobalCredentials(account.access_key, secret, account.account_id)
    credentials = credentials.with_derived_predicate(lambda _request: True)
    credentials._process_derived_auth_params(service, REGION)
    builder = client.new_builder().with_http_config(sdk.config).with_credentials(credentials)
    return builder.with_endpoint(server.address).build()


def test_reads_and_writes_are_accepted(server: Server, sdk: Sdk) -> None:
    client = derived(server, sdk, ScmClient, "scm")
    body = CreateCsrRequestBody(
        name="derived 签", domain_name="d.example", private_key_algo="EC_P256", usage="PERSONAL"
    )
    made = client.create_csr(CreateCsrRequest(body=body))
    assert made.name == "derived 签"
    assert client.list_csr(ListCsrRequest(name="derived")).total >= 1
    projects = derived(server, sdk, IamClient, "iam").keystone_list_projects(
        KeystoneListProjectsRequest(name=REGION)
    )
    assert len(projects.projects) == 1


def test_the_key_is_derived_for_a_region_too(server: Server, sdk: Sdk) -> None:
    account = sdk.account
    credentials = BasicCredentials(account.access_key, account.secret_key, account.project_id)
    credentials = credentials.with_derived_predicate(lambda _request: True)
    credentials._process_derived_auth_params("scm", REGION)
    request = SdkRequest(
        method="GET",
        schema="https",
        host=server.address.removeprefix("https://"),
        resource_path="/v3/auth/projects",
        uri="/v3/auth/projects",
        query_params=[],
        header_params={},
        body="",
        stream=False,
        signing_algorithm=sdk.config.signing_algorithm,
    )
    signed = credentials.sign_request(request)
    authorization = signed.header_params["Authorization"]
    assert authorization.startswith(f"V11-HMAC-SHA256 Credential={account.access_key}/")
    assert f"/{REGION}/scm, " in authorization
    answer = requests.get(
        server.address + "/v3/auth/projects",
        headers=signed.header_params,
        verify=str(server.ca_file),
        timeout=10,
    )
    assert answer.status_code == 200, answer.text


def test_another_secret_is_refused(server: Server, sdk: Sdk) -> None:
    client = derived(server, sdk, ScmClient, "scm", secret="x" * 40)
    with pytest.raises(ClientRequestException) as refused:
        client.list_csr(ListCsrRequest())
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")
