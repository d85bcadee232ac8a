"""Fixtures of the tests of several nodes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.postgres import Postgres
from harness.server import Server
from harness.trio import three


@pytest.fixture(scope="module")
def group(postgres: Postgres) -> Iterator[tuple[Server, list[Server]]]:
    """The group, and each of its nodes by itself."""
    with three(postgres) as made:
        yield made
