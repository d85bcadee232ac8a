"""nginx and Apache with exactly the exported files; openssl verifies the handshake."""

from __future__ import annotations

import pathlib

import pytest

from files import unpack
from harness.sdk import Sdk
from readers import client, gnutls, nss, web
from world import Family

PASSWORD = "correct,horse.battery+staple-_#1"


def test_nginx_serves_an_export(family: Family, sdk: Sdk, place: pathlib.Path) -> None:
    names = unpack(sdk, family.good.certificate_id, "NGINX", place)
    assert names == {"server.crt", "server.key"}
    with web.Nginx(place) as server:
        verdict = client.connect(place, server.port, family.root)
        assert client.verified(verdict), verdict.text


def test_nginx_serves_an_export_under_a_password(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    unpack(sdk, family.good.certificate_id, "NGINX", place, password=PASSWORD)
    with pytest.raises(web.Failed), web.Nginx(place):
        pass
    (place / "password").write_text(PASSWORD + "\n")
    with web.Nginx(place, more=f"ssl_password_file {place}/password;") as server:
        verdict = client.connect(place, server.port, family.root)
        assert client.verified(verdict), verdict.text


def test_apache_serves_an_export(family: Family, sdk: Sdk, place: pathlib.Path) -> None:
    names = unpack(sdk, family.good.certificate_id, "APACHE", place)
    assert names == {"server.crt", "server.key", "chain.crt"}
    with web.Apache(place) as server:
        verdict = client.connect(place, server.port, family.root)
        assert client.verified(verdict), verdict.text


def test_apache_serves_an_export_under_a_password(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    unpack(sdk, family.good.certificate_id, "APACHE", place, password=PASSWORD)
    answer = place / "answer"
    answer.write_text(f"#!/bin/sh\nprintf '%s' '{PASSWORD}'\n")
    answer.chmod(0o700)
    with web.Apache(place, globally=f"SSLPassPhraseDialog exec:{answer}") as server:
        verdict = client.connect(place, server.port, family.root)
        assert client.verified(verdict), verdict.text


def test_a_client_that_trusts_another_root_ends_the_handshake(
    elliptic: Family, rsa: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    unpack(sdk, elliptic.good.certificate_id, "NGINX", place)
    with web.Nginx(place) as server:
        assert not client.verified(client.connect(place, server.port, rsa.root))


def test_gnutls_and_nss_complete_the_handshake_too(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    unpack(sdk, family.good.certificate_id, "NGINX", place)
    database = nss.Database(place / "nss")
    database.add("root", family.root, "CT,,")
    with web.Nginx(place) as server:
        gnu = gnutls.connect(place, server.port, family.root)
        assert gnu.ok and "The certificate is trusted." in gnu.text, gnu.text
        mozilla = database.connect(server.port)
        assert mozilla.ok, mozilla.text
