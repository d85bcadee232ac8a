"""What pkilint says of a certificate, and which of its findings we accept and why."""

from __future__ import annotations

import functools

from pkilint import loader, validation
from pkilint.pkix import certificate, extension, name

#: finding code -> why every certificate of the server's has it.
EXCEPTIONS = {
    "pkix.subject_key_identifier_method_1_identified": (
        "not a fault but a remark: the key identifier is RFC 5280's method 1, as it is meant to be"
    ),
}

#: finding code -> why a certificate has it that was asked for with such a name.
NAME_EXCEPTIONS = {
    "pkix.invalid_domain_name_syntax": (
        "a wildcard is not in RFC 1034's preferred syntax; every client of TLS knows it (RFC 9525)"
    ),
}


@functools.cache
def _linter() -> validation.ValidatorContainer:
    return certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(
            name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
        ),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )


def findings(certificate_pem: str) -> set[str]:
    """The codes of all findings, down to the mildest."""
    document = loader.RFC5280CertificateDocumentLoader().load_pem_document(
        certificate_pem, "certificate"
    )
    return {
        description.finding.code
        for result in _linter().validate(document.root)
        for description in result.finding_descriptions
    }


def unexpected_findings(certificate_pem: str) -> set[str]:
    """The findings that no exception covers, and the exceptions that were not found."""
    return findings(certificate_pem) ^ EXCEPTIONS.keys()
