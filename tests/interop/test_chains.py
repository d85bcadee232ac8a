"""Chains of CAs, also imported ones, judged by GnuTLS, NSS and Bouncy Castle."""

from __future__ import annotations

import pathlib

import pytest

from harness import foreign
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    export_chain,
    export_csr,
    import_certificate,
    years,
)
from harness.sdk import Sdk
from readers import bouncy, gnutls, nss

KEYS = ["EC256", "EC384", "RSA2048", "RSA4096"]


def three_deep(sdk: Sdk, key_algorithm: str) -> list[str]:
    """The chain of a CA two below a root."""
    root = create_root(sdk.ccm, f"Chain Root {key_algorithm}", key_algorithm=key_algorithm)
    middle = create_subordinate(
        sdk.ccm,
        f"Chain Middle {key_algorithm}",
        root,
        key_algorithm=key_algorithm,
        path_length=1,
        validity=years(7),
    )
    last = create_subordinate(
        sdk.ccm, f"Chain Last {key_algorithm}", middle, key_algorithm=key_algorithm
    )
    return export_chain(sdk.ccm, last)


def imported(sdk: Sdk) -> list[str]:
    """The chain of a CA below one whose certificate an outside authority signed."""
    outside = foreign.Authority("Interop Outside Root")
    ca_id = create_pending(sdk.ccm, "Interop Imported")
    signed = outside.sign_request(export_csr(sdk.ccm, ca_id), days=3000, path_length=1)
    import_certificate(sdk.ccm, ca_id, signed, outside.pem)
    return export_chain(sdk.ccm, create_subordinate(sdk.ccm, "Below The Imported", ca_id))


def judged_by_nss(place: pathlib.Path, chain: list[str]) -> None:
    database = nss.Database(place / "nss")
    database.add("root", chain[-1], "CT,,")
    for number, pem in enumerate(chain[:-1]):
        database.add(f"ca{number}", pem)
    for number in range(len(chain) - 1):
        verdict = database.judge(f"ca{number}", "L")
        assert verdict.ok, verdict.text


@pytest.mark.parametrize("key_algorithm", KEYS)
def test_a_chain_of_three_holds_for_all(sdk: Sdk, key_algorithm: str, place: pathlib.Path) -> None:
    chain = three_deep(sdk, key_algorithm)
    assert len(chain) == 3
    gnu = gnutls.chain(place, chain)
    assert gnu.ok and "Verified. The certificate is trusted." in gnu.text, gnu.text
    assert bouncy.chain(place, chain).ok
    judged_by_nss(place, chain)


def test_a_chain_through_an_imported_certificate_holds_for_all(
    sdk: Sdk, place: pathlib.Path
) -> None:
    chain = imported(sdk)
    assert len(chain) == 3
    gnu = gnutls.chain(place, chain)
    assert gnu.ok and "Verified. The certificate is trusted." in gnu.text, gnu.text
    assert bouncy.chain(place, chain).ok
    judged_by_nss(place, chain)


def test_a_chain_of_sm2_holds_for_bouncy_castle(sdk: Sdk, place: pathlib.Path) -> None:
    chain = three_deep(sdk, "SM2")
    verdict = bouncy.chain(place, chain)
    assert verdict.ok and "chain holds" in verdict.text, verdict.text


def test_a_chain_without_its_middle_holds_for_nobody(sdk: Sdk, place: pathlib.Path) -> None:
    [last, _, root] = three_deep(sdk, "EC256")
    assert not gnutls.certificate(place, [last], root).ok
    assert not bouncy.chain(place, [last, root]).ok
    database = nss.Database(place / "nss")
    database.add("root", root, "CT,,")
    database.add("last", last)
    assert not database.judge("last", "L").ok


def test_the_chain_of_another_root_holds_for_nobody(sdk: Sdk, place: pathlib.Path) -> None:
    [last, middle, _] = three_deep(sdk, "SM2")
    [*_, stranger] = three_deep(sdk, "SM2")
    assert not bouncy.chain(place, [last, middle, stranger]).ok
    [last, middle, _] = three_deep(sdk, "EC256")
    [*_, stranger] = three_deep(sdk, "EC256")
    assert not gnutls.certificate(place, [last, middle], stranger).ok
    assert not bouncy.chain(place, [last, middle, stranger]).ok
