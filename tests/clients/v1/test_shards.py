"""`cinnabar crl shards`: new certificates point to a shard of the CRL, byte for byte as it says."""

from __future__ import annotations

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from harness.revoking import BUCKET, CERTIFICATES, Authority, Certificate
from harness.server import NO_QUOTAS, PATIENCE, Server
from harness.spreading import spread
from harness.wire import Wire


def address(certificate: Certificate) -> str:
    """Where it says that its revocation is told."""
    points = certificate.read().extensions.get_extension_for_class(x509.CRLDistributionPoints)
    (point,) = points.value
    (name,) = point.full_name or []
    return str(name.value)


def switch(server: Server, authority: Authority, to: str) -> str:
    return server.run("crl", "shards", authority.id, to).stdout


def test_shards_are_switched_on_and_off_by_the_executable() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        wire = Wire(server, Wire(server).sign_in(account))
        authority = Authority.make(wire, "Sharded")
        (before,) = authority.issue(wire, 1)
        named = f"New certificates of authority {authority.id} name shards of its CRL.\n"
        assert switch(server, authority, "on") == named
        assert switch(server, authority, "on") == named
        spread(server)
        inside, neighbour = authority.issue(wire, 2)
        assert switch(server, authority, "off") == named.replace("shards", "no shards")
        spread(server)
        (after,) = authority.issue(wire, 1)

        base = f"{server.public_address}/crl/{BUCKET}/{authority.id}"
        assert address(before) == address(after) == f"{base}.crl"
        assert address(inside) == address(neighbour) == f"{base}/0.crl"
        for certificate in (before, inside):
            revoked = wire.post(f"{CERTIFICATES}/{certificate.id}/revoke", json={})
            assert revoked.status_code == 204, revoked.text
        complete = x509.load_der_x509_crl(
            authority.wait_for(server, {before.serial, inside.serial})
        )
        path = f"/crl/{BUCKET}/{authority.id}/0.crl"
        shard = x509.load_der_x509_crl(authority.wait_for(server, {inside.serial}, path=path))

        assert {entry.serial_number for entry in shard} == {inside.serial}
        point = shard.extensions.get_extension_for_class(x509.IssuingDistributionPoint)
        assert point.critical
        assert [name.value for name in point.value.full_name or []] == [address(inside)]
        kinds = [extension.value for extension in complete.extensions]
        assert not any(isinstance(kind, x509.IssuingDistributionPoint) for kind in kinds)
        key = x509.load_pem_x509_certificate(authority.pem.encode()).public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert shard.is_signature_valid(key)
        stored = server.data_dir / "crl" / authority.id / "0.crl"
        served = requests.get(f"{server.public_address}{path}", timeout=PATIENCE).content
        assert x509.load_der_x509_crl(stored.read_bytes()).is_signature_valid(key)
        assert x509.load_der_x509_crl(served).is_signature_valid(key)
        events = server.run("audit", "list", "--format", "json").stdout
        assert events.count("set_crl_sharding") == 2, "asking again changes nothing"
