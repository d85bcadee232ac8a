"""HTTP without an SDK: what curl would send."""

from __future__ import annotations

import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

import requests

from .server import PATIENCE, Credentials, Server


def password_sign_in(account: Credentials, scope: dict[str, Any] | None) -> dict[str, Any]:
    """The body of `POST /v3/auth/tokens` with a password."""
    user = {
        "name": account.user_name,
        "password": account.password,
        "domain": {"name": account.account_name},
    }
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
    if scope is not None:
        auth["scope"] = scope
    return {"auth": auth}


class Wire:
    """Requests to one server, with a token or without."""

    def __init__(self, server: Server, token: str | None = None) -> None:
        self.server = server
        self.token = token
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(server.ca_file)

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request; `path` begins with `/`."""
        headers = dict(more.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("X-Auth-Token", self.token)
        return self.session.request(
            method,
            self.server.address + path,
            headers=headers,
            timeout=more.pop("timeout", PATIENCE),
            allow_redirects=False,
            **more,
        )

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.send("GET", path, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self.send("POST", path, **more)

    def sign_in(self, account: Credentials, scope: dict[str, Any] | None = None) -> str:
        """A token of `account`, for its project unless another scope is named."""
        scope = scope or {"project": {"id": account.project_id}}
        answer = self.session.post(
            self.server.address + "/v3/auth/tokens",
            json=password_sign_in(account, scope),
            timeout=PATIENCE,
        )
        assert answer.status_code == 201, answer.text
        token = answer.headers["X-Subject-Token"]
        self.server.secrets.add(token)
        return token

    def connect(self) -> ssl.SSLSocket:
        """A bare TLS connection, for bytes that no HTTP library would send."""
        where = urlsplit(self.server.address)
        assert where.hostname is not None and where.port is not None
        trust = ssl.create_default_context(cafile=str(self.server.ca_file))
        plain = socket.create_connection((where.hostname, where.port), timeout=PATIENCE)
        return trust.wrap_socket(plain, server_hostname=where.hostname)
