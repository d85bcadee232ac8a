"""Fixtures: one server for the session, its accounts, and the clients that talk to it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from harness.postgres import Postgres
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Credentials, Server
from harness.sweep import judge_everything
from harness.wire import Wire


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The session's server, without quotas. A test that harms its server starts its own.

    At the end all that it signed is judged, also what no test looked at.
    """
    with Server(settings=NO_QUOTAS) as made:
        made.init()
        yield made.start()
        judge_everything(made)
        assert "Nothing is wrong" in made.run("check").stdout


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The session's PostgreSQL, in which each test makes databases of its own."""
    with Postgres() as made:
        yield made


@pytest.fixture(scope="session")
def account(server: Server) -> Credentials:
    """The administrator that `init` made."""
    assert server.credentials is not None
    return server.credentials


@pytest.fixture(scope="session")
def neighbour(server: Server) -> Credentials:
    """Another account of the same server, without an enterprise profile."""
    return server.create_account("neighbour")


@pytest.fixture(scope="session")
def sdk(server: Server, account: Credentials) -> Sdk:
    """The SDKs with the account's access key."""
    return Sdk(server, account)


@pytest.fixture(scope="session")
def neighbour_sdk(server: Server, neighbour: Credentials) -> Sdk:
    """The SDKs with the neighbour's access key."""
    return Sdk(server, neighbour)


@pytest.fixture(scope="session")
def token(server: Server, account: Credentials) -> str:
    """A token of the account's project."""
    return Wire(server).sign_in(account)


@pytest.fixture(scope="session")
def token_sdk(server: Server, account: Credentials, token: str) -> Sdk:
    """The SDKs with a token instead of an access key."""
    return Sdk(server, account, token=token)


@pytest.fixture(scope="session")
def wire(server: Server, token: str) -> Wire:
    """HTTP without an SDK, with the account's token."""
    return Wire(server, token)


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
