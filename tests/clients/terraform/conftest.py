"""An account of its own for the replayed sequences, and the provider that makes them."""

from __future__ import annotations

import pytest

from harness.provider import Provider
from harness.server import Server


@pytest.fixture(scope="module")
def provider(server: Server, request: pytest.FixtureRequest) -> Provider:
    """The provider with the access key of an account that nobody else fills."""
    name = str(request.module.__name__).rpartition(".")[2].replace("_", "-")
    return Provider(server, server.create_account(f"terraform-{name}"))
