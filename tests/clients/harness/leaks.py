"""Whatever a server logs, no secret is in it."""

from __future__ import annotations

import json
import re

#: Private keys in any form that the APIs take or give: the label of PEM, and how the base64 of their
#: DER begins (PKCS#8 of RSA, P-256, P-384 and SM2; PKCS#1; SEC 1).
KEY_MATERIAL = re.compile(
    r"PRIVATE KEY|MII[A-Za-z0-9+/]{2}QIBADANBg|MI[GH][A-Za-z0-9+/]AgEAM|MHcCAQEE|MIGkAgEB"
)

#: The members of JSON that hold secrets.
SECRET_MEMBERS = {"password", "secret", "secret_key", "securitytoken"}


def secrets_in(printed: str) -> set[str]:
    """The secrets in what a command printed, if that is JSON."""
    try:
        return set(_members(json.loads(printed)))
    except ValueError:
        return set()


def _members(value: object) -> list[str]:
    if isinstance(value, list):
        return [found for part in value for found in _members(part)]
    if not isinstance(value, dict):
        return []
    own = [part for name, part in value.items() if name in SECRET_MEMBERS and isinstance(part, str)]
    return own + [found for part in value.values() for found in _members(part)]


def find_leaks(log: str, secrets: set[str]) -> list[str]:
    """The lines of `log` that tell one of `secrets`, or private key material."""
    # Too short to be a secret, and found by chance.
    known = [secret for secret in secrets if len(secret) >= 8]
    return [
        line
        for line in log.splitlines()
        if KEY_MATERIAL.search(line) or any(secret in line for secret in known)
    ]
