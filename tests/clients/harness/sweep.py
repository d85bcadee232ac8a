"""Everything that a server signed in its life, judged: whatever the tests did not look at themselves.

What was asked for stands beside it in the database, whose rows the server wrote in the same commit.
"""

from __future__ import annotations

import re
import time

from cryptography import x509

from oracles import pyca
from oracles.judge import judge_crl, judge_leaf, judge_link, judge_request

from . import foreign
from .contents import query_rows
from .server import Server

KEYS = {
    "RSA2048": "RSA_2048",
    "RSA3072": "RSA_3072",
    "RSA4096": "RSA_4096",
    "EC256": "EC_P256",
    "EC384": "EC_P384",
    "SM2": "SM2",
}

#: The extensions of a CA certificate, as long as there is no revocation.
CA_EXTENSIONS = {
    x509.AuthorityKeyIdentifier.oid,
    x509.BasicConstraints.oid,
    x509.KeyUsage.oid,
    x509.SubjectKeyIdentifier.oid,
}

#: Where relying parties look, which everything below a root may say.
POINTERS = {x509.AuthorityInformationAccess.oid, x509.CRLDistributionPoints.oid}

NAME = "common_name, country, province, locality, organization, organizational_unit"


def judge_everything(server: Server) -> int:
    """Judges all requests and certificates that the server made; returns their number."""
    judged = _certificates(server) + _leaves(server) + _authority_requests(server)
    return judged + _csrs(server) + _workspace_requests(server) + _crls(server)


def _certificates(server: Server) -> int:
    kept = dict(query_rows(server, "SELECT authority, der FROM certificates"))
    pems = {ca: foreign.pem("CERTIFICATE", der) for ca, der in kept.items()}
    made = query_rows(
        server,
        "SELECT id, issuer_id, key_algorithm, hash, path_length, home, "
        f"{NAME} FROM authorities WHERE generation_mode = 'generate'",
    )
    for ca, issuer, key, hash_name, path_length, home, *name in made:
        read = pyca.certificate(pems[ca])
        # A certificate may begin in the future.
        begins = int(read.not_valid_before_utc.timestamp())
        moment = begins if begins > time.time() else None
        judge_link(pems[ca], pems[issuer or ca], moment)
        in_order = _name_last if home == "workspace" else _name_first
        assert pyca.rdns(read.subject) == in_order(*name)
        assert pyca.key_algorithm(read) == KEYS[key]
        assert pyca.signature_algorithm(read)[1] == hash_name
        pointers = POINTERS if issuer else set()
        present = {extension.oid for extension in read.extensions}
        assert present - pointers == CA_EXTENSIONS
        constraints = read.extensions.get_extension_for_class(x509.BasicConstraints).value
        assert (constraints.ca, constraints.path_length) == (True, path_length)
    return len(made)


def _leaves(server: Server) -> int:
    """Certificates of others, both of an SM2 pair; the subject is that of the record."""
    kept = query_rows(server, "SELECT authority, der FROM certificates")
    issuers = {ca: foreign.pem("CERTIFICATE", der) for ca, der in kept}
    made = query_rows(
        server,
        "SELECT issuer, key_algorithm, hash, serial, encryption_serial, der, encryption_der, "
        f"{NAME} FROM private_certificates JOIN private_certificate_contents ON certificate = id",
    )
    for issuer, key, hash_name, serial, encryption_serial, der, encryption_der, *name in made:
        halves = [(serial, der)]
        if encryption_serial is not None:
            halves.append((encryption_serial, encryption_der))
        for number, octets in halves:
            read = judge_leaf(foreign.pem("CERTIFICATE", octets), issuers[issuer])
            assert f"{read.serial_number:x}".zfill(40) == number
            assert pyca.key_algorithm(read) == KEYS[key]
            assert pyca.signature_algorithm(read)[1] == hash_name
            own = dict(pyca.rdns(read.subject))
            expected = [pair for pair in _name_first(*name) if pair[1]]
            # A request may have a part several times; the record has the last.
            assert list(own.items()) == expected
    return len(made)


def _authority_requests(server: Server) -> int:
    made = query_rows(
        server, f"SELECT request, key_algorithm, {NAME} FROM authorities WHERE request IS NOT NULL"
    )
    for request, key, *name in made:
        pem = foreign.pem("CERTIFICATE REQUEST", request)
        judge_request(pem, subject=_name_first(*name), sans=[], key_algorithm=KEYS[key])
    return len(made)


def _csrs(server: Server) -> int:
    made = query_rows(
        server,
        "SELECT pem, algorithm, usage, domain_name, sans, country, province, city, company_name "
        "FROM csrs JOIN csr_requests ON csr = id WHERE id IN "
        "(SELECT object FROM audit_events WHERE action = 'create_csr')",
    )
    for pem, key, usage, domain, sans, country, province, city, company in made:
        subject = [("CN", domain)]
        if usage == "enterprise":
            place = [("C", country.upper()), ("ST", province), ("L", city), ("O", company)]
            subject = place + subject
        names = [name for name in re.split(r"[,;\s]+", sans) if name]
        first = {name.lower(): name for name in reversed([domain, *names])}
        expected = [name for name in [domain, *names] if first.pop(name.lower(), None) == name]
        judge_request(pem, subject=subject, sans=expected, key_algorithm=KEYS[key])
    return len(made)


def _workspace_requests(server: Server) -> int:
    made = query_rows(
        server,
        # A completed transaction keeps its id and no request.
        f"SELECT request, key_algorithm, {NAME} FROM workspace_transactions "
        "WHERE state = 'pending'",
    )
    for request, key, *name in made:
        pem = foreign.pem("CERTIFICATE REQUEST", request)
        judge_request(pem, subject=_name_last(*name), sans=[], key_algorithm=KEYS[key])
    return len(made)


def _crls(server: Server) -> int:
    made = query_rows(
        server,
        "SELECT crl_heads.body, certificates.der FROM crl_heads "
        "JOIN certificates ON certificates.authority = crl_heads.authority "
        "WHERE crl_heads.body IS NOT NULL AND crl_heads.shard IS NULL",
    )
    for body, issuer in made:
        query = "SELECT octets FROM crl_chunks WHERE body = ? ORDER BY number"
        crl = b"".join(octets for (octets,) in query_rows(server, query, (body,)))
        judge_crl(foreign.pem("X509 CRL", crl), foreign.pem("CERTIFICATE", issuer))
    return len(made)


def _name_first(common_name: str, *place: str) -> list[tuple[str, str]]:
    return [("CN", common_name), *_place(*place)]


def _name_last(common_name: str, *place: str) -> list[tuple[str, str]]:
    return [*_place(*place), ("CN", common_name)]


def _place(
    country: str, province: str, locality: str, organization: str, unit: str
) -> list[tuple[str, str]]:
    return [("C", country), ("ST", province), ("L", locality), ("O", organization), ("OU", unit)]
