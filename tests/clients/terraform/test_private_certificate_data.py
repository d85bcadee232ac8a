"""`private_certificates`, `…_export`, `…_by_tags`, `…_quota`, `…_tags`: what is only read."""

from __future__ import annotations

import base64
import io
import subprocess
import zipfile
from pathlib import Path

import pytest

from harness.provider import NO_CONTENT, Provider
from oracles import pyca
from oracles.judge import judge_chain

from . import private_certificate
from .private_ca import ROOT, create
from .private_certificate import BY_DEFAULT, CERTIFICATES


@pytest.fixture(scope="module")
def made(provider: Provider) -> list[str]:
    """Two certificates of one root, the first with a tag."""
    root = create(provider, ROOT).encode()
    both = [private_certificate.create(provider, BY_DEFAULT % root) for _ in range(2)]
    provider.ask(
        "POST",
        f"{CERTIFICATES}/{both[0]}/tags/create",
        b'{"tags":[{"key":"foo","value":"bar"}]}\n',
        NO_CONTENT,
    )
    return both


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("limit=1000", [1, 0]),
        ("limit=1000&offset=1000", []),
        ("limit=1000&name=tf-cert", [1, 0]),
        ("limit=1000&name=other", []),
        ("limit=1000&status=ISSUED", [1, 0]),
        ("limit=1000&status=REVOKED", []),
        ("limit=1000&sort_dir=ASC&sort_key=create_time", [0, 1]),
        ("limit=1000&name=&sort_dir=&sort_key=&status=", [1, 0]),
    ],
)
def test_a_list_is_read_in_pages_and_its_arguments_are_passed_on(
    provider: Provider, made: list[str], query: str, found: list[int]
) -> None:
    entries = provider.ask("GET", f"{CERTIFICATES}?{query}").json()["certificates"]
    assert [one["certificate_id"] for one in entries] == [made[number] for number in found]


@pytest.mark.parametrize("kind", ["APACHE", "NGINX", "OTHER"])
def test_the_texts_of_an_export_come_as_json(
    provider: Provider, made: list[str], kind: str
) -> None:
    body = b'{"is_compressed":false,"is_sm_standard":"","password":"","type":"%b"}\n'
    path = f"{CERTIFICATES}/{made[0]}/export"
    exported = provider.ask("POST", path, body % kind.encode()).json()
    chain = pyca.blocks(exported["certificate"]) + pyca.blocks(exported["certificate_chain"])
    judge_chain(chain)
    assert "PRIVATE KEY" in exported["private_key"]
    for never in ("enc_certificate", "enc_private_key", "enc_sm2_enveloped_key"):
        assert not exported.get(never), never


@pytest.mark.parametrize(("kind", "store"), [("IIS", "server.pfx"), ("TOMCAT", "server.jks")])
@pytest.mark.parametrize("password", ["", "Terraform-2026"])
def test_the_keystores_of_an_export_come_in_a_zip(
    provider: Provider, made: list[str], kind: str, store: str, password: str
) -> None:
    body = b'{"is_compressed":true,"is_sm_standard":"","password":"%b","type":"%b"}\n'
    path = f"{CERTIFICATES}/{made[0]}/export"
    answer = provider.ask("POST", path, body % (password.encode(), kind.encode()))
    with zipfile.ZipFile(io.BytesIO(answer.body)) as files:
        assert base64.b64encode(files.read(store))
        # With a password of the plan's own there is none to tell.
        assert ("keystorePass.txt" in files.namelist()) is (password == "")


def test_the_keystore_opens_with_the_passphrase_beside_it(
    provider: Provider, made: list[str], tmp_path: Path
) -> None:
    body = b'{"is_compressed":true,"is_sm_standard":"","password":"","type":"IIS"}\n'
    answer = provider.ask("POST", f"{CERTIFICATES}/{made[0]}/export", body)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as files:
        (tmp_path / "server.pfx").write_bytes(files.read("server.pfx"))
        passphrase = files.read("keystorePass.txt").decode()
    opened = subprocess.run(
        ["openssl", "pkcs12", "-in", tmp_path / "server.pfx", "-noenc", "-passin", "stdin"],
        input=passphrase,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert opened.returncode == 0, opened.stderr
    assert "PRIVATE KEY" in opened.stdout


def test_the_tags_of_all_certificates_are_one_list(provider: Provider, made: list[str]) -> None:
    assert made
    tags = provider.ask("GET", f"{CERTIFICATES}/tags").json()["tags"]
    assert tags == [{"key": "foo", "values": ["bar"]}]


def test_the_quota_counts_the_certificates(provider: Provider, made: list[str]) -> None:
    [resource] = provider.ask("GET", f"{CERTIFICATES}/quotas").json()["quotas"]["resources"]
    assert resource["type"] == "CERTIFICATE"
    assert resource["used"] == len(made)
    assert type(resource["quota"]) is int


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"limit":50}\n', [0, 1]),
        (b'{"limit":50,"tags":[{"key":"foo","values":["bar"]}]}\n', [0]),
        (b'{"limit":50,"tags":[{"key":"foo","values":[]}]}\n', [0]),
        (b'{"limit":50,"tags":[{"key":"foo","values":["other"]}]}\n', []),
        (b'{"limit":50,"matches":[{"key":"resource_name","value":"tf-cert"}]}\n', [0, 1]),
        (b'{"limit":50,"matches":[],"tags":[]}\n', [0, 1]),
    ],
)
def test_certificates_are_found_by_their_tags(
    provider: Provider, made: list[str], body: bytes, found: list[int]
) -> None:
    path = f"{CERTIFICATES}/resource-instances/filter"
    answer = provider.ask("POST", path, body).json()
    assert answer["total_count"] == len(found)
    assert {one["resource_id"] for one in answer["resources"]} == {made[n] for n in found}
    for one in answer["resources"]:
        assert one["resource_name"] == "tf-certificate"
        tagged = [{"key": "foo", "value": "bar"}] if one["resource_id"] == made[0] else []
        assert one["tags"] == tagged
