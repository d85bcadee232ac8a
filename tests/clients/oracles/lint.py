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
    "pkix.invalid_uri_syntax": (
        "pkilint asks a library that knows the schemes and hosts of the Web only; spiffe: and urn: "
        "URIs, and hosts of one label, are URIs all the same (RFC 3986)"
    ),
}

#: finding code -> why a certificate has it that was asked for with such extended key usages.
PURPOSE_EXCEPTIONS = {
    "pkix.extended_key_usage_extension_with_timestamping_not_critical": (
        "time stamping beside other purposes: RFC 3161 wants it critical and alone, and a critical "
        "extension would keep the other purposes from working where they are not known"
    ),
}

#: finding code -> why a certificate has it that was asked for with such key usages.
USAGE_EXCEPTIONS = {
    "pkix.key_usage_value_prohibited_for_rsa": (
        "usages that do not suit the key are accepted as the cloud accepts them, and told in the "
        "audit event"
    ),
    "pkix.key_usage_value_prohibited_for_ec": (
        "as for RSA; those of SM2 are GM/T 0015's, for which pkilint has no rule"
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


def unexpected_findings_on_request(certificate_pem: str) -> set[str]:
    """The same of a certificate for which names, usages or purposes may have been asked."""
    asked = NAME_EXCEPTIONS.keys() | USAGE_EXCEPTIONS.keys() | PURPOSE_EXCEPTIONS.keys()
    return unexpected_findings(certificate_pem) - asked
