"""RSA keys that were made before anybody asked for them."""

from __future__ import annotations

import concurrent.futures
import time

import pytest

from harness.server import NO_QUOTAS, PATIENCE, Server
from harness.wire import Wire
from oracles import openssl
from test_metrics import scrape, total

pytestmark = pytest.mark.one_node("each process keeps keys of its own ready")

POOL = "[rsa_pool]\nrsa2048 = 12\nrsa3072 = 0\nrsa4096 = 1\n"
BURST = 10


def ready(server: Server, algorithm: str = "RSA2048") -> float:
    return total(scrape(server), "cinnabar_key_pool_ready", algorithm=algorithm)


def taken(server: Server) -> float:
    return total(scrape(server), "cinnabar_key_pool_taken_total")


def wait_until_ready(server: Server, keys: int, algorithm: str = "RSA2048") -> None:
    deadline = time.monotonic() + 4 * PATIENCE
    while ready(server, algorithm) < keys:
        assert time.monotonic() < deadline, "the pool does not fill"
        time.sleep(0.05)


def with_pool() -> Server:
    # The settings file says how many; what the tests set for all servers is taken away.
    server = Server(settings=NO_QUOTAS + POOL)
    server.environment = {
        name: value
        for name, value in server.environment.items()
        if not name.startswith("CINNABAR_RSA_POOL")
    }
    return server


def create(server: Server, token: str, algorithm: str) -> str:
    """Creates a CSR; its request."""
    body = {
        "name": "burst",
        "domain_name": "burst.example.org",
        "private_key_algo": algorithm,
        "usage": "PERSONAL",
    }
    wire = Wire(server, token)
    made = wire.post("/v3/scm/csr", json=body)
    assert made.status_code == 201, made.text
    path = f"/v3/scm/csr/{made.json()['id']}"
    request = str(wire.get(path).json()["csr"])
    key = wire.get(f"{path}/private-key").json()["private_key"]
    assert openssl.request_signature_holds(request)
    assert openssl.public_key_of_key(key) == openssl.public_key_of_request(request)
    return openssl.public_key_of_request(request)


def test_a_burst_takes_ready_made_keys_each_once_and_leaves_the_reserve() -> None:
    with with_pool() as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        wait_until_ready(server, 12)
        with concurrent.futures.ThreadPoolExecutor(BURST) as pool:
            burst = [pool.submit(create, server, token, "RSA_2048") for _ in range(BURST)]
            keys = {one.result() for one in burst}
        assert len(keys) == BURST
        assert taken(server) == BURST
        # An authority's key is made in its request, whatever is ready.
        wait_until_ready(server, 3)
        root = {
            "type": "ROOT",
            "distinguished_name": {
                "common_name": "Root",
                "country": "CN",
                "state": "Sichuan",
                "locality": "Chengdu",
                "organization": "Example",
                "organizational_unit": "Example",
            },
            "key_algorithm": "RSA2048",
            "signature_algorithm": "SHA256",
            "validity": {"type": "YEAR", "value": 1},
        }
        made = Wire(server, token).post("/v1/private-certificate-authorities", json=root)
        assert made.status_code == 200, made.text
        assert taken(server) == BURST
        # A single key of its size is anyone's; a size that is not kept ready is made.
        wait_until_ready(server, 1, "RSA4096")
        create(server, token, "RSA_4096")
        assert taken(server) == BURST + 1
        create(server, token, "RSA_3072")
        assert taken(server) == BURST + 1


def test_no_restart_gives_a_key_twice() -> None:
    with with_pool() as server:
        account = server.init()
        seen: list[str] = []
        for _ in range(2):
            server.start()
            token = Wire(server).sign_in(account)
            wait_until_ready(server, 4)
            seen += [create(server, token, "RSA_2048") for _ in range(2)]
            server.kill()
        assert len(set(seen)) == 4


def test_with_the_pool_off_nothing_is_kept_ready() -> None:
    with Server(settings=NO_QUOTAS) as server:
        account = server.init()
        server.start()
        token = Wire(server).sign_in(account)
        create(server, token, "RSA_2048")
        assert (ready(server), taken(server)) == (0, 0)
