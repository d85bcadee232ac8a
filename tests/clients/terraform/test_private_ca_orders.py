"""A pre-paid `private_ca`, `private_cas_by_tags`, `private_ca_config_console`."""

from __future__ import annotations

import pytest

from harness import answers
from harness.provider import NO_CONTENT, Provider

from .private_ca import AUTHORITIES, ROOT, SUBORDINATE, create

#: One CA for a year; and one for six months that renews itself.
YEAR = (
    b'{"charging_mode":0,"cloud_service_type":"hws.service.type.ccm","enterprise_project_id":"",'
    b'"is_auto_pay":1,"is_auto_renew":0,"period_num":1,"period_type":3,"product_infos":'
    b'[{"cloud_service_type":"hws.service.type.ccm","resource_spec_code":"ca.duration",'
    b'"resource_type":"hws.resource.type.pca.duration"}],"subscription_num":1}\n'
)
MONTHS = YEAR.replace(
    b'"is_auto_renew":0,"period_num":1,"period_type":3',
    b'"is_auto_renew":1,"period_num":6,"period_type":2',
)


@pytest.mark.parametrize("order", [YEAR, MONTHS])
def test_a_prepaid_root_is_ordered_and_then_activated(provider: Provider, order: bytes) -> None:
    ordered = provider.ask("POST", f"{AUTHORITIES}/order", order).json()
    assert ordered["order_id"]
    [ca_id] = ordered["ca_ids"]
    assert answers.CA_ID.fullmatch(ca_id)
    # The body is that of a creation, and says neither an issuer nor what was ordered.
    path = f"{AUTHORITIES}/{ca_id}"
    assert provider.ask("POST", f"{path}/activate", ROOT, NO_CONTENT).body == b""
    found = provider.ask("GET", path).json()
    assert found["charging_mode"] == 0, "anything but 1 is pre-paid"
    assert (found["status"], found["type"]) == ("ACTIVED", "ROOT")
    assert found["distinguished_name"]["common_name"] == "tf-root"
    assert (found["key_algorithm"], found["signature_algorithm"]) == ("EC384", "SHA384")


def test_a_prepaid_subordinate_is_activated_below_its_issuer(provider: Provider) -> None:
    root = create(provider, ROOT)
    [ca_id] = provider.ask("POST", f"{AUTHORITIES}/order", YEAR).json()["ca_ids"]
    path = f"{AUTHORITIES}/{ca_id}"
    provider.ask("POST", f"{path}/activate", SUBORDINATE % root.encode(), NO_CONTENT)
    found = provider.ask("GET", path).json()
    assert (found["issuer_id"], found["path_length"]) == (root, 5)
    assert (found["status"], found["charging_mode"]) == ("ACTIVED", 0)


def test_cas_are_found_by_their_tags(provider: Provider) -> None:
    ca_id = create(provider, ROOT)
    tags = b'{"tags":[{"key":"found","value":"by tag"}]}\n'
    provider.ask("POST", f"{AUTHORITIES}/{ca_id}/tags/create", tags, NO_CONTENT)
    path = f"{AUTHORITIES}/resource-instances/filter"
    body = b'{"limit":50,"tags":[{"key":"found","values":["by tag"]}]}\n'
    answer = provider.ask("POST", path, body).json()
    [one] = answer["resources"]
    assert (answer["total_count"], one["resource_id"]) == (1, ca_id)
    assert one["resource_name"] == "tf-root"
    assert one["tags"] == [{"key": "found", "value": "by tag"}]
    # Without tags and matches they are all there.
    everything = provider.ask("POST", path, b'{"limit":50}\n').json()
    assert everything["total_count"] >= 1
    assert ca_id in [each["resource_id"] for each in everything["resources"]]


def test_the_console_tells_what_it_can_do(provider: Provider) -> None:
    found = provider.ask("GET", "/v1/pca/config/console").json()
    for flag in (
        "is_support_dhsm",
        "is_support_yearly_monthly_ca",
        "is_support_iam5",
        "is_support_ocsp",
        "is_support_eps",
        "is_support_sm2",
    ):
        assert type(found[flag]) is bool, flag
    assert isinstance(found["dhsm_regions"], list)
