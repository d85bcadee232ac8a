"""A server with something of every kind in it, for what looks at databases as a whole."""

from __future__ import annotations

import dataclasses

from .load import AUTHORITIES, DISTINGUISHED_NAME
from .revoking import CERTIFICATES, Authority, Certificate
from .server import NO_QUOTAS, Server
from .wire import Wire


@dataclasses.dataclass(frozen=True)
class Lived:
    """What was made in it."""

    wire: Wire
    authority: Authority
    certificates: list[Certificate]
    revoked: list[Certificate]


def live(server: Server) -> Lived:
    """Makes authorities, certificates and requests in a server that runs, and changes some of them."""
    assert server.credentials is not None
    wire = Wire(server)
    wire = Wire(server, wire.sign_in(server.credentials))
    authority = Authority.make(wire, "Lived in")
    certificates = authority.issue(wire, 6)
    revoked, kept = certificates[:2], certificates[2:5]
    for certificate in revoked:
        revoke(wire, certificate)
    gone = wire.send("DELETE", f"{CERTIFICATES}/{certificates[5].id}")
    assert gone.status_code in (200, 204), gone.text
    for algorithm, common_name in (("SM2", "SM2 root"), ("EC384", "off"), ("EC256", "to go")):
        body = {
            "type": "ROOT",
            "distinguished_name": {"common_name": common_name, **DISTINGUISHED_NAME},
            "key_algorithm": algorithm,
            "signature_algorithm": "SM3" if algorithm == "SM2" else "SHA256",
            "validity": {"type": "YEAR", "value": 5},
        }
        made = wire.post(AUTHORITIES, json=body)
        assert made.status_code == 200, made.text
        ca_id = made.json()["ca_id"]
        match common_name:
            case "SM2 root":
                body = {
                    "issuer_id": ca_id,
                    "key_algorithm": "SM2",
                    "signature_algorithm": "SM3",
                    "distinguished_name": {"common_name": "a pair"},
                    "validity": {"type": "DAY", "value": 30},
                }
                pair = wire.post(CERTIFICATES, json=body)
                assert pair.status_code == 200, pair.text
            case "off":
                assert wire.post(f"{AUTHORITIES}/{ca_id}/disable").status_code in (200, 204)
            case _:
                assert wire.post(f"{AUTHORITIES}/{ca_id}/disable").status_code in (200, 204)
                gone = wire.send("DELETE", f"{AUTHORITIES}/{ca_id}", params={"pending_days": 7})
                assert gone.status_code in (200, 204), gone.text
    authority.wait_for(server, {certificate.serial for certificate in revoked})
    return Lived(wire, authority, kept, revoked)


def revoke(wire: Wire, certificate: Certificate) -> None:
    """Revokes a certificate."""
    answer = wire.post(f"{CERTIFICATES}/{certificate.id}/revoke", json={"reason": "SUPERSEDED"})
    assert answer.status_code in (200, 204), answer.text


def lived_in(server: Server) -> Lived:
    """The same for a server that is not made yet; it runs afterwards."""
    server.settings.write_text(NO_QUOTAS)
    server.init()
    server.start()
    return live(server)
