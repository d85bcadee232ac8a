"""`user` and `policy` on the command line, with the server running and without."""

from __future__ import annotations

import json
import pathlib
import subprocess
from collections.abc import Iterator

import pytest

from harness.server import PATIENCE, Server, binary
from harness.wire import Wire, password_sign_in

READING = {"Version": "5.0", "Statement": [{"Effect": "Allow", "Action": ["scm::listCsr"]}]}
ROLE = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["workspace:ca:list"]}]}


@pytest.fixture(scope="module", params=["running", "stopped"])
def own(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of the module's own, running or not."""
    with Server() as made:
        made.init()
        if request.param == "running":
            made.start()
        yield made


def lines(server: Server, *arguments: str) -> list[dict]:
    printed = server.run(*arguments, "--format", "json").stdout
    return [json.loads(line) for line in printed.splitlines()]


def create_policy(server: Server, place: pathlib.Path, name: str, document: dict, *more: str) -> dict:
    path = place / f"{name}.json"
    path.write_text(json.dumps(document))
    arguments = ("--name", name, "--document", str(path), *more)
    [policy] = lines(server, "policy", "create", *arguments)
    return policy


def attached(server: Server, name: str) -> int:
    [policy] = [entry for entry in lines(server, "policy", "list") if entry["name"] == name]
    return policy["attached"]


def test_a_user_is_made_listed_and_deleted(own: Server) -> None:
    said = own.run("user", "create", "--name", "jane", "--description", "nights").stdout
    assert "may do nothing yet" in said
    assert "policy attach --user 'jane'" in said
    assert "Password" not in said

    users = {user["name"]: user for user in lines(own, "user", "list")}
    assert set(users) == {"admin", "jane"}
    assert (users["jane"]["standing"], users["jane"]["state"]) == ("member", "enabled")
    assert users["jane"]["description"] == "nights"
    assert users["admin"]["standing"] == "owner"
    assert "jane" in own.run("user", "list").stdout

    own.run("user", "delete", "--name", "jane")
    assert [user["name"] for user in lines(own, "user", "list")] == ["admin"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("user", "delete", "--name", "admin"), "the owner of the account cannot be deleted"),
        (("user", "delete", "--name", "nobody"), "user nobody does not exist"),
        (("user", "create", "--name", "admin"), "user admin exists already"),
        (("user", "create", "--name", ""), "1 to 64 characters"),
        (("user", "create", "--name", "x", "--account", "nowhere"), "account nowhere does not"),
        (("user", "create", "--name", "x", "--password-stdin"), "password"),
        (("policy", "attach", "--policy", "none", "--user", "admin"), "policy none does not exist"),
        (("policy", "attach", "--policy", "PCA FullAccess", "--user", "x"), "user x does not"),
        (("policy", "attach", "--policy", "PCA FullAccess", "--group", "g"), "group g does not"),
        (
            ("policy", "detach", "--policy", "PCA FullAccess", "--user", "admin"),
            "policy PCA FullAccess is not attached to user admin",
        ),
        (
            ("policy", "attach", "--policy", "PCA FullAccess", "--user", "admin", "--project", "no"),
            "leave --project out to attach the policy wherever it counts",
        ),
        (
            ("policy", "detach", "--policy", "PCA FullAccess", "--user", "admin", "--project", "no"),
            "leave --project out to detach the policy wherever it is attached",
        ),
        (("policy", "delete", "--name", "none"), "policy none does not exist"),
        (("policy", "delete", "--name", "PCA FullAccess"), "comes with the server"),
        (("policy", "show", "--name", "none"), "policy none does not exist"),
        (("user", "disable", "--name", "admin"), "the owner of the account cannot be disabled"),
        (("user", "enable", "--user", "nobody"), "user nobody does not exist"),
        (("policy", "create", "--name", "p", "--document", "/no/such/file"), "/no/such/file"),
        (("policy", "create", "--name", "p", "--document", "/dev/null"), "not valid"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(
    own: Server, arguments: tuple[str, ...], problem: str
) -> None:
    refused = own.run(*arguments, expect=None)
    assert refused.returncode not in (0, 101)
    assert problem in refused.stderr
    assert [user["name"] for user in lines(own, "user", "list")] == ["admin"]


def test_a_policy_goes_to_a_user_or_to_a_group_but_not_to_both_or_none(own: Server) -> None:
    for to in ((), ("--user", "admin", "--group", "g")):
        refused = own.run("policy", "attach", "--policy", "PCA FullAccess", *to, expect=None)
        assert refused.returncode == 2


def test_a_policy_is_attached_and_detached(own: Server, tmp_path: pathlib.Path) -> None:
    own.run("user", "create", "--name", "reader")
    assert create_policy(own, tmp_path, "reading", READING)["kind"] == "5.0"
    assert create_policy(own, tmp_path, "desks", ROLE, "--type", "xa")["kind"] == "1.1 XA"
    for policy in ("reading", "desks", "PCA ReadOnlyAccess"):
        assert attached(own, policy) == 0
        own.run("policy", "attach", "--policy", policy, "--user", "reader")
        assert attached(own, policy) == 1
        own.run("policy", "detach", "--policy", policy, "--user", "reader")
        assert attached(own, policy) == 0

    own.run("policy", "attach", "--policy", "desks", "--user", "reader", "--project", "cn-north-4")
    own.run("policy", "attach", "--policy", "desks", "--user", "reader")
    assert attached(own, "desks") == 2
    own.run("policy", "detach", "--policy", "desks", "--user", "reader")
    assert attached(own, "desks") == 0
    own.run("user", "delete", "--name", "reader")


def audited(server: Server, *actions: str) -> list[str]:
    """What was told of these actions, the newest first."""
    printed = server.run("audit", "list", "--limit", "1000", "--format", "json").stdout
    events = [json.loads(line) for line in printed.splitlines()]
    return [event["action"] for event in events if event["action"] in actions]


def test_a_policy_is_shown_and_deleted_when_nobody_has_it(own: Server, tmp_path: pathlib.Path) -> None:
    own.run("user", "create", "--user", "holder")
    create_policy(own, tmp_path, "shown", READING)
    assert json.loads(own.run("policy", "show", "--name", "shown").stdout) == READING
    [shown] = lines(own, "policy", "show", "--name", "shown")
    assert (shown["kind"], json.loads(shown["document"])) == ("5.0", READING)
    ready_made = json.loads(own.run("policy", "show", "--name", "PCA FullAccess").stdout)
    assert ready_made["Version"] == "1.1"
    assert all("document" not in policy for policy in lines(own, "policy", "list"))

    own.run("policy", "attach", "--policy", "shown", "--user", "holder")
    refused = own.run("policy", "delete", "--name", "shown", expect=None)
    assert refused.returncode == 1
    assert "still attached" in refused.stderr
    assert "policy detach" in refused.stderr
    own.run("policy", "detach", "--policy", "shown", "--user", "holder")
    own.run("policy", "delete", "--name", "shown")
    assert "shown" not in {policy["name"] for policy in lines(own, "policy", "list")}
    assert audited(own, "delete_policy") == ["delete_policy"]
    own.run("user", "delete", "--user", "holder")


def test_a_user_is_disabled_and_enabled_again(own: Server) -> None:
    own.run("user", "create", "--name", "resting")
    before = len(audited(own, "update_user"))
    for command, state in (("disable", "disabled"), ("enable", "enabled")):
        own.run("user", command, "--name", "resting")
        users = {user["name"]: user["state"] for user in lines(own, "user", "list")}
        assert users["resting"] == state
    assert len(audited(own, "update_user")) == before + 2
    own.run("user", "delete", "--name", "resting")


def test_what_is_done_is_audited_with_the_operating_systems_user(own: Server) -> None:
    own.run("user", "create", "--name", "audited")
    own.run("user", "delete", "--name", "audited")
    events = [json.loads(line) for line in own.run("audit", "list", "--format", "json").stdout.splitlines()]
    told = [event for event in events if event["action"] in ("create_user", "delete_user")][:2]
    assert [event["action"] for event in told] == ["delete_user", "create_user"]
    assert all("name: audited" in event["detail"] for event in told)


def test_a_password_is_read_or_made_and_the_policy_counts_at_once(server: Server) -> None:
    made = server.create_account("by-hand")
    account = ("--account", made.account_name)
    [user] = lines(
        server, "user", "create", "--name", "made", "--generate-password", *account
    )
    given = subprocess.run(
        [
            str(binary()), "user", "create", "--name", "given", "--password-stdin", *account,
            "--data-dir", str(server.data_dir),
        ],
        input="correct horse 17\n",
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert "correct horse" not in given.stdout

    for name, password in (("made", user["password"]), ("given", "correct horse 17")):
        scope = {"project": {"id": made.project_id}}
        body = password_sign_in(made, scope)
        body["auth"]["identity"]["password"]["user"].update(name=name, password=password)
        signed_in = Wire(server).post("/v3/auth/tokens", json=body)
        assert signed_in.status_code == 201, signed_in.text
        wire = Wire(server, signed_in.headers["X-Subject-Token"])
        assert wire.get("/v3/scm/csr").status_code == 403
        server.run("policy", "attach", "--policy", "SCM ReadOnlyAccess", "--user", name, *account)
        assert wire.get("/v3/scm/csr").status_code == 200
