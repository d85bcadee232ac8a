"""`POST /v1/private-certificates/{certificate_id}/export`"""

from __future__ import annotations

import base64
import pathlib
import re
import subprocess
import uuid

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from harness import answers, exports, foreign
from harness.authorities import create_root, create_subordinate, export_chain
from harness.sdk import Sdk
from harness.wire import Wire
from oracles import lint, openssl, pyca
from oracles.judge import judge_chain

PASSWORD = "Pass,.+-_#1"
PASSWORDS = ["", PASSWORD]
KEYS = ["RSA2048", "RSA4096", "EC256", "EC384"]
TYPES = ["APACHE", "NGINX", "IIS", "TOMCAT", "OTHER"]
NAME = "www.example.com"

#: The files of each type, with a key of the service (and no password) and by request.
FILES = {
    "APACHE": ({"server.key", "chain.crt", "server.crt"}, {"chain.crt", "server.crt"}),
    "NGINX": ({"server.key", "server.crt"}, {"server.crt"}),
    "IIS": ({"server.pfx", "keystorePass.txt"}, {"chain.crt", "server.crt"}),
    "TOMCAT": ({"server.jks", "keystorePass.txt"}, {"chain.crt", "server.crt"}),
    "OTHER": ({"server.key", "chain.pem", "server.pem"}, {"chain.pem", "cert.pem"}),
}


class Line:
    """A subordinate CA below a root, and a certificate of each origin below it."""

    def __init__(self, sdk: Sdk, key: str) -> None:
        self.ccm = sdk.ccm
        root = create_root(sdk.ccm, f"Export Root {key}", key_algorithm=key)
        self.ca = create_subordinate(sdk.ccm, f"Export CA {key}", root, key_algorithm=key)
        self.chain = export_chain(sdk.ccm, self.ca)
        self.made = exports.issue(sdk.ccm, self.ca, NAME)
        self.own_key = foreign.key("SM2" if key == "SM2" else "EC_P256")
        csr = foreign.request(self.own_key, f"/CN={NAME}")
        self.by_csr = exports.issue_by_csr(sdk.ccm, self.ca, csr)


@pytest.fixture(scope="module")
def lines(sdk: Sdk) -> dict[str, Line]:
    return {key: Line(sdk, key) for key in [*KEYS, "SM2"]}


def opened_key(pem: str, password: str) -> str:
    """The public key of a private one, which opens with `password` alone."""
    encrypted = pem.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert encrypted == bool(password)
    if not encrypted:
        return openssl.public_key_of_key(pem)
    arguments = ["pkey", "-pubout", "-passin"]
    wrong = openssl.openssl(*arguments, "pass:wrong", input=pem, check=False)
    assert wrong.returncode != 0
    return openssl.openssl(*arguments, f"pass:{password}", input=pem).stdout


def judge(line: Line, leaf: str, chain: str) -> None:
    """The chain is that of the CA, and vouches for the certificate."""
    above = [pyca.certificate(pem) for pem in pyca.blocks(chain)]
    assert above == [pyca.certificate(pem) for pem in line.chain]
    judge_chain([leaf, *line.chain])


def judge_encryption(line: Line, leaf: str) -> None:
    """The encryption certificate of a pair is signed by the CA.

    Its key usages are those of GM/T 0015, which pkilint has no rule for.
    """
    assert openssl.link_holds(leaf, line.chain[0])
    usages = {"pkix.key_usage_value_prohibited_for_ec"}
    assert lint.unexpected_findings(leaf) == usages


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("program", TYPES)
@pytest.mark.parametrize("key", KEYS)
def test_an_archive_with_a_key_of_the_service(
    lines: dict[str, Line], key: str, program: str, password: str, tmp_path: pathlib.Path
) -> None:
    line = lines[key]
    files = exports.archive(line.ccm, line.made, program, password=password)
    expected = FILES[program][0] - ({"keystorePass.txt"} if password else set())
    assert set(files) == expected
    assert not any(b"\r" in content for name, content in files.items() if name.endswith("crt"))
    if program == "IIS":
        judge_pkcs12(line, files, password)
    elif program == "TOMCAT":
        judge_jks(line, files, password, tmp_path)
    else:
        texts = {name: content.decode() for name, content in files.items()}
        leaf, *rest = pyca.blocks(texts.get("server.crt") or texts["server.pem"])
        judge(line, leaf, "".join(rest) or texts.get("chain.crt") or texts["chain.pem"])
        public = opened_key(texts["server.key"], password)
        assert public == openssl.public_key_of_certificate(leaf)


def judge_pkcs12(line: Line, files: dict[str, bytes], password: str) -> None:
    password = password or files["keystorePass.txt"].decode()
    store = pkcs12.load_pkcs12(files["server.pfx"], password.encode())
    assert store.key is not None and store.cert is not None
    assert store.cert.friendly_name == NAME.encode()
    assert store.key.public_key() == store.cert.certificate.public_key()
    above = [held.certificate for held in store.additional_certs]
    assert above == [pyca.certificate(pem) for pem in line.chain]
    with pytest.raises(ValueError):
        pkcs12.load_pkcs12(files["server.pfx"], b"wrong")


def judge_jks(line: Line, files: dict[str, bytes], password: str, place: pathlib.Path) -> None:
    password = password or files["keystorePass.txt"].decode()
    (place / "server.jks").write_bytes(files["server.jks"])
    source = ["-srckeystore", "server.jks", "-srcstoretype", "JKS", "-srcalias", "server"]
    target = ["-destkeystore", "out.p12", "-deststoretype", "PKCS12", "-deststorepass", "copied"]

    def convert(password: str) -> int:
        opening = ["-srcstorepass", password, "-srckeypass", password, "-destkeypass", "copied"]
        command = ["keytool", "-importkeystore", "-noprompt", *source, *target, *opening]
        done = subprocess.run(command, cwd=place, capture_output=True, timeout=60, check=False)
        return done.returncode

    assert convert("wrongPassword") != 0
    assert convert(password) == 0
    copied = (place / "out.p12").read_bytes()
    store = pkcs12.load_pkcs12(copied, b"copied")
    assert store.key is not None and store.cert is not None
    assert store.key.public_key() == store.cert.certificate.public_key()
    above = {held.certificate for held in store.additional_certs}
    assert above == {pyca.certificate(pem) for pem in line.chain}


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("program", TYPES)
def test_an_archive_by_request(lines: dict[str, Line], program: str, password: str) -> None:
    line = lines["EC256"]
    files = exports.archive(line.ccm, line.by_csr, program, password=password)
    assert set(files) == FILES[program][1]
    texts = {name: content.decode() for name, content in files.items()}
    leaf, *rest = pyca.blocks(texts.get("server.crt") or texts["cert.pem"])
    judge(line, leaf, "".join(rest) or texts.get("chain.crt") or texts["chain.pem"])
    own = openssl.public_key_of_key(line.own_key)
    assert openssl.public_key_of_certificate(leaf) == own


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("program", ["APACHE", "NGINX", "OTHER"])
@pytest.mark.parametrize("key", KEYS)
def test_texts_with_a_key_of_the_service(
    lines: dict[str, Line], key: str, program: str, password: str
) -> None:
    line = lines[key]
    texts = exports.fields(line.ccm, line.made, program, password=password)
    assert set(texts) == {"certificate", "certificate_chain", "private_key"}
    judge(line, texts["certificate"], texts["certificate_chain"])
    public = opened_key(texts["private_key"], password)
    assert public == openssl.public_key_of_certificate(texts["certificate"])
    for text in texts.values():
        assert all("\n" not in part and "\r" not in part for part in text.split("\r\n"))
        assert text.endswith("-----")


@pytest.mark.parametrize("program", TYPES)
def test_texts_by_request(lines: dict[str, Line], program: str) -> None:
    line = lines["EC256"]
    texts = exports.fields(line.ccm, line.by_csr, program)
    assert set(texts) == {"certificate", "certificate_chain"}
    judge(line, texts["certificate"], texts["certificate_chain"])


@pytest.mark.parametrize("program", ["IIS", "TOMCAT"])
def test_a_key_store_is_a_file(lines: dict[str, Line], program: str) -> None:
    line = lines["EC256"]
    refused = answers.sdk_refused(
        lambda: exports.fields(line.ccm, line.made, program), 400, "PCA.00020001"
    )
    assert "is_compressed" in refused.error_msg


SM2_ENVELOPES = {"encSm2EnvelopedKey.key", "signedAndEnvelopedData.key"}


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("standard", ["true", "false"])
@pytest.mark.parametrize("origin", ["made", "by_csr"])
def test_an_sm2_archive(
    lines: dict[str, Line], origin: str, standard: str, password: str, tmp_path: pathlib.Path
) -> None:
    line = lines["SM2"]
    files = exports.archive(
        line.ccm, getattr(line, origin), "OTHER", password=password, is_sm_standard=standard
    )
    texts = {name: content.decode() for name, content in files.items()}
    own = {"signCert.key"} if origin == "made" else set()
    second = SM2_ENVELOPES if standard == "true" else {"encCert.key"}
    assert set(texts) == {"chain.pem", "signCert.pem", "encCert.pem"} | own | second
    judge(line, texts["signCert.pem"], texts["chain.pem"])
    judge_encryption(line, texts["encCert.pem"])
    signing = openssl.public_key_of_certificate(texts["signCert.pem"])
    encryption = openssl.public_key_of_certificate(texts["encCert.pem"])
    assert signing != encryption
    if own:
        assert opened_key(texts["signCert.key"], password) == signing
    if standard == "false":
        # By request it is plain, as the documents have it.
        assert opened_key(texts["encCert.key"], password if own else "") == encryption
    elif not (own and password):
        key = texts["signCert.key"] if own else line.own_key
        envelope = base64.b64decode(texts["encSm2EnvelopedKey.key"])
        assert enveloped_public_key(envelope, key, tmp_path) == encryption
        assert base64.b64decode(texts["signedAndEnvelopedData.key"])[:1] == b"\x30"


def enveloped_public_key(envelope: bytes, signing_key: str, place: pathlib.Path) -> str:
    """The public key of what `openssl` finds in an SM2EnvelopedKey (GM/T 0009 §7.4)."""
    whole, key, cipher = (place / name for name in ("envelope.der", "sign.key", "cipher.der"))
    whole.write_bytes(envelope)
    key.write_text(signing_key)
    listed = openssl.openssl("asn1parse", "-inform", "DER", "-in", str(whole)).stdout
    [_, at] = re.findall(r"^ *(\d+):d=1 .*SEQUENCE", listed, re.MULTILINE)
    cut = ["-strparse", at, "-noout", "-out", str(cipher)]
    openssl.openssl("asn1parse", "-inform", "DER", "-in", str(whole), *cut)
    opening = ["openssl", "pkeyutl", "-decrypt", "-inkey", str(key), "-in", str(cipher)]
    sm4 = subprocess.run(opening, capture_output=True, timeout=60, check=True).stdout
    # The envelope ends with the 32 encrypted octets of the scalar.
    decrypting = ["openssl", "enc", "-d", "-sm4-ecb", "-nopad", "-K", sm4.hex()]
    scalar = subprocess.run(
        decrypting, input=envelope[-32:], capture_output=True, timeout=60, check=True
    ).stdout
    # RFC 5915 §3: version, scalar, [0] the curve 1.2.156.10197.1.301.
    curve = bytes.fromhex("a00a06082a811ccf5501822d")
    private = b"\x30\x31\x02\x01\x01\x04\x20" + scalar + curve
    return openssl.public_key_of_key(foreign.pem("EC PRIVATE KEY", private))


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("standard", ["true", "false"])
@pytest.mark.parametrize("origin", ["made", "by_csr"])
def test_sm2_texts(lines: dict[str, Line], origin: str, standard: str, password: str) -> None:
    line = lines["SM2"]
    texts = exports.fields(
        line.ccm, getattr(line, origin), "OTHER", password=password, is_sm_standard=standard
    )
    own = {"private_key"} if origin == "made" else set()
    envelopes = {"enc_sm2_enveloped_key", "signed_and_enveloped_data"}
    second = envelopes if standard == "true" else {"enc_private_key"}
    assert set(texts) == {"certificate", "certificate_chain", "enc_certificate"} | own | second
    judge(line, texts["certificate"], texts["certificate_chain"])
    judge_encryption(line, texts["enc_certificate"])
    if standard == "false":
        public = opened_key(texts["enc_private_key"], password)
        assert public == openssl.public_key_of_certificate(texts["enc_certificate"])


@pytest.mark.parametrize("program", ["APACHE", "NGINX", "IIS", "TOMCAT"])
def test_sm2_is_for_other_only(lines: dict[str, Line], program: str) -> None:
    line = lines["SM2"]
    refused = answers.sdk_refused(
        lambda: exports.archive(line.ccm, line.made, program), 400, "PCA.00020001"
    )
    assert "OTHER" in refused.error_msg


@pytest.mark.parametrize(("program", "store"), [("IIS", "server.pfx"), ("TOMCAT", "server.jks")])
def test_every_key_store_is_new(lines: dict[str, Line], program: str, store: str) -> None:
    line = lines["EC256"]
    one, two = (exports.archive(line.ccm, line.made, program) for _ in range(2))
    assert one[store] != two[store]
    assert one["keystorePass.txt"] != two["keystorePass.txt"]
    assert re.fullmatch(rb"[A-Za-z0-9,.+_#-]{16,32}", one["keystorePass.txt"])
    one, two = (exports.archive(line.ccm, line.made, program, password="same") for _ in range(2))
    assert one[store] != two[store]


def test_every_encrypted_key_is_new_and_the_same_key(lines: dict[str, Line]) -> None:
    line = lines["RSA2048"]
    one, two = (
        exports.fields(line.ccm, line.made, "OTHER", password=PASSWORD)["private_key"]
        for _ in range(2)
    )
    assert one != two
    keys = [load_pem_private_key(pem.encode(), PASSWORD.encode()) for pem in (one, two)]
    assert keys[0].public_key() == keys[1].public_key()


def test_the_terraform_provider_s_bodies_are_taken(lines: dict[str, Line], wire: Wire) -> None:
    line = lines["EC256"]
    path = f"/v1/private-certificates/{line.made}/export"
    for program, compressed in [("TOMCAT", True), ("IIS", True), ("NGINX", False)]:
        body = {"is_compressed": compressed, "type": program, "is_sm_standard": "", "password": ""}
        answer = wire.post(path, json=body)
        assert answer.status_code == 200, answer.text
        if compressed:
            assert "keystorePass.txt" in exports.unpacked(answer.content)
        else:
            assert "private_key" in answer.json()


def test_the_archive_is_an_attachment_that_no_cache_keeps(
    lines: dict[str, Line], wire: Wire
) -> None:
    line = lines["EC256"]
    path = f"/v1/private-certificates/{line.made}/export"
    answer = wire.post(path, json={"is_compressed": "true", "type": "APACHE"})
    assert answer.headers["Content-Type"] == "application/octet-stream"
    named = f'attachment; filename="{NAME}_apache.zip"'
    assert answer.headers["Content-Disposition"] == named
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("password", ["x" * 33, "a b", "é", "a\n", "a/b"])
def test_a_password_of_other_characters_is_refused(lines: dict[str, Line], password: str) -> None:
    line = lines["EC256"]
    refused = answers.sdk_refused(
        lambda: exports.archive(line.ccm, line.made, "IIS", password=password),
        400,
        "PCA.00020001",
    )
    assert "password" in refused.error_msg


def test_a_certificate_that_does_not_exist_is_not_found(sdk: Sdk) -> None:
    unknown = str(uuid.uuid4())
    answers.sdk_refused(lambda: exports.fields(sdk.ccm, unknown, "OTHER"), 404, "PCA.10010002")
