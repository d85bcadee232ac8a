"""The command line: what it makes, what it refuses, and whether a person is told what to do."""

from __future__ import annotations

import itertools
import json
import os
import pathlib
import re
import socket
import stat
import subprocess
from collections.abc import Iterator

import pytest

from harness import answers
from harness.authorities import create_root
from harness.csrs import create
from harness.sdk import Sdk
from harness.server import PATIENCE, REGION, Credentials, Server, ServerFailed, binary
from harness.wire import Wire

pytestmark = pytest.mark.one_node("it is about one data directory and its process")


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that is neither initialised nor started."""
    with Server() as made:
        yield made


def mode(path: pathlib.Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(server: Server) -> dict[str, bytes]:
    """All files that last: not the lock, and not what SQLite rebuilds."""
    return {
        path.name: path.read_bytes()
        for path in server.data_dir.rglob("*")
        if path.is_file() and path.name != "lock" and not path.name.endswith("-shm")
    }


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What a refusal tells; it must be short and no panic."""
    assert done.returncode not in (0, 101), done
    assert "panicked" not in done.stderr
    assert done.stderr.strip()
    return done.stderr


def test_init_prints_one_json_object_with_everything_a_client_needs(own: Server) -> None:
    printed = json.loads(own.run("init", "--region", REGION, "--format", "json").stdout)
    assert set(printed) == {
        "account_id",
        "account_name",
        "user_id",
        "user_name",
        "password",
        "access_key",
        "secret_key",
        "project_id",
        "project_name",
        "data_dir",
        "ca_file",
    }
    for field in ("account_id", "user_id", "project_id"):
        assert answers.HEX_32.fullmatch(printed[field])
    assert printed["project_name"] == REGION
    assert pathlib.Path(printed["ca_file"]).is_file()


@pytest.mark.parametrize(
    ("settings", "warning"),
    [
        ("", "only this machine reaches"),
        ('listen = "0.0.0.0:8443"\n', "will be refused"),
        ('public_url = "http://pki.example.org"\n', ""),
    ],
)
def test_init_warns_of_what_certificates_will_name(settings: str, warning: str) -> None:
    with Server(settings=settings) as server:
        config = str(server.settings)
        told = server.run("init", "--format", "json", "--config", config).stderr
    assert ("public_url" in told) == bool(warning) and warning in told


def test_nothing_in_the_data_directory_is_readable_by_others(own: Server) -> None:
    os.umask(0)
    try:
        own.init()
        own.start()
    finally:
        os.umask(0o022)
    assert mode(own.data_dir) == 0o700
    for path in own.data_dir.rglob("*"):
        assert mode(path) & 0o077 == 0, path


def test_a_second_init_refuses_and_changes_nothing(own: Server) -> None:
    account = own.init()
    before = contents(own)
    again = own.run("init", "--region", REGION, "--format", "json", expect=None)
    assert str(own.data_dir) in said(again)
    assert again.stdout == ""
    assert contents(own) == before
    own.start()
    assert Wire(own).sign_in(account)


def test_serve_on_an_empty_directory_makes_it_and_writes_the_credentials_down(own: Server) -> None:
    own.start()
    file = own.data_dir / "credentials.json"
    assert mode(file) == 0o600
    account = Credentials.from_json(file.read_text())
    assert Wire(own).sign_in(account)
    assert account.password not in own.log_tail()
    assert account.secret_key not in own.log_tail()
    assert str(file) in own.log_tail()


def test_a_directory_that_others_can_read_is_refused(own: Server) -> None:
    own.init()
    own.data_dir.chmod(0o755)
    with pytest.raises(ServerFailed) as failed:
        own.start()
    assert str(own.data_dir) in str(failed.value)


def test_a_key_file_that_others_can_read_is_refused(own: Server) -> None:
    own.init()
    [key] = [path for path in own.data_dir.rglob("*") if "master" in path.name]
    key.chmod(0o644)
    with pytest.raises(ServerFailed) as failed:
        own.start()
    assert key.name in str(failed.value)


def test_a_wrong_master_key_is_found_at_the_start(own: Server) -> None:
    own.init()
    [key] = [path for path in own.data_dir.rglob("*") if "master" in path.name]
    with Server() as other:
        other.init()
        [wrong] = [path for path in other.data_dir.rglob("*") if "master" in path.name]
        key.write_bytes(wrong.read_bytes())
    with pytest.raises(ServerFailed) as failed:
        own.start()
    assert "master key" in str(failed.value).lower()
    assert "panicked" not in str(failed.value)


def test_a_second_server_on_the_same_directory_is_refused(own: Server) -> None:
    own.init()
    own.start()
    second = own.run(
        "serve", "--listen", "127.0.0.1:0", "--public-listen", "127.0.0.1:0", expect=None
    )
    assert str(own.data_dir) in said(second)


def test_a_taken_port_is_named(own: Server) -> None:
    own.init()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert address in said(own.run("serve", "--listen", address, expect=None))


def test_tls_is_switched_off_only_on_loopback(own: Server) -> None:
    own.init()
    refused = own.run("serve", "--listen", "0.0.0.0:0", "--tls", "off", expect=None)
    assert "tls" in said(refused).lower()


def test_without_tls_the_api_is_plain_http(own: Server) -> None:
    account = own.init()
    own.flags = ("--tls", "off")
    own.start()
    assert own.address.startswith("http://127.0.0.1:")
    assert Wire(own).sign_in(account)


def test_a_directory_that_cannot_be_made_is_named(own: Server) -> None:
    own.home.joinpath("data").write_text("a file")
    assert str(own.data_dir) in said(own.run("init", "--region", REGION, expect=None))


@pytest.mark.parametrize("running", [True, False])
def test_a_token_for_curl_works(own: Server, running: bool) -> None:
    account = own.init()
    if running:
        own.start()
    token = own.run("token").stdout.strip()
    domain = own.run("token", "--scope", "domain").stdout.strip()
    if not running:
        own.start()
    for each in (token, domain):
        assert len(each.split()) == 1
        answer = Wire(own, each).get("/v3/auth/domains")
        assert answer.json()["domains"][0]["id"] == account.account_id


@pytest.mark.parametrize("running", [True, False])
def test_an_account_is_made_beside_a_server_or_without_one(own: Server, running: bool) -> None:
    first = own.init()
    if running:
        own.start()
    made = own.create_account("second")
    if not running:
        own.start()
    assert made.account_name == "second"
    assert made.account_id != first.account_id
    assert create(Sdk(own, made).scm).status_code == 201
    again = own.run("account", "create", "--name", "second", expect=None)
    assert "second" in said(again)


def test_set_company_fills_what_a_request_leaves_out(own: Server) -> None:
    account = own.init()
    own.start()
    own.run(
        "account",
        "set-company",
        "--company-country",
        "DE",
        "--company-province",
        "Bremen",
        "--company-city",
        "Bremen",
        "--company-name",
        "Musik AG",
    )
    made = create(Sdk(own, account).scm, usage="ENTERPRISE")
    assert (made.company_country, made.company_city, made.company_name) == (
        "DE",
        "Bremen",
        "Musik AG",
    )


def test_the_sample_company_says_so_and_is_logged(own: Server) -> None:
    account = own.init()
    own.start()
    made = create(Sdk(own, account).scm, usage="ENTERPRISE")
    assert "cinnabar account set-company" in made.company_name
    assert "set-company" in own.log_tail()


def test_the_audit_shows_who_did_what(own: Server) -> None:
    account = own.init()
    own.start()
    made = create(Sdk(own, account).scm)
    key = Wire(own, Wire(own).sign_in(account)).get(f"/v3/scm/csr/{made.id}/private-key")
    assert made.id in own.run("audit", "list").stdout
    listed = own.run("audit", "list", "--format", "json").stdout
    assert made.id in listed
    assert key.headers["X-Request-Id"] in listed
    assert account.user_id in listed or account.user_name in listed
    assert "127.0.0.1" in listed
    assert "PRIVATE KEY" not in listed
    assert account.secret_key not in listed


def test_no_secret_is_ever_logged(own: Server) -> None:
    account = own.init()
    own.environment["RUST_LOG"] = "trace"
    own.environment["CINNABAR_LOG"] = "trace"
    own.start()
    sdk = Sdk(own, account)
    made = create(sdk.scm)
    token = Wire(own).sign_in(account)
    key = Wire(own, token).get(f"/v3/scm/csr/{made.id}/private-key").json()["private_key"]
    host, port = own.address.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as plain:
        plain.sendall(b"this is not TLS\r\n\r\n")
        plain.recv(1)
    assert own.terminate() == 0
    log = own.log.read_text(errors="replace")
    assert '"DEBUG"' in log, "the log tells less than it could"
    for secret in (account.password, account.secret_key, token, key.splitlines()[1]):
        assert secret not in log


def test_a_quota_is_a_setting_and_is_told_when_reached() -> None:
    with Server(settings="[quota]\nca = 2\ncsr = 2\n") as small:
        sdk = Sdk(small, small.init())
        small.start()
        for number in range(2):
            create(sdk.scm)
            create_root(sdk.ccm, f"Within {number}")
        error = answers.sdk_refused(lambda: create(sdk.scm), 400, "SCM.0011")
        assert "quota" in error.error_msg.lower()
        answers.sdk_refused(lambda: create_root(sdk.ccm, "Beyond"), 403, "PCA.00030401")


def test_an_unknown_setting_is_named(own: Server) -> None:
    own.init()
    own.settings.write_text("[quotas]\nca = 1\n")
    with pytest.raises(ServerFailed) as failed:
        own.start()
    assert "quotas" in str(failed.value)


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("init",),
        ("serve",),
        ("token",),
        ("account", "create"),
        ("account", "set-company"),
        ("audit", "list"),
        ("completions",),
    ],
    ids=" ".join,
)
def test_help_is_worth_reading(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [str(binary()), *command, "--help"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    lines = done.stdout.splitlines()
    assert not lines[0].startswith("Usage:"), "it does not say what it is for"
    assert any(line.startswith("Usage: cinnabar") for line in lines)
    flag = re.compile(r" {2,6}(?:-\w, )?--(?P<name>[a-z0-9-]+)(?: [<\[][^>\]]+[>\]])?")
    told: dict[str, str] = {}
    for line, following in itertools.pairwise([*lines, ""]):
        if found := flag.match(line):
            told[found["name"]] = line[found.end() :].strip() or following.strip()
    assert "data-dir" in told
    assert [name for name, words in told.items() if len(words) < 8] == []


def test_the_server_says_what_it_decided(own: Server) -> None:
    own.init()
    own.start()
    own.terminate()
    log = own.log.read_text()
    assert own.address in log
    assert str(own.data_dir) in log
