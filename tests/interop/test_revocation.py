"""A TLS server whose certificate is revoked: what its clients see, before and after.

By CRL (fetched from the address in the certificate) and by OCSP (asked for, and stapled by nginx
and Apache).
"""

from __future__ import annotations

import pathlib
import time
from collections.abc import Callable

from files import unpack
from harness.sdk import Sdk
from readers import client, gnutls, nss, web
from readers.command import Verdict, run
from world import Family, Leaf, crl_that_names, crl_url, fetch, issue, ocsp_url, revoke

#: openssl fetches the CRL that each certificate names. A root names none: so, the leaf's only.
FETCHED_CRL = ("-crl_check", "-crl_download")

STAPLING_BY_NGINX = """ssl_stapling on;
        ssl_stapling_verify on;
        ssl_trusted_certificate {place}/server.crt;"""

STAPLING_BY_APACHE = """SSLUseStapling on
    SSLStaplingReturnResponderErrors on"""


def served(sdk: Sdk, family: Family, name: str, kind: str, place: pathlib.Path) -> Leaf:
    """Issues a certificate and unpacks it for a server."""
    leaf = issue(sdk, family.ca_id, name)
    unpack(sdk, leaf.certificate_id, kind, place)
    return leaf


def eventually(look: Callable[[], Verdict], holds: Callable[[Verdict], bool]) -> Verdict:
    """Looks again until it holds: a server fetches what it staples after the first handshake."""
    deadline = time.monotonic() + 15
    while True:
        seen = look()
        if holds(seen) or time.monotonic() > deadline:
            return seen
        time.sleep(0.2)


def test_a_client_that_checks_crls_turns_away_after_the_revocation(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    leaf = served(sdk, family, "fetched.example.org", "NGINX", place)
    with web.Nginx(place) as server:

        def fetching() -> Verdict:
            return client.connect(place, server.port, family.root, *FETCHED_CRL)

        def given(crl: bytes) -> Verdict:
            crls = client.crl_pem(family.root_crl()) + client.crl_pem(crl)
            return client.connect(place, server.port, family.root + crls, "-crl_check_all")

        old = fetch(crl_url(leaf.pem))
        for before in (fetching(), given(old)):
            assert client.verified(before), before.text
        revoke(sdk, leaf, "SUPERSEDED")
        new = crl_that_names(leaf)
        for after in (fetching(), given(new)):
            assert not client.verified(after)
            assert "certificate revoked" in after.text, after.text


def test_clients_that_ask_by_ocsp_turn_away_at_once(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    leaf = served(sdk, family, "asked.example.org", "NGINX", place)
    database = nss.Database(place / "nss")
    database.add("root", family.root, "CT,,")
    with web.Nginx(place) as server:
        asked = openssl_ocsp(place, leaf, family)
        assert "leaf.pem: good" in asked.text and "Response verify OK" in asked.text, asked.text
        gnu = gnutls.connect(place, server.port, family.root, "--ocsp")
        assert gnu.ok, gnu.text
        mozilla = database.connect(server.port, "-o")
        assert mozilla.ok, mozilla.text

        revoke(sdk, leaf, "CESSATION_OF_OPERATION")
        asked = openssl_ocsp(place, leaf, family)
        assert "leaf.pem: revoked" in asked.text and "Response verify OK" in asked.text, asked.text
        assert "Reason: cessationOfOperation" in asked.text, asked.text
        gnu = gnutls.connect(place, server.port, family.root, "--ocsp")
        assert not gnu.ok and "revoked" in gnu.text, gnu.text
        mozilla = database.connect(server.port, "-o")
        assert not mozilla.ok and "revoked" in mozilla.text, mozilla.text


def openssl_ocsp(place: pathlib.Path, leaf: Leaf, family: Family) -> Verdict:
    for name, pem in (("leaf.pem", leaf.pem), ("ca.pem", family.ca), ("root.pem", family.root)):
        (place / name).write_text(pem)
    return run(
        "openssl",
        "ocsp",
        "-issuer",
        "ca.pem",
        "-cert",
        "leaf.pem",
        "-url",
        ocsp_url(leaf.pem),
        "-CAfile",
        "root.pem",
        "-verify_other",
        "ca.pem",
        place=place,
    )


def test_nginx_staples_good_and_after_the_revocation_nothing(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    leaf = served(sdk, family, "nginx.example.org", "NGINX", place)

    def look() -> Verdict:
        return client.connect(place, server.port, family.root, "-status")

    more = STAPLING_BY_NGINX.format(place=place)
    with web.Nginx(place, more=more) as server:
        before = eventually(look, lambda seen: client.stapled(seen) is not None)
        assert client.verified(before), before.text
        assert client.stapled(before) == "good", before.text + server.log()
    revoke(sdk, leaf)
    (place / "error.log").unlink()
    with web.Nginx(place, more=more) as server:
        # nginx does not pass on that its own certificate is revoked: it says so in its log.
        seen = eventually(look, lambda _: 'certificate status "revoked"' in server.log())
        assert 'certificate status "revoked"' in server.log(), server.log()
        assert client.stapled(seen) is None, seen.text


def test_nginx_staples_the_answer_that_an_administrator_fetched(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    leaf = served(sdk, family, "file.example.org", "NGINX", place)
    revoke(sdk, leaf, "KEY_COMPROMISE")
    for name, pem in (("leaf.pem", leaf.pem), ("ca.pem", family.ca)):
        (place / name).write_text(pem)
    asked = run(
        "openssl",
        "ocsp",
        "-issuer",
        "ca.pem",
        "-cert",
        "leaf.pem",
        "-url",
        ocsp_url(leaf.pem),
        "-noverify",
        "-no_nonce",
        "-respout",
        "answer.der",
        place=place,
    )
    assert asked.ok, asked.text
    more = f"ssl_stapling on; ssl_stapling_file {place}/answer.der;"
    with web.Nginx(place, more=more) as server:
        seen = client.connect(place, server.port, family.root, "-status")
        assert client.stapled(seen) == "revoked", seen.text
        gnu = gnutls.connect(place, server.port, family.root)
        assert not gnu.ok and "revoked" in gnu.text, gnu.text


def test_apache_staples_good_and_after_the_revocation_revoked(
    family: Family, sdk: Sdk, place: pathlib.Path
) -> None:
    leaf = served(sdk, family, "apache.example.org", "APACHE", place)
    cache = f"SSLStaplingCache shmcb:{place}/stapling(65536)"

    def look() -> Verdict:
        return client.connect(place, server.port, family.root, "-status")

    with web.Apache(place, more=STAPLING_BY_APACHE, globally=cache) as server:
        before = eventually(look, lambda seen: client.stapled(seen) is not None)
        assert client.verified(before), before.text
        assert client.stapled(before) == "good", before.text + server.log()
    revoke(sdk, leaf)
    (place / "stapling").unlink(missing_ok=True)
    with web.Apache(place, more=STAPLING_BY_APACHE, globally=cache) as server:
        after = eventually(look, lambda seen: client.stapled(seen) is not None)
        assert client.stapled(after) == "revoked", after.text + server.log()
