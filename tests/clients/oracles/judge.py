"""All oracles together: one call for a request, one for a chain."""

from __future__ import annotations

import time

from cryptography import x509

from . import lint, openssl, pyca


def judge_request(
    pem: str,
    *,
    subject: list[tuple[str, str]],
    sans: list[str],
    key_algorithm: str,
    private_key: str | None = None,
) -> None:
    """The request is sound and is what was asked for, by every oracle that knows its algorithm."""
    assert openssl.request_signature_holds(pem), f"openssl refuses the signature of\n{pem}"
    assert pyca.request_signature_holds(pem) in (True, None), f"cryptography refuses\n{pem}"
    read = pyca.request(pem)
    assert pyca.rdns(read.subject) == subject
    assert pyca.alternative_names(read) == sans
    assert pyca.key_algorithm(read) == key_algorithm
    if private_key is not None:
        assert openssl.public_key_of_request(pem) == openssl.public_key_of_key(private_key)


def judge_link(certificate: str, issuer: str, moment: int | None = None) -> None:
    """The certificate is sound by itself, and signed by the issuer (a root by itself)."""
    assert openssl.link_holds(certificate, issuer, moment), f"openssl refuses\n{certificate}"
    assert pyca.link_holds(certificate, issuer) in (True, None), f"cryptography: {certificate}"
    assert lint.unexpected_findings(certificate) == set(), f"pkilint on\n{certificate}"


def judge_leaf(certificate: str, issuer: str) -> x509.Certificate:
    """The certificate of somebody who is no CA is sound, and signed by the issuer."""
    read = pyca.certificate(certificate)
    begins = int(read.not_valid_before_utc.timestamp())
    moment = begins if begins > time.time() else None
    assert openssl.link_holds(certificate, issuer, moment), f"openssl refuses\n{certificate}"
    assert pyca.link_holds(certificate, issuer) in (True, None), f"cryptography: {certificate}"
    findings = lint.unexpected_findings_on_request(certificate)
    assert findings == set(), f"pkilint: {findings} on\n{certificate}"
    present = {extension.oid: extension for extension in read.extensions}
    assert not present[x509.BasicConstraints.oid].value.ca
    assert not present[x509.BasicConstraints.oid].critical
    if x509.KeyUsage.oid in present:
        usage = present[x509.KeyUsage.oid]
        assert usage.critical and not usage.value.key_cert_sign and not usage.value.crl_sign
    if x509.SubjectAlternativeName.oid in present:
        assert present[x509.SubjectAlternativeName.oid].critical == (len(read.subject.rdns) == 0)
    return read


def judge_chain(chain: list[str]) -> None:
    """Every certificate is sound by itself and signed by the next; the last by itself."""
    assert chain
    for certificate, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
        judge_link(certificate, issuer)
    if len(chain) > 1 and not any(openssl.is_sm2(certificate) for certificate in chain):
        verdict = openssl.chain_verdict(chain[0], chain[1:])
        assert verdict.endswith(": OK"), verdict


def judge_crl(crl: str, issuer: str) -> x509.CertificateRevocationList:
    """The CRL is sound by itself, complete, and signed by the issuer, by every oracle."""
    assert openssl.crl_signature_holds(crl, issuer), f"openssl refuses\n{crl}"
    read = x509.load_pem_x509_crl(crl.encode())
    owner = pyca.certificate(issuer)
    assert read.is_signature_valid(owner.public_key()), f"cryptography refuses\n{crl}"
    assert read.issuer.public_bytes() == owner.subject.public_bytes()
    extensions = {extension.oid: extension for extension in read.extensions}
    assert set(extensions) == {x509.AuthorityKeyIdentifier.oid, x509.CRLNumber.oid}
    assert not any(extension.critical for extension in extensions.values())
    identifier = extensions[x509.AuthorityKeyIdentifier.oid].value
    own = owner.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert identifier.key_identifier == own.digest
    assert identifier.authority_cert_issuer is None
    assert read.next_update_utc is not None
    assert read.last_update_utc < read.next_update_utc
    assert all(entry.revocation_date_utc <= read.last_update_utc for entry in read)
    return read
