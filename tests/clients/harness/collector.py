"""A collector of traces: OTLP over HTTP, as far as a test wants to see it."""

from __future__ import annotations

import dataclasses
import http.server
import threading
import time
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from .server import PATIENCE


@dataclasses.dataclass(frozen=True)
class Span:
    """A span as it came, with its resource."""

    name: str
    kind: int
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    links: tuple[str, ...]
    start: int
    end: int
    status: int
    resource: dict[str, Any]


def values(attributes: Any) -> dict[str, Any]:
    """OTLP's list of keys and values."""
    return {
        each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value")
        for each in attributes
    }


def spans_in(message: ExportTraceServiceRequest) -> list[Span]:
    """All spans of a message."""
    return [
        Span(
            name=span.name,
            kind=span.kind,
            trace=span.trace_id.hex(),
            id=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            attributes=values(span.attributes),
            links=tuple(link.span_id.hex() for link in span.links),
            start=span.start_time_unix_nano,
            end=span.end_time_unix_nano,
            status=span.status.code,
            resource=values(of_resource.resource.attributes),
        )
        for of_resource in message.resource_spans
        for of_scope in of_resource.scope_spans
        for span in of_scope.spans
    ]


class Collector:
    """Listens on a port of its own and keeps what comes. Use as a context manager."""

    def __init__(self, *, port: int = 0, delay: float = 0.0) -> None:
        collector = self
        self.spans: list[Span] = []
        self.bodies: list[bytes] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.ended = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                collector.requests.append((self.path, headers))
                if collector.ended.wait(delay):
                    return
                message = ExportTraceServiceRequest()
                message.ParseFromString(body)
                collector.bodies.append(body)
                collector.spans.extend(spans_in(message))
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.listener = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.listener.daemon_threads = True
        self.port: int = self.listener.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Collector:
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.listener.shutdown()
        self.listener.server_close()

    def of_request(self, request_id: str) -> list[Span]:
        """The trace of the request with this id, once its span has come."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for span in list(self.spans):
                if span.attributes.get("cinnabar.request_id") == request_id:
                    # What shares a message has come; what ended before may be in one before.
                    return [other for other in list(self.spans) if other.trace == span.trace]
            time.sleep(0.02)
        raise AssertionError(f"no span of the request {request_id}")

    def named(self, name: str) -> Span:
        """A span with this name, once one has come."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for span in list(self.spans):
                if span.name == name:
                    return span
            time.sleep(0.02)
        raise AssertionError(f"no span {name}")
