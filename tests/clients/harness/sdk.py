"""The official SDKs, unmodified, built as their users build them."""

from __future__ import annotations

import os
from typing import Any

from huaweicloudsdkccm.v1 import CcmClient
from huaweicloudsdkccm.v1.region.ccm_region import CcmRegion
from huaweicloudsdkcore.auth import credentials as sdk_credentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.algorithm import SigningAlgorithm
from huaweicloudsdkcore.signer.signer import Signer
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkiam.v3.region.iam_region import IamRegion
from huaweicloudsdkscm.v3 import ScmClient
from huaweicloudsdkscm.v3.region.scm_region import ScmRegion
from huaweicloudsdkworkspace.v2 import WorkspaceClient
from huaweicloudsdkworkspace.v2.region.workspace_region import WorkspaceRegion

from .server import REGION, Credentials, Server


def _token_credentials(kind: type, token: str) -> Any:
    """Credentials that send a token instead of a signature.

    The SDK has no such class of its own, and accepts a credentials object by its class's name.
    """

    def sign_request(_: object, request: SdkRequest) -> SdkRequest:
        request.header_params["X-Auth-Token"] = token
        Signer.process_request_uri(request)
        return request

    bearer = type(kind.__name__, (kind,), {"sign_request": sign_request})
    # Never sent: without a pair of keys the SDK would ask the machine's metadata service for one.
    return bearer("unused", "unused")


class Sdk:
    """The four clients of one account."""

    def __init__(
        self,
        server: Server,
        account: Credentials,
        *,
        token: str | None = None,
        signing: SigningAlgorithm = SigningAlgorithm.HMAC_SHA256,
    ) -> None:
        self.server = server
        self.account = account
        self.token = token
        self.config = HttpConfig(
            ssl_ca_cert=str(server.ca_file), timeout=(10, 60), signing_algorithm=signing
        )
        self._kept: dict[str, Any] = {}

    def _name_the_endpoints(self) -> None:
        for service in ("CCM", "IAM", "SCM", "WORKSPACE"):
            variable = f"HUAWEICLOUD_SDK_REGION_{service}_{REGION.replace('-', '_').upper()}"
            os.environ[variable] = self.server.address
        os.environ["HUAWEICLOUD_SDK_IAM_ENDPOINT"] = self.server.address

    def _credentials(self, kind: type) -> Any:
        if self.token is not None:
            return _token_credentials(kind, self.token)
        # Neither account nor project is named: the SDK looks them up in IAM.
        return kind(self.account.access_key, self.account.secret_key)

    def _build(self, name: str, client: Any, kind: type, region: Any) -> Any:
        if name not in self._kept:
            self._name_the_endpoints()
            builder = client.new_builder().with_http_config(self.config)
            builder = builder.with_credentials(self._credentials(kind))
            self._kept[name] = builder.with_region(region.value_of(REGION)).build()
        return self._kept[name]

    @property
    def ccm(self) -> CcmClient:
        """Private CA, its account looked up by `GET /v3/auth/domains`."""
        return self._build("ccm", CcmClient, sdk_credentials.GlobalCredentials, CcmRegion)

    @property
    def scm(self) -> ScmClient:
        """SCM, its account looked up likewise."""
        return self._build("scm", ScmClient, sdk_credentials.GlobalCredentials, ScmRegion)

    @property
    def workspace(self) -> WorkspaceClient:
        """Workspace, its project looked up by `GET /v3/projects?name=…`."""
        return self._build(
            "workspace", WorkspaceClient, sdk_credentials.BasicCredentials, WorkspaceRegion
        )

    @property
    def iam(self) -> IamClient:
        """IAM, its account looked up likewise."""
        return self._build("iam", IamClient, sdk_credentials.GlobalCredentials, IamRegion)

    def ccm_by_region_object(self) -> CcmClient:
        """Private CA with a region object and `with_iam_endpoint`, no environment variable."""
        account = sdk_credentials.GlobalCredentials(
            self.account.access_key, self.account.secret_key
        ).with_iam_endpoint(self.server.address)
        builder = CcmClient.new_builder().with_http_config(self.config).with_credentials(account)
        return builder.with_region(Region("laboratory", self.server.address)).build()
