"""What is changed on one node counts on all others within a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from .server import Server

#: After this a change on one node counts on all others, seconds: see docs/durability.md.
SOON = 1.0


def spread(server: Server) -> None:
    """Waits until what was answered counts on every node of the server; on one alone it does at once."""
    if server.group is not None:
        time.sleep(SOON)


def soon(ask: Callable[[], int], status: int, since: float) -> None:
    """Within a second from then on the answer is this one, and stays so."""
    while (found := ask()) != status:
        assert time.monotonic() - since < SOON, f"still {found} after {SOON} s"
        time.sleep(0.02)
    assert {ask() for _ in range(5)} == {status}
