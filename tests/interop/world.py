"""What relying parties meet: CAs with CRLs and OCSP, certificates, and revoked ones among them."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import requests
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID
from huaweicloudsdkccm.v1 import (
    CertDistinguishedName,
    CreateCertificateAuthorityObsAgencyRequest,
    CreateCertificateRequest,
    CreateCertificateRequestBody,
    EnableCertificateAuthorityCrlRequest,
    EnableCertificateAuthorityCrlRequestBody,
    ExtendedKeyUsage,
    RevokeCertificateRequest,
    RevokeCertificateRequestBody,
    ShowCertificateAuthorityObsAgencyRequest,
    SubjectAlternativeName,
    UpdateOcspSwitchRequest,
    UpdateOcspSwitchRequestBody,
    Validity,
)

from harness.authorities import create_root, create_subordinate, export, show
from harness.exports import export as export_certificate
from harness.sdk import Sdk
from oracles import pyca

#: The bucket that a server without settings has.
BUCKET = "cinnabar-crl"

#: A revocation is on the published CRL within 30 s; this is how long a test waits for it.
PUBLISHED_WITHIN = 40.0


@dataclasses.dataclass(frozen=True)
class Leaf:
    """A certificate of Private CA's, and what its export gave."""

    certificate_id: str
    pem: str
    #: Nearest issuer first, the root last.
    chain: list[str]
    key: str
    enc_pem: str | None = None

    @property
    def serial(self) -> int:
        return pyca.certificate(self.pem).serial_number


@dataclasses.dataclass(frozen=True)
class Family:
    """A root, a CA below it, and two certificates of that CA's, one revoked."""

    key_algorithm: str
    root_id: str
    root: str
    ca_id: str
    ca: str
    good: Leaf
    bad: Leaf

    @property
    def chain(self) -> list[str]:
        return [self.ca, self.root]

    def root_crl(self) -> bytes:
        """The root's CRL, from where the CA's certificate says."""
        return fetch(crl_url(self.ca))

    def ca_crl(self) -> bytes:
        """The CA's CRL, from where its certificates say; it names the revoked one."""
        return crl_that_names(self.bad)


def make(sdk: Sdk, key_algorithm: str, name: str = "Interop") -> Family:
    """Makes a family by the Python SDK; the bad certificate is revoked for its key."""
    grant_buckets(sdk)
    root_id = create_root(sdk.ccm, f"{name} Root {key_algorithm}", key_algorithm=key_algorithm)
    watch(sdk, root_id)
    ca_id = create_subordinate(
        sdk.ccm, f"{name} CA {key_algorithm}", root_id, key_algorithm=key_algorithm
    )
    watch(sdk, ca_id)
    good = issue(sdk, ca_id, "good.example.org")
    bad = issue(sdk, ca_id, "bad.example.org")
    revoke(sdk, bad, "KEY_COMPROMISE")
    return Family(
        key_algorithm,
        root_id,
        certificate_of(sdk, root_id),
        ca_id,
        certificate_of(sdk, ca_id),
        good,
        bad,
    )


def certificate_of(sdk: Sdk, ca_id: str) -> str:
    [pem] = pyca.blocks(export(sdk.ccm, ca_id).certificate)
    return pem


def grant_buckets(sdk: Sdk) -> None:
    """Lets the account's CAs publish into buckets."""
    shown = sdk.ccm.show_certificate_authority_obs_agency(
        ShowCertificateAuthorityObsAgencyRequest()
    )
    if str(shown.agency_granted).lower() != "true":
        sdk.ccm.create_certificate_authority_obs_agency(
            CreateCertificateAuthorityObsAgencyRequest()
        )


def watch(sdk: Sdk, ca_id: str) -> None:
    """Switches the CA's CRL and its OCSP on, so that its certificates carry both addresses."""
    sdk.ccm.enable_certificate_authority_crl(
        EnableCertificateAuthorityCrlRequest(
            ca_id=ca_id,
            body=EnableCertificateAuthorityCrlRequestBody(obs_bucket_name=BUCKET, valid_days=7),
        )
    )
    assert show(sdk.ccm, ca_id).crl_configuration.enabled is True
    sdk.ccm.update_ocsp_switch(
        UpdateOcspSwitchRequest(ca_id=ca_id, body=UpdateOcspSwitchRequestBody(ocsp_switch=True))
    )


def create(sdk: Sdk, issuer_id: str, common_name: str, **body: Any) -> str:
    """Issues a certificate for a TLS server on this machine and returns its id."""
    body.setdefault("validity", Validity(type="DAY", value=90))
    body.setdefault("extended_key_usage", ExtendedKeyUsage(server_auth=True, client_auth=True))
    names = [("DNS", common_name), ("DNS", "localhost"), ("IP", "127.0.0.1")]
    body.setdefault(
        "subject_alternative_names",
        [SubjectAlternativeName(type=kind, value=value) for kind, value in names],
    )
    request = CreateCertificateRequestBody(
        issuer_id=issuer_id,
        distinguished_name=CertDistinguishedName(common_name=common_name),
        **body,
    )
    made = sdk.ccm.create_certificate(CreateCertificateRequest(body=request))
    return str(made.certificate_id)


def issue(sdk: Sdk, issuer_id: str, common_name: str, **body: Any) -> Leaf:
    """Issues a certificate and exports it as PEM."""
    certificate_id = create(sdk, issuer_id, common_name, **body)
    exported = exported_texts(sdk, certificate_id)
    [pem] = pyca.blocks(exported.certificate)
    enc = pyca.blocks(exported.enc_certificate or "")
    [key] = pyca.blocks(exported.private_key)
    sdk.server.secrets.add(key)
    return Leaf(
        certificate_id, pem, pyca.blocks(exported.certificate_chain), key, enc[0] if enc else None
    )


def exported_texts(sdk: Sdk, certificate_id: str, **body: Any) -> Any:
    """The export as JSON with PEM texts."""
    return export_certificate(sdk.ccm, certificate_id, "OTHER", is_compressed="false", **body)


def revoke(sdk: Sdk, leaf: Leaf, reason: str | None = None) -> None:
    sdk.ccm.revoke_certificate(
        RevokeCertificateRequest(
            certificate_id=leaf.certificate_id, body=RevokeCertificateRequestBody(reason=reason)
        )
    )


def crl_url(pem: str) -> str:
    """The one address of a CRL that the certificate carries."""
    extensions = pyca.certificate(pem).extensions
    points = extensions.get_extension_for_oid(ExtensionOID.CRL_DISTRIBUTION_POINTS).value
    assert isinstance(points, x509.CRLDistributionPoints)
    [point] = points
    assert point.full_name is not None
    [name] = point.full_name
    return str(name.value)


def ocsp_url(pem: str) -> str:
    """The one address of an OCSP responder that the certificate carries."""
    extensions = pyca.certificate(pem).extensions
    access = extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    assert isinstance(access, x509.AuthorityInformationAccess)
    [url] = [
        str(one.access_location.value)
        for one in access
        if one.access_method == AuthorityInformationAccessOID.OCSP
    ]
    return url


def fetch(url: str) -> bytes:
    """GET by plain HTTP; waits while a list that is new has not been published."""
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while True:
        answer = requests.get(url, timeout=10)
        if answer.status_code == 200:
            return answer.content
        assert time.monotonic() < deadline, (url, answer.status_code, answer.text)
        time.sleep(0.25)


def crl_that_names(leaf: Leaf, url: str | None = None) -> bytes:
    """The CRL where the certificate says, or of a URL, as soon as it names the certificate."""
    url = url or crl_url(leaf.pem)
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while True:
        der = fetch(url)
        if leaf.serial in revoked_serials(der):
            return der
        assert time.monotonic() < deadline, f"{leaf.serial:x} is not on {url}"
        time.sleep(0.25)


def revoked_serials(der: bytes) -> set[int]:
    return {entry.serial_number for entry in x509.load_der_x509_crl(der)}


def ask(pem: str, request: bytes) -> bytes:
    """POSTs an OCSP request to the responder that the certificate names."""
    answer = requests.post(
        ocsp_url(pem),
        data=request,
        headers={"Content-Type": "application/ocsp-request"},
        timeout=10,
    )
    assert answer.status_code == 200, (answer.status_code, answer.text)
    assert answer.headers["Content-Type"] == "application/ocsp-response"
    return answer.content
