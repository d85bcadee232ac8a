"""A plan whose certificate and CA are revoked, and that is destroyed; a CA of it restored."""

from __future__ import annotations

import pathlib
import time

import pytest
import requests
from cryptography import x509
from huaweicloudsdkccm.v1 import ListCertificateRequest, ShowCertificateRequest

from harness import answers, authorities
from harness.revoking import serials_of
from harness.sdk import Sdk
from harness.server import Server
from tofu import Tofu

#: A revocation is on the published CRL within 30 s; this is how long a test waits for it.
PUBLISHED_WITHIN = 40.0

CAS = ("root", "policy", "issuing", "retired", "sm2")


@pytest.fixture(scope="module")
def ids(whole: Tofu) -> dict[str, str]:
    """The CAs of the plan, while it still has them."""
    state = whole.state()
    return {name: state[f"huaweicloud_ccm_private_ca.{name}"]["id"] for name in CAS}


def wait_for(url: str, serial: int) -> x509.RevokedCertificate:
    """The entry of the published CRL, as soon as it is there."""
    deadline = time.monotonic() + PUBLISHED_WITHIN
    while True:
        der = requests.get(url, timeout=10).content
        if serial in serials_of(der):
            crl = x509.load_der_x509_crl(der)
            entry = crl.get_revoked_certificate_by_serial_number(serial)
            assert entry is not None
            return entry
        assert time.monotonic() < deadline, f"{serial:x} is not on {url}"
        time.sleep(0.25)


def reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags:
    return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason


def test_revoked_by_the_plan_is_on_the_published_crls(
    whole: Tofu, sdk: Sdk, ids: dict[str, str]
) -> None:
    state = whole.state()
    lost = state["huaweicloud_ccm_private_certificate.lost"]["id"]
    whole.apply(revoked=True)
    whole.assert_nothing_to_do()
    shown = sdk.ccm.show_certificate(ShowCertificateRequest(certificate_id=lost))
    assert shown.status == "REVOKED"
    assert authorities.show(sdk.ccm, ids["retired"]).status == "REVOKED"
    # A revocation is a resource of its own: the certificate's is read when the plan is next applied.
    whole.apply()
    after = whole.state()
    assert after["huaweicloud_ccm_private_certificate.lost"]["status"] == "REVOKED"
    listed = after["data.huaweicloud_ccm_private_certificates.issued"].values["certificates"]
    assert lost not in {one["id"] for one in listed} and len(listed) == 4
    for name, serial, why in (
        ("issuing", shown.serial_number, x509.ReasonFlags.key_compromise),
        (
            "root",
            state["huaweicloud_ccm_private_ca.retired"]["serial_number"],
            x509.ReasonFlags.cessation_of_operation,
        ),
    ):
        configuration = after[f"huaweicloud_ccm_private_ca.{name}"]["crl_configuration"]
        assert reason(wait_for(configuration["crl_dis_point"], int(serial, 16))) is why


def test_destroyed_is_gone_from_the_state_and_waits_on_the_server(
    whole: Tofu, sdk: Sdk, ids: dict[str, str]
) -> None:
    said = whole.destroy()
    assert "Destroy complete!" in said
    assert whole.state() == {}
    assert sdk.ccm.list_certificate(ListCertificateRequest()).total == 0
    # What is revoked has nothing to wait for.
    retired = ids["retired"]
    answers.sdk_refused(lambda: authorities.show(sdk.ccm, retired), 404, "PCA.10010002")
    waiting = [authorities.show(sdk.ccm, ids[name]).status for name in CAS if name != "retired"]
    assert waiting == ["DELETED"] * 4


def test_a_deleted_ca_is_restored_by_a_plan(
    server: Server, sdk: Sdk, ids: dict[str, str], place: pathlib.Path
) -> None:
    assert server.credentials is not None
    restored = Tofu("restored", place, server, server.credentials)
    restored.apply(deleted=ids["root"])
    restored.assert_nothing_to_do()
    assert authorities.show(sdk.ccm, ids["root"]).status == "DISABLED"
    restored.destroy()
    assert authorities.show(sdk.ccm, ids["root"]).status == "DISABLED"
