"""Fixtures: one server for the session, and what relying parties meet of it."""

from __future__ import annotations

import pathlib
from collections.abc import Generator, Iterator

import pytest

import sharded
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Server
from sharded import Sharded
from world import Family, make


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The session's server, without quotas, on loopback addresses."""
    with Server(settings=NO_QUOTAS) as made:
        made.init()
        yield made.start()


@pytest.fixture(scope="session")
def sdk(server: Server) -> Sdk:
    """The Python SDK with the administrator's access key."""
    assert server.credentials is not None
    return Sdk(server, server.credentials)


@pytest.fixture(scope="session")
def elliptic(sdk: Sdk) -> Family:
    """A root, a CA below it and their certificates, all on P-256."""
    return make(sdk, "EC256")


@pytest.fixture(scope="session")
def rsa(sdk: Sdk) -> Family:
    """Likewise with RSA."""
    return make(sdk, "RSA2048")


@pytest.fixture(scope="session")
def sm2(sdk: Sdk) -> Family:
    """Likewise with SM2: dual certificates."""
    return make(sdk, "SM2")


@pytest.fixture(scope="session")
def shards() -> Sharded:
    """A CA with two shards, one certificate on each."""
    return sharded.make()


@pytest.fixture(params=["EC256", "RSA2048"])
def family(request: pytest.FixtureRequest) -> Family:
    """Each family that software outside China reads."""
    name = {"EC256": "elliptic", "RSA2048": "rsa"}[request.param]
    found: Family = request.getfixturevalue(name)
    return found


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder for the files of one test."""
    return tmp_path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the servers' logs beside a failure."""
    report = yield
    if report.failed:
        for server in Server.alive:
            report.sections.append((f"log of {server.data_dir}", server.log_tail()))
    return report
