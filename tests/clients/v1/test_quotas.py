"""`GET /v1/private-certificate-authorities/quotas`"""

from __future__ import annotations

from harness import answers
from harness.authorities import create_pending, create_root, delete, disable, quota, restore
from harness.sdk import Sdk
from harness.server import Server


def test_everything_counts_until_it_is_gone() -> None:
    with Server(settings="[quota]\nca = 2\n") as server:
        account = server.init()
        sdk = Sdk(server.start(), account)
        assert quota(sdk.ccm) == (0, 2)
        root, pending = create_root(sdk.ccm, "One"), create_pending(sdk.ccm, "Two")
        disable(sdk.ccm, root)
        delete(sdk.ccm, root)
        assert quota(sdk.ccm) == (2, 2)
        answers.sdk_refused(lambda: create_root(sdk.ccm, "Three"), 403, "PCA.00030401")
        delete(sdk.ccm, pending)
        assert quota(sdk.ccm) == (1, 2)
        create_root(sdk.ccm, "Three")
        restore(sdk.ccm, root)
        assert quota(sdk.ccm) == (2, 2)


def test_without_a_bound_the_greatest_number_stands_for_it(sdk: Sdk) -> None:
    assert quota(sdk.ccm)[1] == 2_147_483_647
