"""The Terraform provider's requests, octet for octet: its headers, its order, its signature.

It signs what it has set when it signs: `Accept`, `Content-Type` if there is a body, `User-Agent`
and `X-Sdk-Date`. `Host` is not signed; `X-Project-Id`, `X-Domain-Id` and `X-Security-Token` are
added after the signature. A body is JSON with sorted members, without white space, and ends with a
line feed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import http.client
import json
import ssl
import time
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from .server import PATIENCE, Credentials, Server

#: The statuses that its HTTP layer takes for success where a call does not name its own.
USUAL = {
    "DELETE": (200, 202, 204),
    "GET": (200,),
    "POST": (200, 201, 202),
    "PUT": (200, 201, 202),
}

#: For the calls that take this status and no other.
NO_CONTENT = (204,)


@dataclasses.dataclass(frozen=True)
class Answer:
    """Status, headers and body, as they arrived."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Provider:
    """The provider's client of one account, with an access key."""

    def __init__(
        self, server: Server, account: Credentials, security_token: str | None = None
    ) -> None:
        self.server = server
        self.account = account
        self.security_token = security_token
        self.trust = ssl.create_default_context(cafile=str(server.ca_file))

    def ask(
        self, method: str, target: str, body: bytes | None = None, ok: tuple[int, ...] = ()
    ) -> Answer:
        """The answer, whose status is one that the provider takes for success."""
        answer = self.send(method, target, body)
        expected = ok or USUAL[method]
        assert answer.status in expected, (method, target, answer.status, answer.body)
        return answer

    def send(self, method: str, target: str, body: bytes | None = None) -> Answer:
        """The answer, whatever it is. `target` is the path with its query."""
        signed = {"Accept": "application/json", "User-Agent": "golangsdk/2.0.0"}
        if body is not None:
            signed["Content-Type"] = "application/json"
        signed["X-Sdk-Date"] = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        late = {
            "Accept-Encoding": "gzip",
            "Authorization": self._authorization(method, target, signed, body or b""),
            "X-Domain-Id": self.account.account_id,
            "X-Project-Id": self.account.project_id,
        }
        if self.security_token is not None:
            late["X-Security-Token"] = self.security_token
        return self._exchange(method, target, signed | late, body)

    def _exchange(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        where = urlsplit(self.server.address)
        assert where.hostname is not None
        connection = http.client.HTTPSConnection(
            where.hostname, where.port, timeout=PATIENCE, context=self.trust
        )
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", where.netloc)
            connection.putheader("User-Agent", headers.pop("User-Agent"))
            if body is not None or method in ("POST", "PUT"):
                connection.putheader("Content-Length", str(len(body or b"")))
            for name in sorted(headers):
                connection.putheader(name, headers[name])
            connection.endheaders(body)
            got = connection.getresponse()
            read = got.read()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, read)
        finally:
            connection.close()

    def _authorization(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> str:
        where = urlsplit(target)
        pairs = sorted(parse_qsl(where.query, keep_blank_values=True))
        query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
        values = {name.lower(): value for name, value in headers.items()}
        names = ";".join(sorted(values))
        canonical = "\n".join(
            [
                method,
                where.path + "/",
                query,
                *(f"{name}:{values[name]}" for name in sorted(values)),
                "",
                names,
                hashlib.sha256(body).hexdigest(),
            ]
        )
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        to_sign = f"SDK-HMAC-SHA256\n{headers['X-Sdk-Date']}\n{digest}"
        key = self.account.secret_key.encode()
        signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
        return (
            f"SDK-HMAC-SHA256 Access={self.account.access_key}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
