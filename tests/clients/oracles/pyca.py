"""What Python's `cryptography` reads in, and says of, requests and certificates."""

from __future__ import annotations

import re

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID, NameOID

SHORT = {
    NameOID.COUNTRY_NAME: "C",
    NameOID.STATE_OR_PROVINCE_NAME: "ST",
    NameOID.LOCALITY_NAME: "L",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COMMON_NAME: "CN",
}

SIGNATURES = {
    "1.2.840.113549.1.1.11": ("RSA", "SHA256"),
    "1.2.840.113549.1.1.12": ("RSA", "SHA384"),
    "1.2.840.113549.1.1.13": ("RSA", "SHA512"),
    "1.2.840.10045.4.3.2": ("EC", "SHA256"),
    "1.2.840.10045.4.3.3": ("EC", "SHA384"),
    "1.2.840.10045.4.3.4": ("EC", "SHA512"),
    "1.2.156.10197.1.501": ("SM2", "SM3"),
}


def request(pem: str) -> x509.CertificateSigningRequest:
    return x509.load_pem_x509_csr(pem.encode())


def certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def blocks(text: str) -> list[str]:
    """The PEM blocks of a text, in order."""
    found = re.findall(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", text, re.DOTALL)
    return [block.replace("\r\n", "\n") + "\n" for block in found]


def rdns(name: x509.Name) -> list[tuple[str, str]]:
    """The name's parts in their encoded order, one attribute each."""
    parts = []
    for rdn in name.rdns:
        [attribute] = list(rdn)
        parts.append((SHORT.get(attribute.oid, attribute.oid.dotted_string), str(attribute.value)))
    return parts


def string_types(name: x509.Name) -> dict[str, str]:
    """Which ASN.1 string type each part of the name has."""
    return {
        SHORT.get(part.oid, part.oid.dotted_string): part._type.name  # noqa: SLF001
        for rdn in name.rdns
        for part in rdn
    }


def alternative_names(of: x509.CertificateSigningRequest | x509.Certificate) -> list[str]:
    """The SAN extension's names as texts, in their order; empty without the extension."""
    try:
        found = of.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME)
    except x509.ExtensionNotFound:
        return []
    names: x509.SubjectAlternativeName = found.value  # type: ignore[assignment]
    return [str(name.value) for name in names]


def key_algorithm(of: x509.CertificateSigningRequest | x509.Certificate) -> str:
    """The public key in SCM's words; `SM2` for a curve that `cryptography` does not know."""
    try:
        key = of.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return "SM2"
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA_{key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {"secp256r1": "EC_P256", "secp384r1": "EC_P384"}.get(key.curve.name, key.curve.name)
    return type(key).__name__


def signature_algorithm(of: x509.CertificateSigningRequest | x509.Certificate) -> tuple[str, str]:
    """Family and hash of the signature."""
    return SIGNATURES[of.signature_algorithm_oid.dotted_string]


def request_signature_holds(pem: str) -> bool | None:
    """Is the request's own signature right? None for an algorithm that `cryptography` does not know."""
    read = request(pem)
    if key_algorithm(read) == "SM2":
        return None
    return read.is_signature_valid


def link_holds(certificate_pem: str, issuer_pem: str) -> bool | None:
    """Did `issuer` sign `certificate`? None for an algorithm that `cryptography` does not know."""
    child, issuer = certificate(certificate_pem), certificate(issuer_pem)
    if key_algorithm(issuer) == "SM2":
        return None
    try:
        child.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def private_key_type(pem: str) -> str:
    """The class name of an unencrypted private key."""
    return type(serialization.load_pem_private_key(pem.encode(), None)).__name__
