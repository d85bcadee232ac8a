"""The keystores of exports for Tomcat and IIS, opened by the JDK, NSS and Bouncy Castle."""

from __future__ import annotations

import pathlib

import pytest

from files import unpack
from harness.authorities import create_root
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Server
from readers import bouncy
from readers.command import Verdict, run
from world import Family, create

PASSWORD = "correct,horse.battery+staple-_#1"


def keytool(file: pathlib.Path, kind: str, password: str) -> Verdict:
    """`keytool -list`, which checks the store's integrity with the password."""
    return run(
        "keytool",
        "-list",
        "-v",
        "-keystore",
        file,
        "-storetype",
        kind,
        "-storepass",
        password,
        environment={"LC_ALL": "C", "JAVA_TOOL_OPTIONS": ""},
    )


@pytest.fixture(params=["given", "generated"])
def password(request: pytest.FixtureRequest) -> str | None:
    """A password of the caller's, or none: then the export makes one."""
    return PASSWORD if request.param == "given" else None


def test_keytool_opens_tomcat_s_keystore(
    family: Family, sdk: Sdk, password: str | None, place: pathlib.Path
) -> None:
    known = opened_with(sdk, family, "TOMCAT", "server.jks", password, place)
    listed = keytool(place / "server.jks", "JKS", known)
    assert listed.ok, listed.text
    assert "Alias name: server" in listed.text, listed.text
    assert "Entry type: PrivateKeyEntry" in listed.text, listed.text
    assert "Certificate chain length: 3" in listed.text, listed.text
    assert not keytool(place / "server.jks", "JKS", known + "x").ok
    # Only whoever knows the key's own password can convert the entry.
    converted = run(
        "keytool",
        "-importkeystore",
        "-srckeystore",
        place / "server.jks",
        "-srcstoretype",
        "JKS",
        "-srcstorepass",
        known,
        "-destkeystore",
        place / "converted.p12",
        "-deststoretype",
        "PKCS12",
        "-deststorepass",
        known,
        "-noprompt",
    )
    assert converted.ok, converted.text


def test_the_jdk_nss_and_bouncy_castle_open_iis_s_keystore(
    family: Family, sdk: Sdk, password: str | None, place: pathlib.Path
) -> None:
    known = opened_with(sdk, family, "IIS", "server.pfx", password, place)
    listed = keytool(place / "server.pfx", "PKCS12", known)
    assert listed.ok, listed.text
    assert "Entry type: PrivateKeyEntry" in listed.text, listed.text
    assert "Certificate chain length: 3" in listed.text, listed.text
    assert not keytool(place / "server.pfx", "PKCS12", known + "x").ok
    shown = run("pk12util", "-l", place / "server.pfx", "-W", known)
    assert shown.ok and "Certificate" in shown.text, shown.text
    assert not run("pk12util", "-l", place / "server.pfx", "-W", known + "x").ok
    octets = (place / "server.pfx").read_bytes()
    opened = bouncy.keystore(place, "PKCS12", octets, known)
    assert opened.ok and "with 3 certificates" in opened.text, opened.text


def test_keytool_and_nss_open_the_keystore_of_old_windows_too(place: pathlib.Path) -> None:
    with Server(settings=f'{NO_QUOTAS}[export]\npkcs12 = "legacy"\n') as server:
        account = server.init()
        sdk = Sdk(server.start(), account)
        ca_id = create_root(sdk.ccm, "Old Windows")
        made = create(sdk, ca_id, "old.example.org")
        unpack(sdk, made, "IIS", place, password=PASSWORD)
    shown = run(
        "openssl",
        "pkcs12",
        "-info",
        "-legacy",
        "-noout",
        "-in",
        place / "server.pfx",
        "-passin",
        f"pass:{PASSWORD}",
    )
    assert shown.ok and "pbeWithSHA1And3-KeyTripleDES-CBC" in shown.text, shown.text
    assert "MAC: sha1" in shown.text and "PBES2" not in shown.text, shown.text
    assert keytool(place / "server.pfx", "PKCS12", PASSWORD).ok
    assert run("pk12util", "-l", place / "server.pfx", "-W", PASSWORD).ok


def opened_with(
    sdk: Sdk, family: Family, kind: str, store: str, password: str | None, place: pathlib.Path
) -> str:
    """Exports for this server type, and returns the password that opens the store."""
    more = {} if password is None else {"password": password}
    names = unpack(sdk, family.good.certificate_id, kind, place, **more)
    if password is not None:
        assert names == {store}
        return password
    assert names == {store, "keystorePass.txt"}
    made = (place / "keystorePass.txt").read_text()
    assert len(made) >= 16 and made == made.strip()
    return made
