"""Lists and exports from a read replica, through the SDK: current, behind, killed, not a replica."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from cryptography import x509
from huaweicloudsdkccm.v1 import ListCertificateRequest, ShowCertificateRequest

from harness import exports
from harness.authorities import create_root
from harness.ledgers import PostgresLedger
from harness.postgres import Postgres
from harness.sdk import Sdk
from harness.server import NO_QUOTAS, PATIENCE, Server, ServerFailed
from test_metrics import scrape, total

pytestmark = pytest.mark.one_node("it brings its own nodes and databases")

READS = "cinnabar_replica_reads_total"


@contextmanager
def served(
    primary: Postgres, replica: str, nodes: int, ledger: PostgresLedger
) -> Iterator[Server]:
    environment = {"CINNABAR_REPLICA": replica, "CINNABAR_DATABASE_STANDBY": "asynchronous"}
    with Server(settings=NO_QUOTAS, environment=environment, ledger=ledger, nodes=nodes) as server:
        server.init()
        server.start()
        yield server


def reads(nodes: list[Server], **labels: str) -> float:
    return sum(total(scrape(node), READS, **labels) for node in nodes)


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_lists_and_exports_have_everything_whatever_becomes_of_the_replica() -> None:
    with Postgres(durable=True) as primary, primary.standby() as standby:
        ledger = PostgresLedger(primary)
        with served(primary, standby.tcp_url(ledger.name), 3, ledger) as server:
            assert server.group is not None
            assert server.credentials is not None
            nodes = server.group.nodes
            # Each request goes to another node than the one before.
            client = Sdk(server, server.credentials).ccm
            root = create_root(client, "Copied Root")
            made: list[str] = []

            def issue_list_export() -> None:
                made.append(exports.issue(client, root, f"copied{len(made)}.example"))
                for _ in nodes:
                    listed = client.list_certificate(ListCertificateRequest(limit=1000))
                    assert [one.certificate_id for one in listed.certificates] == made[::-1]
                    assert listed.total == len(made)
                texts = exports.fields(client, made[-1], "NGINX")
                leaf = x509.load_pem_x509_certificate(texts["certificate"].encode())
                assert leaf.subject.rfc4514_string().endswith(f"CN=copied{len(made) - 1}.example")
                assert "PRIVATE KEY" in texts["private_key"]

            def from_replica() -> bool:
                before = reads(nodes, outcome="replica")
                issue_list_export()
                return reads(nodes, outcome="replica") > before

            wait_for("the replica is not used", from_replica)
            show = ShowCertificateRequest(certificate_id=made[0])
            before = reads(nodes)
            for _ in range(6):
                client.show_certificate(show)
            assert reads(nodes) == before

            standby.sql("SELECT pg_wal_replay_pause()")
            for _ in range(3):
                issue_list_export()
            assert reads(nodes, outcome="behind") > 0
            standby.sql("SELECT pg_wal_replay_resume()")
            wait_for("the replica is not used after it was behind", from_replica)

            standby.kill()
            for _ in range(3):
                issue_list_export()
            assert reads(nodes, outcome="away") > 0
            assert server.log_text().count("the replica is not used") <= len(nodes)
            standby.start()
            wait_for("the replica is not used after it was killed", from_replica)
            server.run("check")


def test_a_replica_of_another_server_is_refused_at_start() -> None:
    with Postgres(durable=True) as primary, Postgres(durable=True) as stranger:
        other = stranger.tcp_url(stranger.database())
        with pytest.raises(ServerFailed, match="is no replica of the database"):
            with served(primary, other, 1, PostgresLedger(primary)):
                pass


def test_a_file_has_no_replica() -> None:
    with Server(environment={"CINNABAR_REPLICA": "postgres://ca@127.0.0.1/ca"}, nodes=1) as server:
        server.environment.pop("CINNABAR_DATABASE", None)
        server.ledger = None
        server.init()
        with pytest.raises(ServerFailed, match="the database is in a file"):
            server.start()
