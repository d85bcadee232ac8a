"""Keys, requests and authorities made elsewhere: by openssl and by `cryptography`."""

from __future__ import annotations

import base64
import datetime
import pathlib
import tempfile
from collections.abc import Callable, Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from oracles.openssl import SM2_ID, openssl

#: openssl's words for each kind of key.
KINDS = {
    "RSA_1024": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"),
    "RSA_2048": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "RSA_3072": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"),
    "RSA_4096": ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"),
    "EC_P256": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "EC_P384": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"),
    "EC_P521": ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"),
    "ED25519": ("-algorithm", "ED25519"),
    "SM2": ("-algorithm", "SM2"),
}

_kept: dict[str, str] = {}


def key(algorithm: str) -> str:
    """A new key as PKCS#8 PEM."""
    return openssl("genpkey", *KINDS[algorithm]).stdout


def shared_key(algorithm: str) -> str:
    """A key of this algorithm made once for all tests, where a fresh one would prove nothing."""
    if algorithm not in _kept:
        _kept[algorithm] = key(algorithm)
    return _kept[algorithm]


def traditional(pem: str) -> str:
    """The same key as PKCS#1 (RSA) or SEC1 (EC)."""
    return openssl("pkey", "-traditional", input=pem).stdout


def encrypted(pem: str) -> str:
    """The same key under a pass phrase."""
    return openssl("pkey", "-aes256", "-passout", "pass:secret", input=pem).stdout


def request(
    key_pem: str,
    subject: str = "/CN=elsewhere.example.org",
    *,
    sans: str = "",
    sm2_id: str | None = SM2_ID,
    flags: Sequence[str] = (),
) -> str:
    """A PKCS#10 request by openssl; `sans` as openssl writes them (`DNS:a,IP:b`)."""
    with tempfile.TemporaryDirectory() as place:
        key_file = pathlib.Path(place, "key.pem")
        key_file.write_text(key_pem)
        more = list(flags)
        if sans:
            more += ["-addext", f"subjectAltName={sans}"]
        if "SM2" in openssl("pkey", "-noout", "-text", input=key_pem).stdout:
            more += ["-sm3"]
            if sm2_id is not None:
                more += ["-sigopt", f"distid:{sm2_id}"]
        return openssl(
            "req", "-new", "-utf8", "-batch", "-key", str(key_file), "-subj", subject, *more
        ).stdout


def broken_signature(request_pem: str) -> str:
    """The same request with its last octet changed."""
    label, body = pem_body(request_pem)
    return pem(label, body[:-1] + bytes([body[-1] ^ 1]))


def pem_body(text: str) -> tuple[str, bytes]:
    """Label and octets of the one PEM block in `text`."""
    lines = text.strip().splitlines()
    return lines[0].strip("-").removeprefix("BEGIN "), base64.b64decode("".join(lines[1:-1]))


def pem(label: str, octets: bytes, width: int = 64) -> str:
    """A PEM block with lines of this many characters."""
    text = base64.b64encode(octets).decode()
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def nested(depth: int) -> bytes:
    """`depth` SEQUENCEs, one inside the other, all with right lengths."""
    octets = b"\x05\x00"
    for _ in range(depth):
        size = len(octets)
        if size < 0x80:
            head = bytes([size])
        else:
            digits = (size.bit_length() + 7) // 8
            head = bytes([0x80 | digits]) + size.to_bytes(digits, "big")
        octets = b"\x30" + head + octets
    return octets


def distinguished_name(
    common_name: str = "Outside Root", organization: str = "Outside"
) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


CA_EXTENSIONS = """basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""

Change = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


class Authority:
    """A CA outside the server, with a key on P-256 or RSA, that signs CA certificates."""

    def __init__(
        self,
        common_name: str = "Outside Root",
        *,
        issuer: Authority | None = None,
        path_length: int | None = None,
        kind: str = "EC_P256",
        days: int = 3650,
    ) -> None:
        self.key = (
            rsa.generate_private_key(65537, 2048)
            if kind == "RSA_2048"
            else ec.generate_private_key(ec.SECP256R1())
        )
        self.name = distinguished_name(common_name)
        self.issuer = issuer
        signer = issuer or self
        self.certificate = signer.sign(
            self.name, self.key.public_key(), path_length=path_length, days=days
        )

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def chain(self) -> list[str]:
        """This CA, its issuer, and so on to the root."""
        return [self.pem, *(self.issuer.chain() if self.issuer else [])]

    def sign_request(self, request_pem: str, **options: object) -> str:
        """A CA certificate with subject and key of the request, as PEM."""
        wanted = x509.load_pem_x509_csr(request_pem.encode())
        made = self.sign(wanted.subject, wanted.public_key(), **options)  # type: ignore[arg-type]
        return made.public_bytes(serialization.Encoding.PEM).decode()

    def sign_request_with_sha1(self, request_pem: str) -> str:
        """A CA certificate as CAs made them before 2016, which `cryptography` no longer signs."""
        with tempfile.TemporaryDirectory() as place:
            wanted, own, key_file, extensions = (
                pathlib.Path(place, name) for name in ("request", "ca", "key", "extensions")
            )
            wanted.write_text(request_pem)
            own.write_text(self.pem)
            key_file.write_bytes(
                self.key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
            extensions.write_text(CA_EXTENSIONS)
            return openssl(
                "x509", "-req", "-in", str(wanted), "-CA", str(own), "-CAkey", str(key_file),
                "-set_serial", "0x4001020304050607", "-days", "365", "-sha1",
                "-extfile", str(extensions),
            ).stdout  # fmt: skip

    def sign(
        self,
        subject: x509.Name,
        public_key: object,
        *,
        path_length: int | None = None,
        days: int = 365,
        starts_in: datetime.timedelta = datetime.timedelta(minutes=-1),
        ca: bool = True,
        key_cert_sign: bool = True,
        change: Change = lambda builder: builder,
    ) -> x509.Certificate:
        """Signs a certificate; `change` may add what no sound CA would."""
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public_key)  # type: ignore[arg-type]
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts_in)
            .not_valid_after(now + starts_in + datetime.timedelta(days=days))
            .add_extension(
                x509.BasicConstraints(ca=ca, path_length=path_length if ca else None), critical=True
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=key_cert_sign,
                    crl_sign=True,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)  # type: ignore[arg-type]
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        return change(builder).sign(self.key, hashes.SHA256())


class Sm2Authority:
    """An SM2 root outside the server; `cryptography` does not know the curve, openssl does."""

    def __init__(self) -> None:
        self.place = tempfile.TemporaryDirectory()
        self.key_file = pathlib.Path(self.place.name, "root.key")
        self.root_file = pathlib.Path(self.place.name, "root.pem")
        self.key_file.write_text(key("SM2"))
        self.root_file.write_text(
            openssl(
                "req",
                "-x509",
                "-new",
                "-batch",
                "-key",
                str(self.key_file),
                "-sm3",
                "-sigopt",
                f"distid:{SM2_ID}",
                "-subj",
                "/C=CN/O=Outside/CN=Outside SM2 Root",
                "-days",
                "3650",
                "-addext",
                "basicConstraints=critical,CA:TRUE",
                "-addext",
                "keyUsage=critical,keyCertSign,cRLSign",
            ).stdout
        )

    @property
    def pem(self) -> str:
        return self.root_file.read_text()

    def sign_request(self, request_pem: str) -> str:
        """A CA certificate with subject and key of the request."""
        request_file = pathlib.Path(self.place.name, "request.pem")
        request_file.write_text(request_pem)
        extensions = pathlib.Path(self.place.name, "extensions")
        extensions.write_text(CA_EXTENSIONS)
        return openssl(
            "x509",
            "-req",
            "-in",
            str(request_file),
            "-CA",
            str(self.root_file),
            "-CAkey",
            str(self.key_file),
            "-CAcreateserial",
            "-days",
            "365",
            "-sm3",
            "-sigopt",
            f"distid:{SM2_ID}",
            "-vfyopt",
            f"distid:{SM2_ID}",
            "-extfile",
            str(extensions),
        ).stdout
