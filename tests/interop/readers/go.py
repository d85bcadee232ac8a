"""The Go programs beside this package."""

from __future__ import annotations

import functools
import pathlib
import tempfile

from harness.server import REGION, Server

from .command import Verdict, run

MODULE = pathlib.Path(__file__).resolve().parents[1] / "go"

#: From nothing: two cores compile the SDK's service package and what it needs in two minutes.
COMPILED_WITHIN = 600.0

#: No module is fetched or chosen while tests run: go.sum has pinned them.
OFFLINE = {"GOFLAGS": "-mod=readonly -buildvcs=false", "GOPROXY": "off", "GOTOOLCHAIN": "local"}


def lifecycle(server: Server) -> Verdict:
    """The Go tests of the official SDK, against this server."""
    account = server.credentials
    assert account is not None
    environment = {
        **OFFLINE,
        "SSL_CERT_FILE": str(server.ca_file),
        f"HUAWEICLOUD_SDK_REGION_CCM_{REGION.replace('-', '_').upper()}": server.address,
        "INTEROP_ENDPOINT": server.address,
        "INTEROP_ACCESS_KEY": account.access_key,
        "INTEROP_SECRET_KEY": account.secret_key,
    }
    return run(
        "go",
        "test",
        "-count=1",
        "-v",
        "./lifecycle",
        place=MODULE,
        environment=environment,
        patience=COMPILED_WITHIN,
    )


@functools.cache
def _envelopes() -> tuple[pathlib.Path, tempfile.TemporaryDirectory[str]]:
    """The built program; the folder lives as long as the process."""
    folder = tempfile.TemporaryDirectory(prefix="interop-go-")
    path = pathlib.Path(folder.name, "envelopes")
    made = run(
        "go",
        "build",
        "-o",
        path,
        "./envelopes",
        place=MODULE,
        environment=OFFLINE,
        patience=COMPILED_WITHIN,
    )
    assert made.ok, made.text
    return path, folder


def _open(place: pathlib.Path, order: str, *operands: str) -> Verdict:
    program, _ = _envelopes()
    files = []
    for number, operand in enumerate(operands):
        file = place / f"{order}{number}"
        file.write_text(operand)
        files.append(file)
    return run(str(program), order, *files)


def enveloped_key(place: pathlib.Path, signing_key: str, envelope: str) -> Verdict:
    """Opens an SM2EnvelopedKey (GM/T 0009) and prints the private key in hexadecimal."""
    return _open(place, "enveloped-key", signing_key, envelope)


def signed_and_enveloped(
    place: pathlib.Path, signing_key: str, signing_certificate: str, issuer: str, envelope: str
) -> Verdict:
    """Opens a SignedAndEnvelopedData (GM/T 0010) that the issuer signed, and prints its content."""
    operands = (signing_key, signing_certificate, issuer, envelope)
    return _open(place, "signed-and-enveloped", *operands)
