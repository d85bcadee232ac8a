"""A plan changed, applied, read again without a difference, and changed back."""

from __future__ import annotations

import pathlib
import uuid

import pytest
import requests
from huaweicloudsdkccm.v1 import (
    DeleteCertificateRequest,
    ListCaTagsRequest,
    ListCertTagsRequest,
    ShowCertificateRequest,
    UpdateOcspSwitchRequest,
    UpdateOcspSwitchRequestBody,
)

from harness import answers, authorities
from harness.sdk import Sdk
from harness.server import Server
from tofu import Tofu

GREEN = {"team": "green", "owner": "", "多": "字节"}


def identity(whole: Tofu, address: str) -> str:
    return str(whole.state()[f"huaweicloud_ccm_{address}"]["id"])


def test_other_tags_replace_all_old_ones(whole: Tofu, sdk: Sdk) -> None:
    before = whole.state()["huaweicloud_ccm_private_ca.root"]["tags"]
    whole.apply(tags=GREEN)
    whole.assert_nothing_to_do()
    ca_id, web = identity(whole, "private_ca.root"), identity(whole, "private_certificate.web")
    shown = sdk.ccm.list_ca_tags(ListCaTagsRequest(ca_id=ca_id)).tags
    assert {tag.key: tag.value for tag in shown} == GREEN
    shown = sdk.ccm.list_cert_tags(ListCertTagsRequest(certificate_id=web)).tags
    assert {tag.key: tag.value for tag in shown} == GREEN
    found = whole.state()["data.huaweicloud_ccm_private_certificates_by_tags.team"]
    assert found["total_count"] == 1
    whole.apply(tags=before)
    whole.assert_nothing_to_do()


def test_crls_are_switched_off_and_on_in_place(whole: Tofu, sdk: Sdk) -> None:
    address = "huaweicloud_ccm_private_ca.policy"
    before = whole.state()[address]["crl_configuration"]
    whole.apply(crl=False)
    whole.assert_nothing_to_do()
    kept = whole.state()[address]["crl_configuration"]
    assert kept == {
        "enabled": False,
        "crl_name": "",
        "obs_bucket_name": "",
        "valid_days": 0,
        "crl_dis_point": "",
    }
    shown = authorities.show(sdk.ccm, identity(whole, "private_ca.policy"))
    assert shown.crl_configuration.enabled is False
    whole.apply(crl=True)
    whole.assert_nothing_to_do()
    assert whole.state()[address]["crl_configuration"] == before
    assert before["crl_name"] == "policy" and before["valid_days"] == 10
    assert requests.get(before["crl_dis_point"], timeout=10).status_code == 200


def test_a_disabled_ca_keeps_what_it_issued_and_issues_nothing(whole: Tofu, sdk: Sdk) -> None:
    ca_id = identity(whole, "private_ca.issuing")
    whole.apply(action="disable")
    whole.assert_nothing_to_do()
    assert authorities.show(sdk.ccm, ca_id).status == "DISABLED"
    assert identity(whole, "private_certificate.web")
    # Its CRLs go off and on all the same.
    whole.apply(crl=False)
    whole.apply(crl=True)
    whole.assert_nothing_to_do()
    complaint = whole.apply_fails(plain="refused")
    assert "PCA.00030201" in complaint and "DISABLED" in complaint
    # The old one was destroyed first: once the CA is enabled, the plan gets its certificate.
    whole.apply(plain="plain", action="enable")
    whole.assert_nothing_to_do()
    assert authorities.show(sdk.ccm, ca_id).status == "ACTIVED"
    assert identity(whole, "private_certificate.plain")


def test_ocsp_is_switched_and_a_switch_by_somebody_else_is_no_error(
    whole: Tofu, sdk: Sdk
) -> None:
    ca_id = identity(whole, "private_ca.issuing")

    def switch(on: bool) -> None:  # as the call has it
        body = UpdateOcspSwitchRequestBody(ocsp_switch=on)
        sdk.ccm.update_ocsp_switch(UpdateOcspSwitchRequest(ca_id=ca_id, body=body))

    whole.apply(ocsp=False)
    whole.assert_nothing_to_do()
    answers.sdk_refused(lambda: switch(False), 403, "PCA.10010072")
    switch(True)
    answers.sdk_refused(lambda: switch(True), 403, "PCA.10010071")
    whole.apply(ocsp=True)
    whole.assert_nothing_to_do()
    answers.sdk_refused(lambda: switch(True), 403, "PCA.10010071")


def test_a_csr_is_renamed_in_place(whole: Tofu) -> None:
    before = whole.state()["huaweicloud_ccm_csr.mail"]
    whole.apply(csr="post")
    whole.assert_nothing_to_do()
    after = whole.state()["huaweicloud_ccm_csr.mail"]
    assert (after["id"], after["csr"]) == (before["id"], before["csr"])
    assert after["name"] == "post"
    whole.apply(csr="mail")


def test_another_name_is_another_certificate(whole: Tofu, sdk: Sdk) -> None:
    old = identity(whole, "private_certificate.plain")
    whole.apply(plain="renamed")
    whole.assert_nothing_to_do()
    new = identity(whole, "private_certificate.plain")
    shown = sdk.ccm.show_certificate(ShowCertificateRequest(certificate_id=new))
    assert shown.distinguished_name.common_name == "renamed"
    answers.sdk_refused(
        lambda: sdk.ccm.show_certificate(ShowCertificateRequest(certificate_id=old)),
        404,
        "PCA.10010002",
    )
    whole.apply(plain="plain")


def test_what_somebody_else_deleted_is_made_again(whole: Tofu, sdk: Sdk) -> None:
    old = identity(whole, "private_certificate.plain")
    sdk.ccm.delete_certificate(DeleteCertificateRequest(certificate_id=old))
    whole.assert_something_to_do()
    whole.apply()
    whole.assert_nothing_to_do()
    assert identity(whole, "private_certificate.plain") != old


#: What the provider does not read: it comes from the plan alone.
UNREAD = {
    "private_ca": {"validity", "pending_days", "key_usages", "action"},
    "private_certificate": {
        "validity",
        "key_usage",
        "server_auth",
        "client_auth",
        "subject_alternative_names",
    },
}


@pytest.fixture
def elsewhere(server: Server, whole: Tofu, place: pathlib.Path) -> Tofu:
    """The same plan with an empty state."""
    assert server.credentials is not None
    made = Tofu("whole", place, server, server.credentials)
    made.variables = dict(whole.variables)
    return made


@pytest.mark.parametrize("address", ["private_ca.issuing", "private_certificate.web"])
def test_what_exists_is_imported_with_the_values_of_its_making(
    whole: Tofu, elsewhere: Tofu, address: str
) -> None:
    full = f"huaweicloud_ccm_{address}"
    made = whole.state()[full].values
    assert "Import successful" in elsewhere.adopt(full, str(made["id"]))
    found = elsewhere.state()[full].values
    differing = {name for name in made if found[name] != made[name]}
    assert differing <= UNREAD[address.partition(".")[0]]
    assert found["distinguished_name"] and found["serial_number" if "ca." in address else "start_at"]


@pytest.mark.parametrize("address", ["private_ca.issuing", "private_certificate.web"])
def test_what_never_was_is_not_imported(elsewhere: Tofu, address: str) -> None:
    complaint = elsewhere.adopt_fails(f"huaweicloud_ccm_{address}", str(uuid.uuid4()))
    assert "Cannot import non-existent remote object" in complaint
