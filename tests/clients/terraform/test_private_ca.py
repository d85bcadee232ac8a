"""`private_ca`, `private_ca_restore`, `private_ca_revoke`: create, read, update, delete."""

from __future__ import annotations

import time
import uuid

import pytest

from harness import answers
from harness.provider import NO_CONTENT, Provider

from .private_ca import (
    AUTHORITIES,
    ROOT,
    ROOT_FROM,
    SUBORDINATE,
    SUBORDINATE_BY_DEFAULT,
    act,
    create,
    destroy,
    read,
)

BLUE = b'{"tags":[{"key":"foo","value":"bar"},{"key":"key","value":"value"}]}\n'
#: An empty value is left out.
GREEN = b'{"tags":[{"key":"foo","value":"bar-update"},{"key":"owner"}]}\n'


def test_a_root_from_its_plan_to_its_destruction(provider: Provider) -> None:
    ca_id = create(provider, ROOT)
    path = f"{AUTHORITIES}/{ca_id}"
    provider.ask("POST", f"{path}/tags/create", BLUE, NO_CONTENT)
    found, tags = read(provider, ca_id) or pytest.fail("gone")
    assert found["status"] == "ACTIVED", "it does not wait for it"
    assert (found["type"], found["path_length"]) == ("ROOT", 7)
    assert (found["issuer_id"], found["issuer_name"]) == (None, None)
    assert (found["key_algorithm"], found["signature_algorithm"]) == ("EC384", "SHA384")
    assert found["enterprise_project_id"] == "0"
    assert found["gen_mode"] == "GENERATE"
    assert tags == {"foo": "bar", "key": "value"}

    # The update: all old tags go, all new ones come, and only then the CA is disabled.
    provider.ask("DELETE", f"{path}/tags/delete", BLUE, NO_CONTENT)
    provider.ask("POST", f"{path}/tags/create", GREEN, NO_CONTENT)
    act(provider, ca_id, "disable")
    found, tags = read(provider, ca_id) or pytest.fail("gone")
    assert found["status"] == "DISABLED"
    assert tags == {"foo": "bar-update", "owner": ""}

    # Tags change while it is disabled, too.
    provider.ask("DELETE", f"{path}/tags/delete", GREEN, NO_CONTENT)
    act(provider, ca_id, "enable")
    found, tags = read(provider, ca_id) or pytest.fail("gone")
    assert (found["status"], tags) == ("ACTIVED", {})

    destroy(provider, ca_id)
    assert read(provider, ca_id) is None
    # A second destruction finds it deleted and asks for nothing more.
    destroy(provider, ca_id)


def test_a_root_that_is_created_disabled(provider: Provider) -> None:
    ca_id = create(provider, ROOT)
    provider.ask("POST", f"{AUTHORITIES}/{ca_id}/tags/create", BLUE, NO_CONTENT)
    act(provider, ca_id, "disable")
    found, _ = read(provider, ca_id) or pytest.fail("gone")
    assert found["status"] == "DISABLED"
    # It is deleted without being disabled first.
    destroy(provider, ca_id)
    assert read(provider, ca_id) is None


def test_the_beginning_of_the_validity_is_a_text(provider: Provider) -> None:
    begins = int(time.time() * 1000) // 1000 * 1000 + 86_400_000
    ca_id = create(provider, ROOT_FROM % begins)
    found, _ = read(provider, ca_id) or pytest.fail("gone")
    assert found["not_before"] == begins
    assert found["not_after"] == begins + 30 * 86_400_000
    assert found["enterprise_project_id"] == "0"
    destroy(provider, ca_id)


def test_a_subordinate_from_its_plan_to_its_destruction(provider: Provider) -> None:
    root = create(provider, ROOT)
    ca_id = create(provider, SUBORDINATE % root.encode())
    found, tags = read(provider, ca_id) or pytest.fail("gone")
    assert (found["type"], found["status"], found["path_length"]) == ("SUBORDINATE", "ACTIVED", 5)
    assert (found["issuer_id"], found["issuer_name"]) == (root, "tf-root")
    assert tags == {}
    destroy(provider, ca_id)
    assert read(provider, ca_id) is None
    destroy(provider, root)


def test_a_subordinate_with_what_the_provider_fills_in(provider: Provider) -> None:
    root = create(provider, ROOT)
    ca_id = create(provider, SUBORDINATE_BY_DEFAULT % root.encode())
    found, _ = read(provider, ca_id) or pytest.fail("gone")
    assert (found["path_length"], found["gen_mode"]) == (0, "GENERATE")
    destroy(provider, ca_id)
    destroy(provider, root)


def test_a_destroyed_ca_is_restored(provider: Provider) -> None:
    ca_id = create(provider, ROOT)
    destroy(provider, ca_id)
    assert read(provider, ca_id) is None
    act(provider, ca_id, "restore")
    found, _ = read(provider, ca_id) or pytest.fail("gone")
    assert found["status"] == "DISABLED"


@pytest.mark.parametrize("body", [b'{"reason":null}\n', b'{"reason":"KEY_COMPROMISE"}\n'])
def test_a_subordinate_is_revoked_with_a_reason_or_with_null(
    provider: Provider, body: bytes
) -> None:
    root = create(provider, ROOT)
    ca_id = create(provider, SUBORDINATE % root.encode())
    provider.ask("POST", f"{AUTHORITIES}/{ca_id}/revoke", body, NO_CONTENT)
    found, _ = read(provider, ca_id) or pytest.fail("gone")
    assert found["status"] == "REVOKED"
    # Neither active nor expired: it is deleted as it is.
    destroy(provider, ca_id)


def test_what_never_was_is_gone(provider: Provider) -> None:
    """`terraform import` of a wrong id says that there is no such object."""
    assert read(provider, str(uuid.uuid4())) is None


def test_a_refusal_has_its_code_at_the_top(provider: Provider) -> None:
    """The provider prints the body of what it did not expect, and reads its code from the top."""
    refused = provider.send("POST", AUTHORITIES, ROOT.replace(b"EC384", b"EC999"))
    assert refused.status == 400
    assert refused.json()["error_code"] == "PCA.00020102"
    assert answers.HEX_32.fullmatch(refused.headers["x-request-id"])
