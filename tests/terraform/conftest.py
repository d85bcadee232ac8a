"""Fixtures: a server, and the plan that is applied to it once."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Generator, Iterator

import pytest
from huaweicloudsdkccm.v1 import CreateCertificateAuthorityObsAgencyRequest

from harness.sdk import Sdk
from harness.server import Server
from tofu import Tofu

#: The certificate `later` begins in an hour.
AN_HOUR = 3_600_000


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The session's server, as it is without settings."""
    with Server() as made:
        made.init()
        yield made.start()


@pytest.fixture(scope="session")
def sdk(server: Server) -> Sdk:
    """The Python SDK with the administrator's access key, for what the provider has no word for."""
    assert server.credentials is not None
    made = Sdk(server, server.credentials)
    made.ccm.create_certificate_authority_obs_agency(CreateCertificateAuthorityObsAgencyRequest())
    return made


@pytest.fixture(scope="session")
def begins() -> int:
    """When the certificate `later` begins, in milliseconds since 1970."""
    return int(time.time()) * 1000 + AN_HOUR


@pytest.fixture(scope="session")
def whole(
    server: Server, sdk: Sdk, begins: int, tmp_path_factory: pytest.TempPathFactory
) -> Tofu:
    """The plan `whole`, applied. A test that changes it changes it back."""
    assert server.credentials is not None
    made = Tofu("whole", tmp_path_factory.mktemp("whole"), server, server.credentials)
    made.apply(begins=str(begins))
    return made


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder for the plan of one test."""
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
