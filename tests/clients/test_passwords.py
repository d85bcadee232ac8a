"""Passwords: set at a terminal, changed through the SDKs, hashed anew when their cost is raised."""

from __future__ import annotations

import dataclasses
import os
import pty
import select
import signal
import subprocess
import termios
import time
import uuid

import pytest
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkiam.v3 import (
    KeystoneUpdatePasswordOption,
    KeystoneUpdateUserPasswordRequest,
    KeystoneUpdateUserPasswordRequestBody,
)
from huaweicloudsdkiam.v5 import ChangePasswordReqBody, ChangePasswordV5Request
from huaweicloudsdkiam.v5 import IamClient as IamClientV5

from harness.contents import query_rows
from harness.sdk import Sdk
from harness.server import PATIENCE, Credentials, Server, binary
from harness.spreading import spread
from harness.wire import Wire, password_sign_in


@pytest.fixture
def owner(server: Server) -> Credentials:
    """An account of the test's own, since its password changes."""
    return server.create_account(f"passwords-{uuid.uuid4().hex[:12]}")


def status(server: Server, owner: Credentials, password: str) -> int:
    body = password_sign_in(dataclasses.replace(owner, password=password), None)
    return Wire(server).post("/v3/auth/tokens", json=body).status_code


def typed(server: Server, owner: Credentials, *lines: str) -> tuple[int, str]:
    """`user set-password` at a terminal: its exit status and all that the terminal showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            str(binary()), "user", "set-password", "--account", owner.account_name,
            "--data-dir", str(server.data_dir),
        ],
        env=server.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown, waiting = "", list(lines)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not select.select([ours], [], [], 0.1)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            shown += os.read(ours, 4096).decode()
        except OSError:
            break
        if waiting and shown.count(": ") > len(lines) - len(waiting):
            os.write(ours, (waiting.pop(0) + "\n").encode())
    os.close(ours)
    return process.wait(PATIENCE), shown


def test_a_password_is_typed_twice_and_not_shown(server: Server, owner: Credentials) -> None:
    code, shown = typed(server, owner, "correct horse", "correct horse")
    assert code == 0, shown
    assert "New password: " in shown
    assert "correct" not in shown
    spread(server)
    assert status(server, owner, "correct horse") == 201
    assert status(server, owner, owner.password) == 401


def test_two_different_ones_change_nothing(server: Server, owner: Credentials) -> None:
    code, shown = typed(server, owner, "correct horse", "correct house")
    assert code == 1
    assert "differ" in shown and "correct" not in shown
    assert status(server, owner, owner.password) == 201


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_a_signal_at_the_prompt_gives_the_terminal_its_echo_back(
    server: Server, owner: Credentials, number: signal.Signals
) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            str(binary()), "user", "set-password", "--account", owner.account_name,
            "--data-dir", str(server.data_dir),
        ],
        env=server.environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    try:
        shown, deadline = "", time.monotonic() + PATIENCE
        while "New password: " not in shown and time.monotonic() < deadline:
            if select.select([ours], [], [], 0.1)[0]:
                shown += os.read(ours, 4096).decode()
        assert not termios.tcgetattr(theirs)[3] & termios.ECHO, shown
        process.send_signal(number)
        assert process.wait(PATIENCE) == 128 + number
        assert termios.tcgetattr(theirs)[3] & termios.ECHO
    finally:
        process.kill()
        process.wait(PATIENCE)
        os.close(ours)
        os.close(theirs)
    assert status(server, owner, owner.password) == 201


@pytest.mark.one_node("each process counts failed sign-ins for itself")
def test_a_new_password_from_the_administrator_lifts_the_lock(
    server: Server, owner: Credentials
) -> None:
    answers = [status(server, owner, "wrong") for _ in range(5)]
    assert answers == [401] * 5
    assert status(server, owner, owner.password) == 401

    code, shown = typed(server, owner, "correct horse", "correct horse")
    assert code == 0, shown
    assert status(server, owner, "correct horse") == 201


def test_a_user_changes_its_own_in_version_three(server: Server, owner: Credentials) -> None:
    token = Wire(server).sign_in(owner)

    def change(password: str, original: str) -> None:
        option = KeystoneUpdatePasswordOption(password=password, original_password=original)
        Sdk(server, owner).iam.keystone_update_user_password(
            KeystoneUpdateUserPasswordRequest(
                user_id=owner.user_id, body=KeystoneUpdateUserPasswordRequestBody(user=option)
            )
        )

    with pytest.raises(ClientRequestException) as refused:
        change("correct horse", "wrong")
    assert refused.value.status_code == 401
    change("correct horse", owner.password)
    spread(server)

    assert Wire(server, token).get("/v3/auth/projects").status_code == 401
    assert status(server, owner, owner.password) == 401
    assert status(server, owner, "correct horse") == 201


def test_a_user_changes_its_own_in_version_five(server: Server, owner: Credentials) -> None:
    credentials = GlobalCredentials(owner.access_key, owner.secret_key, owner.account_id)
    builder = IamClientV5.new_builder().with_http_config(Sdk(server, owner).config)
    client = builder.with_credentials(credentials).with_endpoint(server.address).build()

    def change(new: str, old: str) -> None:
        body = ChangePasswordReqBody(new_password=new, old_password=old)
        client.change_password_v5(ChangePasswordV5Request(body=body))

    for new, old, code in (
        ("correct horse", "wrong", "1103"),
        (owner.password, owner.password, "1108"),
        ("short", owner.password, "IAM.0007"),
    ):
        with pytest.raises(ClientRequestException) as refused:
            change(new, old)
        assert (refused.value.status_code, refused.value.error_code) == (400, code)
    change("correct horse", owner.password)
    spread(server)
    assert status(server, owner, "correct horse") == 201


def test_a_raised_cost_takes_hold_at_the_next_sign_in_and_ends_nothing() -> None:
    with Server() as server:
        owner = server.init()
        server.start()
        token = Wire(server).sign_in(owner)
        server.settings.write_text("[password]\nmemory_kib = 65536\npasses = 4\n")
        server.restart()

        assert status(server, owner, "wrong") == 401
        assert status(server, owner, owner.password) == 201
        assert Wire(server, token).get("/v3/auth/projects").status_code == 200
        query = "SELECT password_hash FROM users WHERE id = ?"
        [(kept,)] = query_rows(server, query, (owner.user_id,))
        assert "m=65536,t=4,p=1" in kept
