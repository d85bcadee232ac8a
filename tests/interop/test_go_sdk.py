"""The official Go SDK, unmodified, over TLS."""

from __future__ import annotations

from harness.server import Server
from readers import go


def test_the_go_sdk_walks_the_life_of_a_ca_and_of_a_certificate(server: Server) -> None:
    verdict = go.lifecycle(server)
    assert verdict.ok, verdict.text
    for name in (
        "TestAuthorityFromCreationToItsEnd",
        "TestCertificateFromIssueToDeletion",
        "TestCertificateForARequestMadeHere",
    ):
        assert f"--- PASS: {name}" in verdict.text, verdict.text
