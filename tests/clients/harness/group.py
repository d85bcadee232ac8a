"""Several nodes on one database, behind a balancer that takes them in turn."""

from __future__ import annotations

import copy
import os
import shutil
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .round_robin import RoundRobin

if TYPE_CHECKING:
    from .server import Server

#: How many nodes a server has that nobody says anything about.
NODES = "CINNABAR_TEST_NODES"


class Group:
    """The nodes beside the first one, which owns the group.

    Each has a data directory of its own, with a copy of the first one's master key and TLS
    authority, and the same directory for CRLs.
    """

    def __init__(self, first: Server, count: int) -> None:
        from .server import Server  # noqa: PLC0415: each has the other

        self.first = first
        self._first_address = ""
        self._front, self._public = RoundRobin(), RoundRobin()
        self.public_address = f"http://127.0.0.1:{self._public.port}"
        #: What certificates tell is where everybody can reach any of the nodes.
        given = {"--public-url", "--public-listen"} & set(first.flags)
        self.flags: tuple[str, ...] = () if given else ("--public-url", self.public_address)
        self.others = [
            Server(
                flags=(*first.flags, *self.flags),
                wrapper=first.wrapper,
                ledger=first.ledger,
                nodes=1,
            )
            for _ in range(count - 1)
        ]

    @staticmethod
    def by_default() -> int:
        return int(os.environ.get(NODES, "1"))

    @property
    def nodes(self) -> list[Server]:
        """Each node by itself, to ask that one alone."""
        alone = copy.copy(self.first)
        alone.group, alone.address = None, self._first_address
        return [alone, *self.others]

    def start(self) -> str:
        """Starts the others beside the first, which runs; returns the address of all."""
        for other in self.others:
            other.environment = self.first.environment
            other.settings.write_bytes(self.first.settings.read_bytes())
            self._equip(other)
            other.address = other.launch()
        self._first_address = self.first.address
        everybody = [self.first, *self.others]
        self._front.lead_to(*(_place(each.address) for each in everybody))
        self._public.lead_to(*(_place(each.own_public_address) for each in everybody))
        return f"{urlsplit(self.first.address).scheme}://127.0.0.1:{self._front.port}"

    def _equip(self, other: Server) -> None:
        if other.data_dir.exists():
            return
        other.data_dir.mkdir(mode=0o700)
        source = self.first.data_dir
        shutil.copy2(source / "master.key", other.data_dir)
        shutil.copytree(source / "tls", other.data_dir / "tls")
        (source / "crl").mkdir(exist_ok=True)
        (other.data_dir / "crl").symlink_to(source / "crl")

    def terminate(self) -> None:
        for other in self.others:
            other.terminate()

    def kill(self) -> None:
        for other in self.others:
            other.kill()

    def log_text(self) -> str:
        """What the others logged."""
        return "".join(other.log_text() for other in self.others)

    def close(self) -> None:
        for other in self.others:
            other.kill()
            shutil.rmtree(other.home, ignore_errors=True)
        self._front.close()
        self._public.close()


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None and parts.port is not None
    return parts.hostname, parts.port
