"""A CA with shards: one certificate on each of two, the first of them revoked."""

from __future__ import annotations

import dataclasses
import sqlite3

from harness.authorities import create_root, create_subordinate
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, Server
from world import (
    Leaf,
    certificate_of,
    crl_that_names,
    crl_url,
    fetch,
    grant_buckets,
    issue,
    revoke,
    revoked_serials,
    watch,
)


@dataclasses.dataclass(frozen=True)
class Sharded:
    """The CA's certificates and CRLs."""

    root: str
    root_crl: bytes
    ca: str
    revoked: Leaf
    good: Leaf
    #: The shard of the revoked certificate, and that of the good one.
    right: bytes
    wrong: bytes
    complete: bytes

    @property
    def right_names_the_revoked(self) -> bool:
        """Is it on its shard, and on that one alone?"""
        listed = self.revoked.serial in revoked_serials(self.right)
        return listed and self.revoked.serial not in revoked_serials(self.wrong)

    @property
    def complete_names_the_revoked(self) -> bool:
        return self.revoked.serial in revoked_serials(self.complete)


def make() -> Sharded:
    """Makes it on a server of its own, whose first shard is full after one certificate."""
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        sdk = Sdk(server.start(), account)
        grant_buckets(sdk)
        root_id = create_root(sdk.ccm, "Sharded Root")
        watch(sdk, root_id)
        ca_id = create_subordinate(sdk.ccm, "Sharded CA", root_id)
        watch(sdk, ca_id)
        complete = crl_url(issue(sdk, ca_id, "complete.example.org").pem)
        server.run("crl", "shards", ca_id, "on", "--account", account.account_name)
        revoked = issue(sdk, ca_id, "revoked.example.org")
        fill_the_shard(server)
        good = issue(sdk, ca_id, "good.example.org")
        revoke(sdk, revoked, "KEY_COMPROMISE")
        right = crl_that_names(revoked)
        return Sharded(
            root=certificate_of(sdk, root_id),
            root_crl=fetch(crl_url(certificate_of(sdk, ca_id))),
            ca=certificate_of(sdk, ca_id),
            revoked=revoked,
            good=good,
            right=right,
            wrong=fetch(crl_url(good.pem)),
            complete=crl_that_names(revoked, complete),
        )


def fill_the_shard(server: Server) -> None:
    """Counts as many certificates as a shard takes, since issuing them would take a minute."""
    with sqlite3.connect(server.data_dir / "cinnabar.db", timeout=10) as database:
        counted = database.execute(
            "UPDATE counters SET used = used + 16000 WHERE quota = 'sharded'"
        )
        assert counted.rowcount == 1
