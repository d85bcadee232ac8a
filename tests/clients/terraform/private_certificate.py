"""The resource `private_certificate`: its bodies, and what it reads from the answers."""

from __future__ import annotations

from typing import Any

from harness import answers
from harness.provider import Provider

CERTIFICATES = "/v1/private-certificates"

#: All optional arguments unset: empty parts of the name, no usages, an empty extension. The
#: provider sends no alternative names, whatever the plan says.
BY_DEFAULT = (
    b'{"customized_extension":{"object_identifier":"","value":""},'
    b'"distinguished_name":{"common_name":"tf-certificate","country":"","locality":"",'
    b'"organization":"","organizational_unit":"","state":""},'
    b'"extended_key_usage":{"client_auth":false,"code_signing":false,"email_protection":false,'
    b'"server_auth":false,"time_stamping":false},"issuer_id":"%b","key_algorithm":"RSA2048",'
    b'"key_usage":[],"signature_algorithm":"SHA256","subject_alternative_names":[],'
    b'"validity":{"type":"DAY","value":1}}\n'
)

#: All of them set.
WHOLE = (
    b'{"customized_extension":{"object_identifier":"1.2.3.4.5","value":"tf"},'
    b'"distinguished_name":{"common_name":"tf-whole","country":"CN","locality":"Chengdu",'
    b'"organization":"Example","organizational_unit":"PKI","state":"Sichuan"},'
    b'"enterprise_project_id":"0",'
    b'"extended_key_usage":{"client_auth":true,"code_signing":false,"email_protection":false,'
    b'"server_auth":true,"time_stamping":false},"issuer_id":"%b","key_algorithm":"EC256",'
    b'"key_usage":["digitalSignature","keyAgreement"],"signature_algorithm":"SHA256",'
    b'"subject_alternative_names":[],"validity":{"start_from":"%d","type":"MONTH","value":1}}\n'
)


def create(provider: Provider, body: bytes) -> str:
    """`POST`, whose `certificate_id` is a text."""
    made = provider.ask("POST", CERTIFICATES, body).json()["certificate_id"]
    assert answers.CA_ID.fullmatch(made)
    return str(made)


def read(provider: Provider, certificate: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """`GET` of the certificate, then of its tags; nothing if the provider takes it for gone."""
    answer = provider.send("GET", f"{CERTIFICATES}/{certificate}")
    if answer.status != 200:
        assert answer.json()["error_code"] == "PCA.10010002", answer.body
        assert answer.status in (400, 404)
        return None
    found = answer.json()
    # It divides them by a thousand.
    for moment in ("create_time", "not_before", "not_after"):
        assert type(found[moment]) is int, moment
    tags = provider.ask("GET", f"{CERTIFICATES}/{certificate}/tags").json()["tags"]
    return found, {tag["key"]: tag["value"] for tag in tags}


def destroy(provider: Provider, certificate: str) -> None:
    """`DELETE`, without a query and a body."""
    assert provider.ask("DELETE", f"{CERTIFICATES}/{certificate}").body == b""
