"""The resource `private_ca`, post-paid: its bodies, and what it reads from the answers."""

from __future__ import annotations

from typing import Any

from harness import answers
from harness.provider import NO_CONTENT, Provider

AUTHORITIES = "/v1/private-certificate-authorities"

#: A root whose optional arguments are unset: an empty enterprise project, the default key usages.
ROOT = (
    b'{"distinguished_name":{"common_name":"tf-root","country":"CN","locality":"Chengdu",'
    b'"organization":"Example","organizational_unit":"PKI","state":"Sichuan"},'
    b'"enterprise_project_id":"","key_algorithm":"EC384",'
    b'"key_usages":["digitalSignature","keyCertSign","cRLSign"],'
    b'"signature_algorithm":"SHA384","type":"ROOT","validity":{"type":"YEAR","value":5}}\n'
)

#: A root with `started_at`, a text of milliseconds.
ROOT_FROM = (
    b'{"distinguished_name":{"common_name":"tf-root-from","country":"CN","locality":"Chengdu",'
    b'"organization":"Example","organizational_unit":"PKI","state":"Sichuan"},'
    b'"enterprise_project_id":"0","key_algorithm":"EC256",'
    b'"key_usages":["digitalSignature","keyCertSign","cRLSign"],'
    b'"signature_algorithm":"SHA256","type":"ROOT",'
    b'"validity":{"start_from":"%d","type":"DAY","value":30}}\n'
)

#: A subordinate, with a path length and key usages of its own.
SUBORDINATE = (
    b'{"distinguished_name":{"common_name":"tf-subordinate","country":"CN","locality":"Chengdu",'
    b'"organization":"Example","organizational_unit":"PKI","state":"Sichuan"},'
    b'"enterprise_project_id":"","issuer_id":"%b","key_algorithm":"EC256",'
    b'"key_usages":["cRLSign"],"path_length":5,"signature_algorithm":"SHA256",'
    b'"type":"SUBORDINATE","validity":{"type":"MONTH","value":3}}\n'
)

#: A subordinate without path length and key usages: the provider fills in the usages alone.
SUBORDINATE_BY_DEFAULT = (
    b'{"distinguished_name":{"common_name":"tf-plain","country":"CN","locality":"Chengdu",'
    b'"organization":"Example","organizational_unit":"PKI","state":"Sichuan"},'
    b'"enterprise_project_id":"","issuer_id":"%b","key_algorithm":"EC256",'
    b'"key_usages":["digitalSignature","keyCertSign","cRLSign"],"signature_algorithm":"SHA256",'
    b'"type":"SUBORDINATE","validity":{"type":"HOUR","value":100}}\n'
)


def create(provider: Provider, body: bytes) -> str:
    """`POST`, whose `ca_id` must not be empty."""
    made = provider.ask("POST", AUTHORITIES, body).json()["ca_id"]
    assert answers.CA_ID.fullmatch(made)
    return str(made)


def read(provider: Provider, ca_id: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """`GET` of the CA, then of its tags; nothing if the provider takes it for gone.

    Gone is 404, or 400 with this one code, or the status `DELETED`; its tags are not read then.
    """
    answer = provider.send("GET", f"{AUTHORITIES}/{ca_id}")
    if answer.status != 200:
        assert answer.json()["error_code"] == "PCA.10010002", answer.body
        assert answer.status in (400, 404)
        return None
    found = answer.json()
    if found["status"] == "DELETED":
        return None
    _check_attributes(found)
    tags = provider.ask("GET", f"{AUTHORITIES}/{ca_id}/tags").json()["tags"]
    return found, {tag["key"]: tag["value"] for tag in tags}


def _check_attributes(found: dict[str, Any]) -> None:
    """The attributes that the resource and its acceptance tests want to have, in their types."""
    assert found["charging_mode"] == 1, "1 is post-paid"
    assert found["gen_mode"] and found["serial_number"]
    assert type(found["free_quota"]) is int
    assert type(found["path_length"]) is int
    # It divides them by a thousand.
    assert type(found["create_time"]) is int and type(found["not_after"]) is int
    assert found["crl_configuration"]["enabled"] is False
    for unset in ("crl_name", "crl_dis_point", "obs_bucket_name", "valid_days"):
        assert not found["crl_configuration"].get(unset), unset
    names = ("common_name", "country", "state", "locality", "organization", "organizational_unit")
    assert all(found["distinguished_name"][name] for name in names)


def destroy(provider: Provider, ca_id: str) -> None:
    """`GET`; `disable` if it is in use; `DELETE` with its window of seven days."""
    found = provider.ask("GET", f"{AUTHORITIES}/{ca_id}").json()
    if found["status"] in ("ACTIVED", "EXPIRED"):
        act(provider, ca_id, "disable")
    if found["status"] == "DELETED":
        return
    gone = provider.ask("DELETE", f"{AUTHORITIES}/{ca_id}?pending_days=7", ok=(200, 204))
    assert gone.body == b""


def act(provider: Provider, ca_id: str, action: str) -> None:
    """A `POST` without a body and without its type, answered 204."""
    assert provider.ask("POST", f"{AUTHORITIES}/{ca_id}/{action}", ok=NO_CONTENT).body == b""
