"""`POST /v1/private-certificate-authorities/{ca_id}/ocsp/switch`, and what relying parties are told."""

from __future__ import annotations

import base64
import dataclasses
import pathlib
import urllib.parse

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from huaweicloudsdkccm.v1 import UpdateOcspSwitchRequest, UpdateOcspSwitchRequestBody

from harness import answers
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    disable,
    export,
    revoke,
)
from harness.sdk import Sdk
from harness.server import Server
from oracles import lint
from oracles.openssl import SM2_ID, openssl


def switch(sdk: Sdk, ca_id: str, on: bool) -> int:
    body = UpdateOcspSwitchRequestBody(ocsp_switch=on)
    request = UpdateOcspSwitchRequest(ca_id=ca_id, body=body)
    return int(sdk.ccm.update_ocsp_switch(request).status_code)


@dataclasses.dataclass
class Asked:
    """An issuer that answers, and a certificate by it."""

    url: str
    issuer: x509.Certificate
    subject: x509.Certificate

    def builder(self, hash: hashes.HashAlgorithm | None = None) -> ocsp.OCSPRequestBuilder:
        chosen = hash or hashes.SHA256()
        return ocsp.OCSPRequestBuilder().add_certificate(self.subject, self.issuer, chosen)

    def post(self, request: ocsp.OCSPRequest) -> ocsp.OCSPResponse:
        answer = requests.post(
            self.url,
            data=request.public_bytes(serialization.Encoding.DER),
            headers={"Content-Type": "application/ocsp-request"},
            timeout=30,
        )
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/ocsp-response"
        return ocsp.load_der_ocsp_response(answer.content)

    def status(self) -> ocsp.OCSPCertStatus:
        answer = self.post(self.builder().build())
        assert answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
        return answer.certificate_status

    def verdict(self, place: pathlib.Path, *options: str) -> str:
        """What `openssl ocsp` says."""
        files = {"issuer.pem": self.issuer, "subject.pem": self.subject}
        for name, certificate in files.items():
            pem = certificate.public_bytes(serialization.Encoding.PEM)
            (place / name).write_bytes(pem)
        issuer, subject = str(place / "issuer.pem"), str(place / "subject.pem")
        done = openssl(
            *("ocsp", *options, "-url", self.url, "-issuer", issuer, "-cert", subject),
            *("-partial_chain", "-CAfile", issuer),
            check=False,
        )
        return done.stderr + done.stdout


def answering(sdk: Sdk, server: Server, name: str, algorithm: str = "EC256") -> tuple[Asked, str]:
    """A root that answers, and the id of the CA below it that is asked about."""
    root = create_root(sdk.ccm, name, key_algorithm=algorithm)
    child = create_subordinate(
        sdk.ccm, f"{name} Sub", root, key_algorithm=algorithm, path_length=0
    )
    assert switch(sdk, root, True) == 204
    issuer, subject = (
        x509.load_pem_x509_certificate(export(sdk.ccm, ca).certificate.encode())
        for ca in (root, child)
    )
    return Asked(f"{server.public_address}/ocsp/{root}", issuer, subject), child


@pytest.mark.parametrize("algorithm", ["EC256", "EC384", "RSA2048"])
def test_openssl_and_pyca_believe_the_answers(
    sdk: Sdk, server: Server, tmp_path: pathlib.Path, algorithm: str
) -> None:
    asked, child = answering(sdk, server, f"Status {algorithm}", algorithm)
    said = asked.verdict(tmp_path)
    assert "Response verify OK" in said and "subject.pem: good" in said, said
    assert "WARNING" not in said, said

    revoke(sdk.ccm, child, "SUPERSEDED")

    said = asked.verdict(tmp_path, "-sha384")
    assert "Response verify OK" in said and "subject.pem: revoked" in said, said
    assert "Reason: superseded" in said, said
    answer = asked.post(asked.builder().build())
    assert answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert answer.revocation_reason is x509.ReasonFlags.superseded
    responder = answer.certificates[0]
    pem = responder.public_bytes(serialization.Encoding.PEM).decode()
    assert lint.unexpected_findings(pem) == set()
    responder.verify_directly_issued_by(asked.issuer)
    purposes = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    assert responder.extensions.get_extension_for_class(x509.OCSPNoCheck)
    key, hash = responder.public_key(), answer.signature_hash_algorithm
    assert hash is not None
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), hash)
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(hash))


def test_an_sm2_responder_signs_with_the_standard_identifier(
    sdk: Sdk, server: Server, tmp_path: pathlib.Path
) -> None:
    asked, _ = answering(sdk, server, "Status SM2", "SM2")
    (tmp_path / "issuer.pem").write_bytes(asked.issuer.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "subject.pem").write_bytes(asked.subject.public_bytes(serialization.Encoding.PEM))
    openssl(
        *("ocsp", "-sm3", "-reqout", str(tmp_path / "request")),
        *("-issuer", str(tmp_path / "issuer.pem"), "-cert", str(tmp_path / "subject.pem")),
    )
    answer = requests.post(
        asked.url,
        data=(tmp_path / "request").read_bytes(),
        headers={"Content-Type": "application/ocsp-request"},
        timeout=30,
    )
    (tmp_path / "answer").write_bytes(answer.content)
    told = openssl("ocsp", "-respin", str(tmp_path / "answer"), "-noverify", "-resp_text").stdout
    assert "Cert Status: good" in told, told

    # The command cannot name the identifier for an answer: the signed octets are cut out.
    _, bytes_of_answer = elements(answer.content)
    _, octet_string = elements(elements(bytes_of_answer)[0])
    signed, _, signature, certificates = elements(elements(octet_string)[0])
    (tmp_path / "signed").write_bytes(signed)
    (tmp_path / "signature").write_bytes(content(signature)[1:])
    (tmp_path / "responder.der").write_bytes(elements(elements(certificates)[0])[0])
    key = openssl("x509", "-in", str(tmp_path / "responder.der"), "-noout", "-pubkey").stdout
    (tmp_path / "key.pem").write_text(key)
    verified = openssl(
        *("dgst", "-sm3", "-verify", str(tmp_path / "key.pem")),
        *("-sigopt", f"distid:{SM2_ID}", "-signature", str(tmp_path / "signature")),
        str(tmp_path / "signed"),
    )
    assert "Verified OK" in verified.stdout


def content(element: bytes) -> bytes:
    """The contents of a DER element."""
    length = element[1]
    return element[2 + (length & 0x7F if length & 0x80 else 0) :]


def elements(of: bytes) -> list[bytes]:
    """The elements in a DER element."""
    rest, found = content(of), []
    while rest:
        length, start = rest[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(rest[2:start])
        found.append(rest[: start + length])
        rest = rest[start + length :]
    return found


def test_a_request_can_be_a_path_in_every_form(sdk: Sdk, server: Server) -> None:
    asked, _ = answering(sdk, server, "Paths")
    octets = asked.builder(hashes.SHA1()).build().public_bytes(serialization.Encoding.DER)
    plain = base64.b64encode(octets).decode()
    for form in (plain, urllib.parse.quote(plain, safe="")):
        answer = requests.get(f"{asked.url}/{form}", timeout=30)
        read = ocsp.load_der_ocsp_response(answer.content)
        assert read.certificate_status is ocsp.OCSPCertStatus.GOOD
        assert answer.headers["Cache-Control"].startswith("max-age=60, public")


@pytest.mark.one_node("each process signs, and keeps, answers of its own")
def test_an_answer_that_is_held_already_does_not_come_again(sdk: Sdk, server: Server) -> None:
    asked, _ = answering(sdk, server, "Held")
    octets = asked.builder(hashes.SHA1()).build().public_bytes(serialization.Encoding.DER)
    plain = base64.b64encode(octets).decode()
    for form in (plain, urllib.parse.quote(plain, safe="")):
        url = f"{asked.url}/{form}"
        held = {"If-None-Match": requests.get(url, timeout=30).headers["ETag"]}
        assert requests.get(url, headers=held, timeout=30).status_code == 304


def test_a_nonce_comes_back_and_the_answer_is_kept_by_nobody(sdk: Sdk, server: Server) -> None:
    asked, _ = answering(sdk, server, "Nonces")
    nonce = x509.OCSPNonce(bytes(range(32)))
    answer = asked.post(asked.builder().add_extension(nonce, False).build())
    assert answer.extensions.get_extension_for_class(x509.OCSPNonce).value == nonce
    for length in (0, 129):
        wrong = x509.OCSPNonce(bytes(length))
        answer = asked.post(asked.builder().add_extension(wrong, False).build())
        assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_each_issuer_answers_for_itself(sdk: Sdk, server: Server) -> None:
    one, _ = answering(sdk, server, "One")
    other, _ = answering(sdk, server, "Other")
    crossed = dataclasses.replace(one, url=other.url)
    answer = crossed.post(crossed.builder().build())
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    assert one.status() is other.status() is ocsp.OCSPCertStatus.GOOD


def test_switched_off_nobody_answers(sdk: Sdk, server: Server) -> None:
    asked, _ = answering(sdk, server, "Off")
    root = asked.url.rsplit("/", 1)[1]
    disable(sdk.ccm, root)
    assert asked.status() is ocsp.OCSPCertStatus.GOOD

    assert switch(sdk, root, False) == 204

    answer = asked.post(asked.builder().build())
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


def test_repeating_it_and_a_ca_that_waits_are_refused(sdk: Sdk) -> None:
    root, waiting = create_root(sdk.ccm, "Twice"), create_pending(sdk.ccm, "Waits")
    answers.sdk_refused(lambda: switch(sdk, root, False), 403, "PCA.10010072")
    switch(sdk, root, True)
    answers.sdk_refused(lambda: switch(sdk, root, True), 403, "PCA.10010071")
    refused = answers.sdk_refused(lambda: switch(sdk, waiting, True), 403, "PCA.00030201")
    assert "PENDING" in refused.error_msg
