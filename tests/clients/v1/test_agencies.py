"""Agencies, in both words, and the buckets that they open."""

from __future__ import annotations

from huaweicloudsdkccm.v1 import (
    CreateAgencyRequest,
    CreateCertificateAuthorityObsAgencyRequest,
    ListCertificateAuthorityObsBucketRequest,
    ShowAgencyRequest,
    ShowCertificateAuthorityObsAgencyRequest,
)

from harness.revoking import BUCKET
from harness.sdk import Sdk


def test_an_agency_is_created_once_and_opens_the_buckets(sdk: Sdk) -> None:
    older = sdk.ccm.create_certificate_authority_obs_agency(
        CreateCertificateAuthorityObsAgencyRequest()
    )
    newer = sdk.ccm.create_agency(CreateAgencyRequest())
    assert len(older.agency_id) == 32
    assert newer.agency_id == older.agency_id

    told = sdk.ccm.show_certificate_authority_obs_agency(ShowCertificateAuthorityObsAgencyRequest())
    assert told.agency_granted == "true"
    # The SDK makes a text of the boolean.
    assert sdk.ccm.show_agency(ShowAgencyRequest()).agency_granted == "True"

    listed = sdk.ccm.list_certificate_authority_obs_bucket(
        ListCertificateAuthorityObsBucketRequest()
    )
    assert listed.total == len(listed.obs_buckets) == 1
    assert listed.obs_buckets[0].bucket_name == BUCKET
