"""What `openssl` 3 says of keys, requests and certificates."""

from __future__ import annotations

import pathlib
import subprocess
import tempfile

from cryptography import x509

#: The user id of GM/T 0009 that SM2 signatures of X.509 objects are made with.
SM2_ID = "1234567812345678"


class OpensslRefused(AssertionError):
    """openssl ended with an error."""


def openssl(
    *arguments: str, input: str = "", check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Runs one openssl command."""
    done = subprocess.run(
        ["openssl", *arguments],
        input=input,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if check and done.returncode != 0:
        raise OpensslRefused(f"openssl {' '.join(arguments)}: {done.stderr}\n{input}")
    return done


def request_signature_holds(request_pem: str) -> bool:
    """Is the request signed by the key that it carries?

    The text decides: openssl 3.0 ends with success after a failed verification.
    """
    flags = ["-vfyopt", f"distid:{SM2_ID}"] if is_sm2(request_pem) else []
    done = openssl("req", "-verify", "-noout", *flags, input=request_pem, check=False)
    said = (done.stdout + done.stderr).lower()
    return "verify ok" in said and "failure" not in said


def request_text(request_pem: str) -> str:
    """The request as openssl prints it."""
    return openssl("req", "-noout", "-text", "-nameopt", "RFC2253", input=request_pem).stdout


def public_key_of_request(request_pem: str) -> str:
    return openssl("req", "-noout", "-pubkey", input=request_pem).stdout


def public_key_of_certificate(certificate_pem: str) -> str:
    return openssl("x509", "-noout", "-pubkey", input=certificate_pem).stdout


def public_key_of_key(key_pem: str) -> str:
    return openssl("pkey", "-pubout", input=key_pem).stdout


def certificate_text(certificate_pem: str) -> str:
    """The certificate as openssl prints it."""
    return openssl("x509", "-noout", "-text", "-nameopt", "RFC2253", input=certificate_pem).stdout


def is_sm2(pem: str) -> bool:
    """Does the certificate or request carry an SM2 key?"""
    reader = certificate_text if "BEGIN CERTIFICATE-----" in pem else request_text
    return "ASN1 OID: SM2" in reader(pem)


def link_holds(certificate_pem: str, issuer_pem: str, moment: int | None = None) -> bool:
    """Did `issuer` sign `certificate`, with all of RFC 5280's rules for the pair?

    Judged as of now, or of another moment (Unix seconds). Link by link, since openssl cannot
    verify a deeper chain of SM2.
    """
    with tempfile.TemporaryDirectory() as place:
        issuer = pathlib.Path(place, "issuer.pem")
        issuer.write_text(issuer_pem)
        flags = ["-partial_chain", "-trusted", str(issuer)]
        if moment is not None:
            flags += ["-attime", str(moment)]
        if is_sm2(issuer_pem):
            flags += ["-vfyopt", f"distid:{SM2_ID}"]
        else:
            flags += ["-x509_strict", "-check_ss_sig"]
        done = openssl("verify", *flags, input=certificate_pem, check=False)
        if done.returncode != 0 or ": OK" not in done.stdout:
            return False
    # openssl takes a trusted certificate as it is, and cannot be told the id for its own signature.
    return not is_sm2(issuer_pem) or sm2_signature_holds(certificate_pem, issuer_pem)


def sm2_signature_holds(certificate_pem: str, issuer_pem: str) -> bool:
    """Is the certificate's signature the issuer's, judged over the cut-out octets?"""
    read = x509.load_pem_x509_certificate(certificate_pem.encode())
    with tempfile.TemporaryDirectory() as place:
        key, signed, signature = (pathlib.Path(place, name) for name in ("key", "tbs", "sig"))
        key.write_text(public_key_of_certificate(issuer_pem))
        signed.write_bytes(read.tbs_certificate_bytes)
        signature.write_bytes(read.signature)
        done = openssl(
            "dgst",
            "-sm3",
            "-verify",
            str(key),
            "-sigopt",
            f"distid:{SM2_ID}",
            "-signature",
            str(signature),
            str(signed),
            check=False,
        )
        return done.returncode == 0 and "Verified OK" in done.stdout


def chain_verdict(certificate_pem: str, chain: list[str]) -> str:
    """What `openssl verify` says of a certificate under a chain whose last member is the root."""
    with tempfile.TemporaryDirectory() as place:
        root = pathlib.Path(place, "root.pem")
        between = pathlib.Path(place, "between.pem")
        root.write_text(chain[-1])
        between.write_text("".join(chain[:-1]))
        flags = ["-x509_strict", "-CAfile", str(root)]
        if len(chain) > 1:
            flags += ["-untrusted", str(between)]
        done = openssl("verify", *flags, input=certificate_pem, check=False)
        return (done.stdout + done.stderr).strip()


def crl_signature_holds(crl_pem: str, issuer_pem: str) -> bool:
    """Is the CRL the issuer's? The text decides: openssl ends with success either way."""
    with tempfile.TemporaryDirectory() as place:
        issuer = pathlib.Path(place, "issuer.pem")
        issuer.write_text(issuer_pem)
        arguments = ["crl", "-noout", "-CAfile", str(issuer)]
        done = openssl(*arguments, input=crl_pem, check=False)
        said = done.stdout + done.stderr
        return "verify OK" in said and "failure" not in said


def crl_text(crl_pem: str) -> str:
    """The CRL as openssl prints it."""
    return openssl("crl", "-noout", "-text", "-nameopt", "RFC2253", input=crl_pem).stdout


def verdict_with_crl(certificate_pem: str, chain: list[str], crl_pem: str) -> str:
    """What `openssl verify -crl_check` says of a certificate under the chain and the CRL."""
    with tempfile.TemporaryDirectory() as place:
        trusted, crl = pathlib.Path(place, "trusted.pem"), pathlib.Path(place, "crl.pem")
        trusted.write_text("".join(chain))
        crl.write_text(crl_pem)
        flags = ["-crl_check", "-partial_chain", "-trusted", str(trusted), "-CRLfile", str(crl)]
        done = openssl("verify", *flags, input=certificate_pem, check=False)
        return (done.stdout + done.stderr).strip()
