"""`POST /v1/private-certificate-authorities/order`, and `GET /v1/pca/config/console`"""

from __future__ import annotations

from huaweicloudsdkccm.v1 import (
    CreateCertificateAuthorityOrderRequest,
    CreateCertificateAuthorityOrderRequestBody,
    ProductInfo,
    ShowConsoleConfigRequest,
)

from harness import answers
from harness.authorities import export_chain, show
from harness.sdk import Sdk
from harness.wire import Wire
from oracles.judge import judge_chain

NAME = {
    "common_name": "Ordered Root",
    "country": "CN",
    "state": "Sichuan",
    "locality": "Chengdu",
    "organization": "Org",
    "organizational_unit": "Unit",
}


def order(sdk: Sdk, count: int) -> list[str]:
    body = CreateCertificateAuthorityOrderRequestBody(
        cloud_service_type="hws.service.type.ccm",
        charging_mode=0,
        period_type=3,
        period_num=1,
        is_auto_renew=0,
        is_auto_pay=1,
        subscription_num=count,
        product_infos=[
            ProductInfo(
                cloud_service_type="hws.service.type.ccm",
                resource_type="hws.resource.type.pca.duration",
                resource_spec_code="ca.duration",
            )
        ],
    )
    request = CreateCertificateAuthorityOrderRequest(body=body)
    answer = sdk.ccm.create_certificate_authority_order(request)
    assert answer.order_id
    return answer.ca_ids


def test_an_ordered_root_is_activated_with_the_whole_body(sdk: Sdk, wire: Wire) -> None:
    (ca_id,) = order(sdk, 1)
    ordered = show(sdk.ccm, ca_id)
    assert (ordered.status, ordered.charging_mode) == ("PENDING", 0)
    assert (ordered.type, ordered.key_algorithm, ordered.distinguished_name) == (None, None, None)
    # As Terraform sends it: no issuer, and empty texts where there is nothing to say.
    body = {
        "type": "ROOT",
        "distinguished_name": NAME,
        "key_algorithm": "EC256",
        "signature_algorithm": "SHA256",
        "validity": {"type": "YEAR", "value": 3},
        "key_usages": ["digitalSignature", "keyCertSign", "cRLSign"],
        "enterprise_project_id": "",
    }
    path = f"/v1/private-certificate-authorities/{ca_id}/activate"
    assert wire.post(path, json=body).status_code == 204
    shown = show(sdk.ccm, ca_id)
    assert (shown.status, shown.type, shown.charging_mode) == ("ACTIVED", "ROOT", 0)
    judge_chain(export_chain(sdk.ccm, ca_id))


def test_an_order_is_for_one_authority_at_least(sdk: Sdk) -> None:
    answers.sdk_refused(lambda: order(sdk, 0), 400, "PCA.00020001")


def test_the_console_is_told_what_there_is(sdk: Sdk) -> None:
    answer = sdk.ccm.show_console_config(ShowConsoleConfigRequest())
    assert answer.is_support_sm2 and answer.is_support_yearly_monthly_ca
    assert not answer.is_support_dhsm and answer.dhsm_regions == []
