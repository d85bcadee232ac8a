"""`private_certificate`, `private_certificate_revoke`: create, read, update, delete."""

from __future__ import annotations

import time
import uuid

import pytest

from harness.provider import NO_CONTENT, Provider

from . import private_certificate
from .private_ca import AUTHORITIES, ROOT, create, destroy
from .private_certificate import BY_DEFAULT, CERTIFICATES, WHOLE

BLUE = b'{"tags":[{"key":"foo","value":"bar"},{"key":"key","value":"value"}]}\n'
GREEN = b'{"tags":[{"key":"foo","value":"bar-update"}]}\n'


@pytest.fixture(scope="module")
def root(provider: Provider) -> bytes:
    return create(provider, ROOT).encode()


def test_a_certificate_from_its_plan_to_its_destruction(provider: Provider, root: bytes) -> None:
    certificate = private_certificate.create(provider, BY_DEFAULT % root)
    path = f"{CERTIFICATES}/{certificate}"
    provider.ask("POST", f"{path}/tags/create", BLUE, NO_CONTENT)
    found, tags = private_certificate.read(provider, certificate) or pytest.fail("gone")
    assert (found["status"], found["gen_mode"]) == ("ISSUED", "GENERATE")
    assert (found["issuer_id"], found["issuer_name"]) == (root.decode(), "tf-root")
    assert (found["key_algorithm"], found["signature_algorithm"]) == ("RSA2048", "SHA256")
    assert found["enterprise_project_id"] == "0"
    assert found["not_after"] - found["not_before"] <= 86_400_000 + 60_000
    assert tags == {"foo": "bar", "key": "value"}
    # What the plan left out comes from the issuer, and is read back into it.
    name = found["distinguished_name"]
    assert (name["common_name"], name["country"], name["state"]) == (
        "tf-certificate",
        "CN",
        "Sichuan",
    )
    assert (name["locality"], name["organization"]) == ("Chengdu", "Example")
    assert name["organizational_unit"] == "PKI"

    provider.ask("DELETE", f"{path}/tags/delete", BLUE, NO_CONTENT)
    provider.ask("POST", f"{path}/tags/create", GREEN, NO_CONTENT)
    _, tags = private_certificate.read(provider, certificate) or pytest.fail("gone")
    assert tags == {"foo": "bar-update"}

    private_certificate.destroy(provider, certificate)
    assert private_certificate.read(provider, certificate) is None
    # A second destruction is told that there is none, which is as good.
    again = provider.send("DELETE", path)
    assert (again.status, again.json()["error_code"]) in (
        (400, "PCA.10010002"),
        (404, "PCA.10010002"),
    )


def test_every_argument_of_a_certificate_is_taken(provider: Provider, root: bytes) -> None:
    begins = int(time.time() * 1000) // 1000 * 1000 + 3_600_000
    certificate = private_certificate.create(provider, WHOLE % (root, begins))
    found, tags = private_certificate.read(provider, certificate) or pytest.fail("gone")
    assert found["not_before"] == begins
    # A month has 31 days.
    assert found["not_after"] == begins + 31 * 86_400_000
    assert tags == {}
    private_certificate.destroy(provider, certificate)


@pytest.mark.parametrize("body", [b'{"reason":null}\n', b'{"reason":"SUPERSEDED"}\n'])
def test_a_certificate_is_revoked_with_a_reason_or_with_null(
    provider: Provider, root: bytes, body: bytes
) -> None:
    certificate = private_certificate.create(provider, BY_DEFAULT % root)
    path = f"{CERTIFICATES}/{certificate}/revoke"
    assert provider.ask("POST", path, body, NO_CONTENT).body == b""
    found, _ = private_certificate.read(provider, certificate) or pytest.fail("gone")
    assert found["status"] == "REVOKED"
    private_certificate.destroy(provider, certificate)


def test_a_certificate_that_never_was_is_gone(provider: Provider) -> None:
    assert private_certificate.read(provider, str(uuid.uuid4())) is None


def test_the_certificate_of_a_disabled_ca_is_refused_by_its_status(provider: Provider) -> None:
    ca_id = create(provider, ROOT)
    provider.ask("POST", f"{AUTHORITIES}/{ca_id}/disable", ok=NO_CONTENT)
    refused = provider.send("POST", CERTIFICATES, BY_DEFAULT % ca_id.encode())
    assert (refused.status, refused.json()["error_code"]) == (403, "PCA.00030201")
    assert "DISABLED" in refused.json()["error_msg"]
    destroy(provider, ca_id)
