"""`/v3.0/OS-CREDENTIAL/credentials` and `/v5/users/{user_id}/access-keys`, through the SDK."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import time
import uuid

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkiam.v3 import (
    CreateCredentialOption,
    CreatePermanentAccessKeyRequest,
    CreatePermanentAccessKeyRequestBody,
    DeletePermanentAccessKeyRequest,
    KeystoneListAuthDomainsRequest,
    ListPermanentAccessKeysRequest,
    ShowPermanentAccessKeyRequest,
    UpdateCredentialOption,
    UpdatePermanentAccessKeyRequest,
    UpdatePermanentAccessKeyRequestBody,
)
from huaweicloudsdkscm.v3 import CreateCsrRequest, CreateCsrRequestBody, ListCsrRequest

from harness.sdk import Sdk
from harness.server import Credentials, Server
from harness.spreading import spread
from harness.wire import Wire

@pytest.fixture
def owner(server: Server) -> Credentials:
    """An account of the test's own, since keys and tokens end here."""
    return server.create_account(f"keys-{uuid.uuid4().hex[:12]}")


def create(sdk: Sdk, user_id: str, description: str = "") -> Credentials:
    option = CreateCredentialOption(user_id=user_id, description=description)
    body = CreatePermanentAccessKeyRequestBody(credential=option)
    made = sdk.iam.create_permanent_access_key(CreatePermanentAccessKeyRequest(body=body))
    assert made.status_code == 201
    assert (made.credential.status, made.credential.description) == ("active", description)
    return dataclasses.replace(
        sdk.account, access_key=made.credential.access, secret_key=made.credential.secret
    )


def update(sdk: Sdk, access: str, **change: str) -> None:
    body = UpdatePermanentAccessKeyRequestBody(credential=UpdateCredentialOption(**change))
    request = UpdatePermanentAccessKeyRequest(access_key=access, body=body)
    assert sdk.iam.update_permanent_access_key(request).status_code == 200


def is_accepted(server: Server, account: Credentials) -> bool:
    try:
        Sdk(server, account).iam.keystone_list_auth_domains(KeystoneListAuthDomainsRequest())
    except ClientRequestException as refused:
        assert refused.status_code == 401, refused
        return False
    return True


def test_a_key_lives_from_its_creation_to_its_deletion(server: Server, owner: Credentials) -> None:
    sdk = Sdk(server, owner)
    second = create(sdk, owner.user_id, "deploys")
    assert is_accepted(server, second)

    shown = sdk.iam.show_permanent_access_key(
        ShowPermanentAccessKeyRequest(access_key=second.access_key)
    )
    assert shown.credential.description == "deploys"
    listed = sdk.iam.list_permanent_access_keys(ListPermanentAccessKeysRequest())
    assert {key.access for key in listed.credentials} == {owner.access_key, second.access_key}

    update(sdk, second.access_key, status="inactive")
    spread(server)
    assert not is_accepted(server, second)
    update(sdk, second.access_key, status="active", description="again")
    spread(server)
    assert is_accepted(server, second)

    sdk.iam.delete_permanent_access_key(
        DeletePermanentAccessKeyRequest(access_key=second.access_key)
    )
    spread(server)
    assert not is_accepted(server, second)
    assert is_accepted(server, owner)


def test_a_third_key_is_refused(server: Server, owner: Credentials) -> None:
    sdk = Sdk(server, owner)
    create(sdk, owner.user_id)
    with pytest.raises(ClientRequestException) as refused:
        create(sdk, owner.user_id)
    assert (refused.value.status_code, refused.value.error_code) == (409, "IAM.0005")


def test_of_many_at_once_as_many_win_as_there_is_room_for(
    server: Server, owner: Credentials
) -> None:
    sdk = Sdk(server, owner)
    sdk.iam.keystone_list_auth_domains(KeystoneListAuthDomainsRequest())

    def one(_: int) -> bool:
        try:
            create(sdk, owner.user_id)
        except ClientRequestException as refused:
            assert refused.status_code in (409, 429), refused
            return False
        return True

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        won = sum(threads.map(one, range(16)))
    listed = sdk.iam.list_permanent_access_keys(ListPermanentAccessKeysRequest())
    assert (won, len(listed.credentials)) == (1, 2)


def test_a_disabled_key_ends_its_users_tokens(server: Server, owner: Credentials) -> None:
    token = Wire(server).sign_in(owner)
    wire = Wire(server, token)
    assert wire.get("/v3/auth/projects").status_code == 200
    second = create(Sdk(server, owner), owner.user_id)

    update(Sdk(server, owner), second.access_key, status="inactive")
    spread(server)

    refused = wire.get("/v3/auth/projects")
    assert refused.status_code == 401
    assert refused.json()["error"]["message"] == "The token must be updated."


@pytest.mark.parametrize("_round", range(3))
def test_nothing_is_signed_behind_the_end_of_a_key(
    server: Server, owner: Credentials, _round: int
) -> None:
    """Under load: once the key is answered to be disabled, nothing more becomes true; on other nodes a
    second later."""
    admin, second = Sdk(server, owner), create(Sdk(server, owner), owner.user_id)
    doomed = Sdk(server, second)
    body = CreateCsrRequestBody(
        name="race", domain_name="race.example", private_key_algo="EC_P256", usage="PERSONAL"
    )
    doomed.scm.create_csr(CreateCsrRequest(body=body))

    def hammer(_: int) -> list[str]:
        made = []
        for _attempt in range(200):
            try:
                made.append(doomed.scm.create_csr(CreateCsrRequest(body=body)).id)
            except ClientRequestException as refused:
                assert refused.status_code in (401, 429), refused
                if refused.status_code == 401:
                    break
        return made

    def count() -> int:
        return admin.scm.list_csr(ListCsrRequest()).total

    with concurrent.futures.ThreadPoolExecutor(6) as threads:
        hammers = [threads.submit(hammer, number) for number in range(5)]
        time.sleep(0.2)
        update(admin, second.access_key, status="inactive")
        spread(server)
        at_the_end = count()
        made = {csr for future in hammers for csr in future.result()}

    assert count() == at_the_end, "something was made behind the end of its key"
    assert len(made) == at_the_end - 1, "the first one was made before"


def test_version_five_has_the_same_keys(server: Server, owner: Credentials) -> None:
    wire = Wire(server, Wire(server).sign_in(owner))
    path = f"/v5/users/{owner.user_id}/access-keys"
    made = wire.post(path)
    assert made.status_code == 201
    key = made.json()["access_key"]
    second = dataclasses.replace(
        owner, access_key=key["access_key_id"], secret_key=key["secret_access_key"]
    )
    assert is_accepted(server, second)
    assert wire.get(path).json()["page_info"] == {"current_count": 2}
    assert wire.send("DELETE", f"{path}/{second.access_key}").status_code == 204
    spread(server)
    assert not is_accepted(server, second)
