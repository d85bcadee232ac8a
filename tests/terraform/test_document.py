"""The plan of `docs/clients.md`, as it is typed there."""

from __future__ import annotations

import pathlib
import re

from harness import authorities
from harness.sdk import Sdk
from harness.server import PROJECT, Server
from tofu import Tofu

DOCUMENT = PROJECT / "docs" / "clients.md"

#: Where the document's server listens, and what its reader trusts.
ADDRESS, TRUSTED = "https://127.0.0.1:8443", "data/tls/ca.pem"


def test_the_plan_of_the_document_is_applied_and_destroyed(
    server: Server, sdk: Sdk, place: pathlib.Path
) -> None:
    [plan] = re.findall(r"```hcl\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert plan.count(ADDRESS) == 4 and plan.count(TRUSTED) == 1
    (place / "main.tf").write_text(
        plan.replace(ADDRESS, server.address).replace(TRUSTED, str(server.ca_file))
    )
    assert server.credentials is not None
    typed = Tofu(None, place, server, server.credentials)
    typed.apply()
    typed.assert_nothing_to_do()
    state = typed.state()
    issuing = state["huaweicloud_ccm_private_ca.issuing"]["id"]
    assert authorities.show(sdk.ccm, issuing).status == "ACTIVED"
    assert typed.outputs()["certificate"].startswith("-----BEGIN CERTIFICATE-----")
    typed.destroy()
    assert authorities.show(sdk.ccm, issuing).status == "DELETED"
