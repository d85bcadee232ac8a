"""`POST …/crl/enable` and `…/crl/disable`, and what relying parties fetch."""

from __future__ import annotations

import pathlib
import time

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from huaweicloudsdkccm.v1 import (
    CreateCertificateAuthorityObsAgencyRequest,
    CrlConfiguration,
    DisableCertificateAuthorityCrlRequest,
    EnableCertificateAuthorityCrlRequest,
    EnableCertificateAuthorityCrlRequestBody,
)

from harness import answers
from harness.authorities import create_pending, create_root, create_subordinate, export, show
from harness.authorities import revoke
from harness.revoking import BUCKET
from harness.sdk import Sdk
from harness.server import PATIENCE, Server
from oracles.openssl import openssl


def open_buckets(sdk: Sdk) -> None:
    sdk.ccm.create_certificate_authority_obs_agency(CreateCertificateAuthorityObsAgencyRequest())


def enable(sdk: Sdk, ca_id: str, name: str | None = None, days: int = 7) -> int:
    body = EnableCertificateAuthorityCrlRequestBody(
        crl_name=name, obs_bucket_name=BUCKET, valid_days=days
    )
    request = EnableCertificateAuthorityCrlRequest(ca_id=ca_id, body=body)
    return int(sdk.ccm.enable_certificate_authority_crl(request).status_code)


def disable(sdk: Sdk, ca_id: str) -> int:
    request = DisableCertificateAuthorityCrlRequest(ca_id=ca_id)
    return int(sdk.ccm.disable_certificate_authority_crl(request).status_code)


def fetched(url: str, serial: int | None = None) -> x509.CertificateRevocationList:
    """The CRL at this URL, once there is one, and once it tells this serial number."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = requests.get(url, timeout=PATIENCE)
        if answer.status_code == 200:
            crl = x509.load_der_x509_crl(answer.content)
            if serial is None or crl.get_revoked_certificate_by_serial_number(serial):
                return crl
        assert time.monotonic() < end, f"{url} answers {answer.status_code}"
        time.sleep(0.2)


def test_the_address_in_a_certificate_leads_to_the_crl_that_revokes_it(
    sdk: Sdk, server: Server, tmp_path: pathlib.Path
) -> None:
    open_buckets(sdk)
    root = create_root(sdk.ccm, "Publishing Root")
    assert enable(sdk, root, "publishing-root") == 204
    shown = show(sdk.ccm, root).crl_configuration
    assert (shown.enabled, shown.crl_name, shown.obs_bucket_name, shown.valid_days) == (
        True, "publishing-root", BUCKET, 7,
    )  # fmt: skip
    issuer = x509.load_pem_x509_certificate(export(sdk.ccm, root).certificate.encode())
    child = create_subordinate(sdk.ccm, "Published Child", root)
    subject = x509.load_pem_x509_certificate(export(sdk.ccm, child).certificate.encode())

    points = subject.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    url = points[0].full_name[0].value
    assert url == shown.crl_dis_point and url.startswith("http://")
    assert fetched(url).get_revoked_certificate_by_serial_number(subject.serial_number) is None
    revoke(sdk.ccm, child)
    crl = fetched(url, subject.serial_number)

    assert crl.is_signature_valid(issuer.public_key())
    path, ca = tmp_path / "x.crl", tmp_path / "ca.pem"
    path.write_bytes(crl.public_bytes(Encoding.DER))
    ca.write_bytes(issuer.public_bytes(Encoding.PEM))
    openssl("crl", "-inform", "DER", "-in", path, "-CAfile", ca, "-noout")


def test_the_issuers_certificate_is_where_a_certificate_says(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Pointing Root")
    issuer = x509.load_pem_x509_certificate(export(sdk.ccm, root).certificate.encode())
    child = create_subordinate(sdk.ccm, "Pointed Child", root)
    subject = x509.load_pem_x509_certificate(export(sdk.ccm, child).certificate.encode())

    access = subject.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    issuers = [one for one in access if one.access_method._name == "caIssuers"]
    answer = requests.get(issuers[0].access_location.value, timeout=PATIENCE)

    assert answer.headers["Content-Type"] == "application/pkix-cert"
    assert x509.load_der_x509_certificate(answer.content) == issuer


def test_switched_off_nothing_is_shown(sdk: Sdk) -> None:
    open_buckets(sdk)
    crl = CrlConfiguration(enabled=True, crl_name="", obs_bucket_name=BUCKET, valid_days=30)
    root = create_root(sdk.ccm, "Silenced Root", crl_configuration=crl)
    assert show(sdk.ccm, root).crl_configuration.crl_name == root

    assert disable(sdk, root) == 204

    shown = show(sdk.ccm, root).crl_configuration
    assert shown.enabled is False
    off = (shown.crl_name, shown.obs_bucket_name, shown.valid_days, shown.crl_dis_point)
    assert off == (None, None, None, None)


def test_a_pending_ca_has_none_yet(sdk: Sdk) -> None:
    open_buckets(sdk)
    waiting = create_pending(sdk.ccm, "Unsigned")
    refused = answers.sdk_refused(lambda: enable(sdk, waiting), 403, "PCA.00030201")
    assert "PENDING" in refused.error_msg
