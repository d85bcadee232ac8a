"""A CA that is revoked: its certificates fall with it, for whoever checks the whole chain."""

from __future__ import annotations

import pathlib
import time

import pytest

from harness.authorities import revoke as revoke_authority
from harness.sdk import Sdk
from oracles import pyca
from readers import bouncy, gnutls
from world import (
    PUBLISHED_WITHIN,
    Family,
    ask,
    crl_url,
    fetch,
    make,
    revoked_serials,
)


@pytest.fixture(scope="module")
def fallen(sdk: Sdk) -> Family:
    """A family whose CA is revoked for its key, and on its root's CRL."""
    family = make(sdk, "EC256", "Fallen")
    revoke_authority(sdk.ccm, family.ca_id, "KEY_COMPROMISE")
    serial = pyca.certificate(family.ca).serial_number
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while serial not in revoked_serials(family.root_crl()):
        assert time.monotonic() < deadline, f"{serial:x} is not on the root's CRL"
        time.sleep(0.25)
    return family


def test_the_root_s_crl_and_its_answers_tell_of_the_ca(fallen: Family, place: pathlib.Path) -> None:
    request = bouncy.ocsp_request(place, fallen.ca, fallen.root)
    verdict = bouncy.ocsp(place, fallen.ca, fallen.root, request, ask(fallen.ca, request))
    assert verdict.ok and verdict.text.strip() == "revoked 1", verdict.text
    gnu = gnutls.certificate(place, [fallen.ca], fallen.root, fallen.root_crl())
    assert not gnu.ok and "revoked" in gnu.text, gnu.text


def test_a_good_certificate_of_its_holds_no_more_for_whoever_checks_the_chain(
    fallen: Family, place: pathlib.Path
) -> None:
    crls = [fetch(crl_url(fallen.good.pem)), fallen.root_crl()]
    verdict = bouncy.chain_with_crls(place, [fallen.good.pem, *fallen.chain], crls)
    assert not verdict.ok and "Certificate revocation after" in verdict.text, verdict.text


def test_its_own_answers_say_revoked_for_all_that_it_issued(
    fallen: Family, place: pathlib.Path
) -> None:
    # RFC 6960 §2.7: nothing that was signed by a compromised key is to be trusted.
    request = bouncy.ocsp_request(place, fallen.good.pem, fallen.ca)
    answer = ask(fallen.good.pem, request)
    verdict = bouncy.ocsp(place, fallen.good.pem, fallen.ca, request, answer)
    assert verdict.ok and verdict.text.startswith("revoked"), verdict.text
