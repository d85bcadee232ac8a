"""Every call through the official SDKs, once with a signature and once with a token.

The account, and for Workspace the project, are looked up by region as the SDKs do it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from huaweicloudsdkccm.v1 import (
    BatchCreateCaTagsRequest,
    BatchCreateCertTagsRequest,
    BatchDeleteCaTagsRequest,
    BatchDeleteCertTagsRequest,
    BatchOperateTagRequestBody,
    CreateCaTagRequest,
    CreateCertTagRequest,
    DeleteCertificateRequest,
    ListCaTagsRequest,
    ListCertificateRequest,
    ListCertTagsRequest,
    ListDomainCaTagsRequest,
    ListDomainCertTagsRequest,
    ParseCertificateSigningRequestRequest,
    ParseCertificateSigningRequestRequestBody,
    ResourceTag,
    ResourceTagRequestBody,
    RevokeCertificateRequest,
    RevokeCertificateRequestBody,
    ShowCertificateQuotaRequest,
    ShowCertificateRequest,
)
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkiam.v3 import (
    KeystoneListAuthDomainsRequest,
    KeystoneListAuthProjectsRequest,
    KeystoneListProjectsRequest,
    KeystoneShowProjectRequest,
    KeystoneValidateTokenRequest,
)

from harness import authorities, csrs, desktops, exports, foreign
from harness.sdk import Sdk
from harness.server import REGION, Server
from harness.wire import Wire
from oracles import openssl
from oracles.judge import judge_chain, judge_crl

NUMBERS = itertools.count(1)


@dataclasses.dataclass
class Kit:
    """The SDKs of an account of its own, and names that nobody else uses."""

    sdk: Sdk

    def name(self, what: str) -> str:
        return f"{what} {next(NUMBERS)}"

    @property
    def account_id(self) -> str:
        return self.sdk.account.account_id

    @property
    def project_id(self) -> str:
        return self.sdk.account.project_id


@pytest.fixture(scope="module", params=["signature", "token"])
def kit(request: pytest.FixtureRequest, server: Server) -> Kit:
    account = server.create_account(f"every-call-{request.param}")
    if request.param == "signature":
        return Kit(Sdk(server, account))
    return Kit(Sdk(server, account, token=Wire(server).sign_in(account)))


def create_subordinate(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    root = authorities.create_root(ccm, kit.name("Root"))
    child = authorities.create_subordinate(ccm, kit.name("Child"), root)
    judge_chain(authorities.export_chain(ccm, child))


def show_authority(kit: Kit) -> None:
    root = authorities.create_root(kit.sdk.ccm, kit.name("Root"))
    assert authorities.show(kit.sdk.ccm, root).domain_id == kit.account_id


def import_certificate(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    pending = authorities.create_pending(ccm, kit.name("Pending"))
    outside = foreign.Authority()
    signed = outside.sign_request(authorities.export_csr(ccm, pending))
    assert authorities.import_certificate(ccm, pending, signed, outside.pem).status_code == 204
    assert authorities.export_chain(ccm, pending) == [signed, outside.pem]


def activate(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    root = authorities.create_root(ccm, kit.name("Root"))
    pending = authorities.create_pending(ccm, kit.name("Pending"))
    assert authorities.activate(ccm, pending, root).status_code == 204
    judge_chain(authorities.export_chain(ccm, pending))


def authority_life(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    root = authorities.create_root(ccm, kit.name("Root"))
    child = authorities.create_subordinate(ccm, kit.name("Child"), root)
    assert authorities.revoke(ccm, child).status_code == 204
    assert authorities.disable(ccm, root).status_code == 204
    assert authorities.enable(ccm, root).status_code == 204
    authorities.disable(ccm, root)
    assert authorities.delete(ccm, root).status_code == 204
    assert authorities.restore(ccm, root).status_code == 204
    listed, total = authorities.listed(ccm, status="REVOKED")
    assert child in listed
    assert authorities.quota(ccm)[0] >= total


def tags_of_an_authority(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    root = authorities.create_root(ccm, kit.name("Root"))
    tag = ResourceTag(key="team", value="a")
    one = ResourceTagRequestBody(tag=tag)
    assert ccm.create_ca_tag(CreateCaTagRequest(ca_id=root, body=one)).status_code == 204
    several = BatchOperateTagRequestBody(tags=[tag])
    ccm.batch_create_ca_tags(BatchCreateCaTagsRequest(ca_id=root, body=several))
    assert ccm.list_domain_ca_tags(ListDomainCaTagsRequest()).tags[0].values == ["a"]
    ccm.batch_delete_ca_tags(BatchDeleteCaTagsRequest(ca_id=root, body=several))
    assert ccm.list_ca_tags(ListCaTagsRequest(ca_id=root)).tags == []


def certificate_life(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    root = authorities.create_root(ccm, kit.name("Root"))
    made = exports.issue(ccm, root, "www.example.com")
    shown = ccm.show_certificate(ShowCertificateRequest(certificate_id=made))
    assert (shown.status, shown.issuer_id) == ("ISSUED", root)
    listed = ccm.list_certificate(ListCertificateRequest(name="www.example.com"))
    assert made in [entry.certificate_id for entry in listed.certificates]
    assert set(exports.archive(ccm, made, "NGINX")) == {"server.crt", "server.key"}
    leaf = exports.fields(ccm, made, "OTHER")["certificate"]
    judge_chain([leaf, *authorities.export_chain(ccm, root)])
    [quota] = ccm.show_certificate_quota(ShowCertificateQuotaRequest()).quotas.resources
    assert quota.used >= 1
    revoke = RevokeCertificateRequest(
        certificate_id=made, body=RevokeCertificateRequestBody(reason="SUPERSEDED")
    )
    assert ccm.revoke_certificate(revoke).status_code == 204
    delete = DeleteCertificateRequest(certificate_id=made)
    assert ccm.delete_certificate(delete).status_code == 204


def certificate_by_request(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    root = authorities.create_root(ccm, kit.name("Root"))
    key = foreign.key("EC_P256")
    body = ParseCertificateSigningRequestRequestBody(csr=foreign.request(key))
    parse = ParseCertificateSigningRequestRequest(body=body)
    assert ccm.parse_certificate_signing_request(parse).key_algorithm == "EC"
    made = exports.issue_by_csr(ccm, root, foreign.request(key))
    leaf = exports.fields(ccm, made, "OTHER")["certificate"]
    assert openssl.public_key_of_certificate(leaf) == openssl.public_key_of_key(key)


def tags_of_a_certificate(kit: Kit) -> None:
    ccm = kit.sdk.ccm
    root = authorities.create_root(ccm, kit.name("Root"))
    made = exports.issue(ccm, root, "tagged.example.com")
    tag = ResourceTag(key="team", value="a")
    one = ResourceTagRequestBody(tag=tag)
    put = CreateCertTagRequest(certificate_id=made, body=one)
    assert ccm.create_cert_tag(put).status_code == 204
    several = BatchOperateTagRequestBody(tags=[tag])
    ccm.batch_create_cert_tags(BatchCreateCertTagsRequest(certificate_id=made, body=several))
    assert ccm.list_domain_cert_tags(ListDomainCertTagsRequest()).tags[0].values == ["a"]
    ccm.batch_delete_cert_tags(BatchDeleteCertTagsRequest(certificate_id=made, body=several))
    assert ccm.list_cert_tags(ListCertTagsRequest(certificate_id=made)).tags == []


def create_csr(kit: Kit) -> None:
    made = csrs.create(kit.sdk.scm)
    assert csrs.show(kit.sdk.scm, made.id).csr
    assert "PRIVATE KEY" in csrs.private_key(kit.sdk.scm, made.id)


def upload_csr(kit: Kit) -> None:
    key = foreign.shared_key("EC_P256")
    made = csrs.upload(kit.sdk.scm, foreign.request(key), key)
    assert csrs.private_key(kit.sdk.scm, made.id) == key


def desktops_csr_and_import(kit: Kit) -> None:
    transaction = kit.name("transaction").replace(" ", "-")
    pem = desktops.csr(kit.sdk.workspace, transaction)
    signed = foreign.Authority().sign_request(pem)
    assert desktops.import_certificate(kit.sdk.workspace, transaction, signed).status_code == 200


def csr_life(kit: Kit) -> None:
    made = csrs.create(kit.sdk.scm, name=kit.name("csr"))
    renamed = csrs.rename(kit.sdk.scm, made.id, kit.name("renamed"))
    entries, total = csrs.page(kit.sdk.scm, name=renamed.name)
    assert ([entry.id for entry in entries], total) == ([made.id], 1)
    assert csrs.delete(kit.sdk.scm, made.id).status_code == 204


def desktops_life(kit: Kit) -> None:
    workspace = kit.sdk.workspace
    ca = desktops.create(workspace, kit.name("Desktop Root"))
    assert ca in [entry.cert_id for entry in desktops.listed(workspace)]
    root = desktops.export_pem(workspace, ca)
    judge_chain([root])
    judge_crl(desktops.export_crl(workspace, ca), root)
    desktops.set_status(workspace, ca, "disable")
    assert desktops.show(workspace, ca).status == "DISABLE"
    assert desktops.delete(workspace, ca).status_code == 200


def list_domains(kit: Kit) -> None:
    [domain] = kit.sdk.iam.keystone_list_auth_domains(KeystoneListAuthDomainsRequest()).domains
    assert domain.id == kit.account_id


def list_projects(kit: Kit) -> None:
    listed = kit.sdk.iam.keystone_list_projects(KeystoneListProjectsRequest(name=REGION))
    assert [project.id for project in listed.projects] == [kit.project_id]
    own = kit.sdk.iam.keystone_list_auth_projects(KeystoneListAuthProjectsRequest())
    assert [project.id for project in own.projects] == [kit.project_id]


def show_project(kit: Kit) -> None:
    request = KeystoneShowProjectRequest(project_id=kit.project_id)
    assert kit.sdk.iam.keystone_show_project(request).project.name == REGION


def validate_token(kit: Kit) -> None:
    token = Wire(kit.sdk.server).sign_in(kit.sdk.account)
    shown = kit.sdk.iam.keystone_validate_token(KeystoneValidateTokenRequest(x_subject_token=token))
    assert shown.token.user.id == kit.sdk.account.user_id


def caller_identity(kit: Kit) -> None:
    # The core of the SDKs asks this by itself, for a credential that needs it; by hand here.
    server, account = kit.sdk.server, kit.sdk.account
    headers = {"X-Auth-Token": kit.sdk.token}
    if kit.sdk.token is None:
        request = SdkRequest(
            method="GET",
            schema="https",
            host=server.address.removeprefix("https://"),
            resource_path="/v5/caller-identity",
            query_params=[],
            header_params={},
            body="",
        )
        signed = Signer(GlobalCredentials(account.access_key, account.secret_key)).sign(request)
        headers = {name: str(value) for name, value in signed.header_params.items()}
    answer = Wire(server).get("/v5/caller-identity", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["account_id"] == account.account_id


CALLS: list[Callable[[Kit], Any]] = [
    create_subordinate,
    show_authority,
    import_certificate,
    activate,
    authority_life,
    tags_of_an_authority,
    certificate_life,
    certificate_by_request,
    tags_of_a_certificate,
    create_csr,
    upload_csr,
    csr_life,
    desktops_csr_and_import,
    desktops_life,
    list_domains,
    list_projects,
    show_project,
    validate_token,
    caller_identity,
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.__name__)
def test_every_call_takes_a_signature_and_a_token(kit: Kit, call: Callable[[Kit], Any]) -> None:
    call(kit)
