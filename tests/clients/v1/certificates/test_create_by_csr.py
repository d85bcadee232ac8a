"""`POST /v1/private-certificates/csr`, `POST /v1/private-certificates/csr/parse`"""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkccm.v1 import (
    CreateCertificateByCsrRequest,
    CreateCertificateByCsrRequestBody,
    ParseCertificateSigningRequestRequest,
    ParseCertificateSigningRequestRequestBody,
    ShowCertificateRequest,
    Validity,
)
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from harness import exports, foreign
from harness.authorities import create_root, create_subordinate, export_chain, revoke, show
from harness.sdk import Sdk
from oracles import openssl, pyca
from oracles.judge import judge_chain

SHOWN = {"RSA_2048": "RSA2048", "EC_P256": "EC256", "EC_P384": "EC384", "SM2": "SM2"}


def create(sdk: Sdk, issuer: str, csr: str, **body: Any) -> str:
    request = CreateCertificateByCsrRequestBody(
        issuer_id=issuer, csr=csr, validity=Validity(type="DAY", value=30), **body
    )
    made = sdk.ccm.create_certificate_by_csr(CreateCertificateByCsrRequest(body=request))
    assert made.status_code == 200
    return str(made.certificate_id)


@pytest.mark.parametrize("kind", SHOWN)
def test_a_leaf_carries_the_key_of_its_request(sdk: Sdk, kind: str) -> None:
    root = create_root(
        sdk.ccm, f"Signing Root {kind}", key_algorithm="SM2" if kind == "SM2" else "EC256"
    )
    key = foreign.key(kind)
    csr = foreign.request(key, "/C=DE/O=Example/CN=www.example.com")
    made = create(sdk, root, csr)
    pem = exports.fields(sdk.ccm, made, "OTHER", is_sm_standard="false")["certificate"]
    if kind != "SM2":
        judge_chain([pem, *export_chain(sdk.ccm, root)])
    assert openssl.public_key_of_certificate(pem) == openssl.public_key_of_key(key)
    assert pyca.rdns(pyca.certificate(pem).subject) == [
        ("CN", "www.example.com"),
        ("C", "DE"),
        ("O", "Example"),
    ]
    shown = sdk.ccm.show_certificate(ShowCertificateRequest(certificate_id=made))
    assert (shown.key_algorithm, shown.gen_mode) == (SHOWN[kind], "CSR")
    assert shown.signature_algorithm == ("SM3" if kind == "SM2" else "SHA384")


def test_an_intermediate_ca_signs_what_openssl_verifies_below_it(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Root Above Elsewhere")
    sub = create_subordinate(sdk.ccm, "CA Above Elsewhere", root, path_length=1)
    csr = foreign.request(foreign.key("EC_P256"), "/C=DE/CN=Elsewhere")
    ca_id = create(sdk, sub, csr, type="INTERMEDIATE_CA", path_length=0)
    judge_chain(export_chain(sdk.ccm, ca_id))
    shown = show(sdk.ccm, ca_id)
    assert (shown.status, shown.gen_mode, shown.path_length) == ("ACTIVED", "CSR", 0)
    with pytest.raises(ClientRequestException, match="does not exist"):
        exports.issue(sdk.ccm, ca_id, "below")
    assert revoke(sdk.ccm, ca_id, "SUPERSEDED").status_code == 204
    assert show(sdk.ccm, ca_id).status == "REVOKED"


@pytest.mark.parametrize(
    ("kind", "family", "bits"),
    [("RSA_2048", "RSA", 2048), ("EC_P384", "EC", 384), ("SM2", "SM2", 256)],
)
def test_a_request_is_decoded(sdk: Sdk, kind: str, family: str, bits: int) -> None:
    key = foreign.key(kind)
    body = ParseCertificateSigningRequestRequestBody(
        csr=foreign.request(key, "/C=DE/ST=Hamburg/L=Altona/O=Org/OU=Unit/CN=a")
    )
    parsed = sdk.ccm.parse_certificate_signing_request(
        ParseCertificateSigningRequestRequest(body=body)
    )
    assert (parsed.key_algorithm, parsed.key_algorithm_length) == (family, bits)
    public_key = parsed.public_key.replace("\r\n", "\n") + "\n"
    assert public_key == openssl.public_key_of_key(key)
    assert parsed.distinguished_name.state == "Hamburg"
