"""CRLs in stores that speak S3: they are put there, follow revocations, and never fall back."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from cryptography import x509
from huaweicloudsdkccm.v1 import CreateAgencyRequest, CrlConfiguration

from harness.authorities import create_root, create_subordinate, revoke, show
from harness.sdk import Sdk
from harness.server import PATIENCE, Server

pytestmark = pytest.mark.one_node("it reads the log of the process that publishes")

ACCESS_KEY, SECRET_KEY = "test-access-key", "test-secret-key"
STORED = "example-crl"


@contextlib.contextmanager
def store(home: pathlib.Path) -> Iterator[str]:
    """A store without objects; its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (home / "store.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(url, timeout=PATIENCE)
                break
            assert process.poll() is None and time.monotonic() < end, "the store does not start"
            time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait(PATIENCE)


def client(url: str) -> Any:
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
    return boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)


def settings(home: pathlib.Path, url: str, kind: str) -> str:
    keys = home / "keys"
    keys.touch(0o600)
    keys.write_text(f"{ACCESS_KEY}\n{SECRET_KEY}\n")
    return (
        f'[[bucket]]\nname = "in-store"\nkind = "{kind}"\nendpoint = "{url}"\n'
        f'region = "us-east-1"\nbucket = "{STORED}"\ncredentials_file = "{keys}"\n'
        f'public_url = "{url}/{STORED}"\n'
    )


def number(crl: x509.CertificateRevocationList) -> int:
    return crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def stored(bucket: Any, above: int = 0) -> x509.CertificateRevocationList:
    """The CRL in the store, once its number is above this."""
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(bucket.exceptions.NoSuchKey):
            found = bucket.get_object(Bucket=STORED, Key="kept.crl")
            assert found["ContentType"] == "application/pkix-crl"
            crl = x509.load_der_x509_crl(found["Body"].read())
            if number(crl) > above:
                return crl
        assert time.monotonic() < end, "the store has no newer CRL"
        time.sleep(0.2)


@pytest.mark.parametrize("kind", ["s3", "obs"])
def test_a_store_gets_each_crl(tmp_path: pathlib.Path, kind: str) -> None:
    with store(tmp_path) as url, Server(settings=settings(tmp_path, url, kind)) as server:
        bucket = client(url)
        bucket.create_bucket(Bucket=STORED)
        credentials = server.init()
        server.start()
        sdk = Sdk(server, credentials)
        sdk.ccm.create_agency(CreateAgencyRequest())
        crl = CrlConfiguration(
            enabled=True, crl_name="kept", obs_bucket_name="in-store", valid_days=7
        )
        root = create_root(sdk.ccm, "Kept Root", crl_configuration=crl)
        assert show(sdk.ccm, root).crl_configuration.crl_dis_point == f"{url}/{STORED}/kept.crl"

        first = stored(bucket)
        child = create_subordinate(sdk.ccm, "Kept Child", root)
        revoke(sdk.ccm, child)
        second = stored(bucket, number(first))

        assert (len(list(first)), len(list(second))) == (0, 1)
        served = requests.get(f"{server.public_address}/crl/in-store/kept.crl", timeout=PATIENCE)
        assert number(x509.load_der_x509_crl(served.content)) == number(second)


def test_a_store_that_is_away_gets_the_crl_when_it_is_back(tmp_path: pathlib.Path) -> None:
    with store(tmp_path) as url, Server(settings=settings(tmp_path, url, "s3")) as server:
        credentials = server.init()
        server.start()
        sdk = Sdk(server, credentials)
        sdk.ccm.create_agency(CreateAgencyRequest())
        crl = CrlConfiguration(
            enabled=True, crl_name="kept", obs_bucket_name="in-store", valid_days=7
        )
        create_root(sdk.ccm, "Late Root", crl_configuration=crl)
        end = time.monotonic() + PATIENCE
        # The bucket is not there yet, so publishing fails, is told, and is tried again.
        while "NoSuchBucket" not in server.log.read_text():
            assert time.monotonic() < end, server.log_tail()
            time.sleep(0.2)

        bucket = client(url)
        bucket.create_bucket(Bucket=STORED)

        assert number(stored(bucket)) > 0
