"""A balancer as small as can be: TCP connections in turn to several servers, octet for octet."""

from __future__ import annotations

import contextlib
import itertools
import selectors
import socket
import threading

CHUNK = 1 << 16


class RoundRobin:
    """Listens on a port of its own from the start; where it leads to can change at any time."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self._listener.getsockname()[1]
        self._targets: list[tuple[str, int]] = []
        self._turns = itertools.count()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def lead_to(self, *targets: tuple[str, int]) -> None:
        """From now on new connections go there, in turn."""
        self._targets = list(targets)

    def hold(self) -> None:
        """Keeps every connection and every octet, as a network does that drops packets."""
        self._flowing.clear()

    def release(self) -> None:
        """Lets flow what was held."""
        self._flowing.set()

    def cut(self) -> None:
        """Breaks every connection."""
        with self._lock:
            broken, self._open = self._open, set()
        for end in broken:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Listens no more."""
        self._flowing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _connect(self) -> socket.socket | None:
        """A connection to the one whose turn it is, or to the next that takes one."""
        targets = self._targets
        turn = next(self._turns)
        for step in range(len(targets)):
            with contextlib.suppress(OSError):
                return socket.create_connection(targets[(turn + step) % len(targets)], timeout=5)
        return None

    def _serve(self, client: socket.socket) -> None:
        with client:
            self._flowing.wait()
            server = self._connect()
            if server is None:
                return
            with server:
                for end in (client, server):
                    end.setblocking(True)
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._open |= {client, server}
                with contextlib.suppress(OSError, ValueError):
                    self._copy(client, server)
                with self._lock:
                    self._open -= {client, server}

    def _copy(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        with selectors.DefaultSelector() as reading:
            for end in other:
                reading.register(end, selectors.EVENT_READ)
            while reading.get_map():
                for ready, _ in reading.select():
                    end = next(each for each in other if each is ready.fileobj)
                    octets = end.recv(CHUNK)
                    self._flowing.wait()
                    if octets:
                        other[end].sendall(octets)
                    else:
                        reading.unregister(end)
                        other[end].shutdown(socket.SHUT_WR)
