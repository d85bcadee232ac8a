"""CRLs of `private_ca` on and off, `private_ca_switch_ocsp`, `private_ca_agency`."""

from __future__ import annotations

from typing import Any

import pytest

from harness.provider import NO_CONTENT, Provider

from .private_ca import AUTHORITIES, ROOT, act, create, destroy

#: The bucket that every installation has.
BUCKET = b"cinnabar-crl"

#: A root that publishes CRLs under a name that the service chooses.
ROOT_WITH_CRL = (
    b'{"crl_configuration":{"crl_name":"","enabled":true,"obs_bucket_name":"%b","valid_days":8},'
    b'"distinguished_name":{"common_name":"tf-crl","country":"CN","locality":"Chengdu",'
    b'"organization":"Example","organizational_unit":"PKI","state":"Sichuan"},'
    b'"enterprise_project_id":"","key_algorithm":"EC256",'
    b'"key_usages":["digitalSignature","keyCertSign","cRLSign"],'
    b'"signature_algorithm":"SHA256","type":"ROOT","validity":{"type":"YEAR","value":5}}\n'
)

#: The update from off to on: the name is left out where the plan has none.
ON = b'{"obs_bucket_name":"%b","valid_days":7}\n' % BUCKET
ON_BY_NAME = b'{"crl_name":"tf-name","obs_bucket_name":"%b","valid_days":30}\n' % BUCKET


@pytest.fixture(scope="module", autouse=True)
def agency(provider: Provider) -> None:
    """Somebody created the agency on the console before the plan; what it reads is a boolean."""
    path = f"{AUTHORITIES}/agency"
    assert provider.ask("GET", path).json() == {"agency_granted": False}
    provider.ask("POST", f"{AUTHORITIES}/agencies", ok=(200,))
    assert provider.ask("GET", path).json() == {"agency_granted": True}


def configuration(provider: Provider, ca_id: str) -> dict[str, Any]:
    found = provider.ask("GET", f"{AUTHORITIES}/{ca_id}").json()["crl_configuration"]
    assert isinstance(found, dict)
    return found


def check_off(provider: Provider, ca_id: str) -> None:
    """Texts are read as empty, the days as 0: nothing is there."""
    found = configuration(provider, ca_id)
    assert found["enabled"] is False
    for unset in ("crl_name", "crl_dis_point", "obs_bucket_name", "valid_days"):
        assert not found.get(unset), unset


def test_a_root_is_made_with_crls_that_go_off_and_on(provider: Provider) -> None:
    ca_id = create(provider, ROOT_WITH_CRL % BUCKET)
    found = configuration(provider, ca_id)
    assert (found["enabled"], found["valid_days"]) == (True, 8)
    assert found["obs_bucket_name"] == BUCKET.decode()
    assert found["crl_name"] and found["crl_dis_point"].startswith("http://")

    act(provider, ca_id, "crl/disable")
    check_off(provider, ca_id)

    # CRLs come before the action: also on a CA that was disabled by an earlier change.
    act(provider, ca_id, "disable")
    provider.ask("POST", f"{AUTHORITIES}/{ca_id}/crl/enable", ON, NO_CONTENT)
    again = configuration(provider, ca_id)
    assert (again["enabled"], again["valid_days"]) == (True, 7)
    assert again["crl_name"] == found["crl_name"]
    assert again["crl_dis_point"] == found["crl_dis_point"]
    act(provider, ca_id, "enable")
    destroy(provider, ca_id)


def test_crls_are_switched_on_later_under_a_name(provider: Provider) -> None:
    ca_id = create(provider, ROOT)
    check_off(provider, ca_id)
    provider.ask("POST", f"{AUTHORITIES}/{ca_id}/crl/enable", ON_BY_NAME, NO_CONTENT)
    found = configuration(provider, ca_id)
    assert (found["crl_name"], found["valid_days"]) == ("tf-name", 30)
    assert found["crl_dis_point"].endswith("/tf-name.crl")
    act(provider, ca_id, "crl/disable")
    destroy(provider, ca_id)


def test_a_bucket_that_is_not_there_is_refused(provider: Provider) -> None:
    refused = provider.send("POST", AUTHORITIES, ROOT_WITH_CRL % b"no-such-bucket")
    assert (refused.status, refused.json()["error_code"]) == (403, "PCA.00030501")
    assert "no-such-bucket" in refused.json()["error_msg"]


def test_ocsp_is_switched_and_a_repetition_has_its_own_code(provider: Provider) -> None:
    ca_id = create(provider, ROOT)
    path = f"{AUTHORITIES}/{ca_id}/ocsp/switch"
    on, off = b'{"ocsp_switch":true}\n', b'{"ocsp_switch":false}\n'
    taken = (200, 202, 204)

    # A new CA has it off; the provider takes these two codes for success.
    for body, code in ((off, "PCA.10010072"), (on, None), (on, "PCA.10010071"), (off, None)):
        if code is None:
            provider.ask("POST", path, body, taken)
        else:
            again = provider.send("POST", path, body)
            assert (again.status, again.json()["error_code"]) == (403, code)
    destroy(provider, ca_id)
