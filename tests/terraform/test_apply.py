"""A plan applied: what its state holds, what the server says, and what others make of it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from harness import authorities
from harness.sdk import Sdk
from harness.server import Server
from oracles import judge, openssl, pyca
from tofu import Resource, Tofu

#: As the plan has it.
PASSWORD = "Terraform-2026"
EXTENSION = x509.ObjectIdentifier("1.3.6.1.4.1.55555.1")

#: The first octets of a Java keystore.
JKS = b"\xfe\xed\xfe\xed"


@pytest.fixture(scope="module")
def state(whole: Tofu) -> dict[str, Resource]:
    return whole.state()


def ca(state: dict[str, Resource], name: str) -> Resource:
    return state[f"huaweicloud_ccm_private_ca.{name}"]


def certificate(state: dict[str, Resource], name: str) -> Resource:
    return state[f"huaweicloud_ccm_private_certificate.{name}"]


def read(state: dict[str, Resource], kind: str, name: str, each: str | None = None) -> Resource:
    """A data source, one of several if `each` says which."""
    key = "" if each is None else f'["{each}"]'
    return state[f"data.huaweicloud_ccm_{kind}.{name}{key}"]


def exported(state: dict[str, Resource], name: str, each: str | None = None) -> Resource:
    return read(state, "private_certificate_export", name, each)


def leaf(state: dict[str, Resource], name: str, each: str | None = None) -> x509.Certificate:
    return pyca.certificate(exported(state, name, each)["certificate"])


def test_what_was_applied_is_read_again_without_a_difference(whole: Tofu) -> None:
    whole.assert_nothing_to_do()


def test_the_state_of_every_ca_is_what_the_server_shows(
    state: dict[str, Resource], sdk: Sdk
) -> None:
    issuers = {"root": None, "policy": "root", "issuing": "policy", "retired": "root", "sm2": None}
    for name, issuer in issuers.items():
        kept = ca(state, name)
        shown = authorities.show(sdk.ccm, kept["id"])
        assert (shown.status, kept["status"]) == ("ACTIVED", "ACTIVED")
        assert (kept["charging_mode"], kept["gen_mode"]) == ("postPaid", "GENERATE")
        assert kept["serial_number"] == shown.serial_number
        assert kept["issuer_id"] == (ca(state, issuer)["id"] if issuer else "")
        for field in ("type", "key_algorithm", "signature_algorithm", "path_length"):
            assert kept[field] == getattr(shown, field), (name, field)


def test_the_path_lengths_of_the_plan_are_in_the_certificates(
    state: dict[str, Resource],
) -> None:
    assert [ca(state, name)["path_length"] for name in ("root", "policy", "issuing")] == [7, 1, 0]
    issuing = read(state, "private_ca_export", "issuing")
    chain = [issuing["certificate"], *pyca.blocks(issuing["certificate_chain"])]
    lengths = []
    for pem in chain:
        found = pyca.certificate(pem).extensions.get_extension_for_class(x509.BasicConstraints)
        lengths.append(found.value.path_length)
    assert lengths == [0, 1, None]


def test_a_root_has_no_chain_but_itself(state: dict[str, Resource]) -> None:
    root = read(state, "private_ca_export", "root")
    assert root["certificate_chain"] == ""
    judge.judge_chain(pyca.blocks(root["certificate"]))


@pytest.mark.parametrize("name", ["web", "plain"])
def test_a_certificate_is_sound_up_to_its_root(state: dict[str, Resource], name: str) -> None:
    found = exported(state, name, "NGINX" if name == "web" else None)
    chain = [*pyca.blocks(found["certificate"]), *pyca.blocks(found["certificate_chain"])]
    assert len(chain) == 4
    judge.judge_chain(chain)
    key = openssl.public_key_of_key(found["private_key"])
    assert openssl.public_key_of_certificate(chain[0]) == key


def test_parts_of_the_name_that_are_left_out_are_the_issuers(state: dict[str, Resource]) -> None:
    place = [("ST", "Sichuan"), ("L", "Chengdu")]
    assert pyca.rdns(leaf(state, "plain").subject) == [
        ("CN", "plain"),
        ("C", "CN"),
        *place,
        ("O", "Example"),
        ("OU", "Web"),
    ]
    assert pyca.rdns(leaf(state, "later").subject) == [
        ("CN", "later"),
        ("C", "CH"),
        *place,
        ("O", "Example Later"),
        ("OU", "PKI"),
    ]
    kept = certificate(state, "later")["distinguished_name"]
    assert (kept["country"], kept["locality"]) == ("CH", "Chengdu")


def test_usages_extension_and_beginning_are_the_plans(
    state: dict[str, Resource], begins: int
) -> None:
    web, later = leaf(state, "web", "OTHER"), leaf(state, "later")
    usage = web.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.key_agreement and not usage.key_encipherment
    purposes = web.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(purposes) == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    assert later.not_valid_before_utc.timestamp() * 1000 == begins
    assert (later.not_valid_after_utc - later.not_valid_before_utc).total_seconds() == 48 * 3600
    own = later.extensions.get_extension_for_oid(EXTENSION).value
    assert isinstance(own, x509.UnrecognizedExtension)
    assert own.value.endswith(b"from the plan")


def test_certificates_name_crl_responder_and_issuer(
    state: dict[str, Resource], server: Server
) -> None:
    text = openssl.certificate_text(exported(state, "web", "NGINX")["certificate"])
    issuing = ca(state, "issuing")
    point = issuing["crl_configuration"]["crl_dis_point"]
    assert point.startswith(f"{server.public_address}/crl/cinnabar-crl/")
    for url in (
        point,
        f"{server.public_address}/ocsp/{issuing['id']}",
        f"{server.public_address}/ca/{issuing['id']}.cer",
    ):
        assert f"URI:{url}\n" in text


def test_the_issuers_certificate_is_served_where_certificates_say(
    state: dict[str, Resource], server: Server
) -> None:
    issuing = ca(state, "issuing")["id"]
    got = requests.get(f"{server.public_address}/ca/{issuing}.cer", timeout=10)
    exported_ca = read(state, "private_ca_export", "issuing")["certificate"]
    der = pyca.certificate(exported_ca).public_bytes(serialization.Encoding.DER)
    assert (got.status_code, got.content) == (200, der)


def test_every_type_of_server_gets_the_same_certificate(state: dict[str, Resource]) -> None:
    texts = {
        name: exported(state, "web", name)["certificate"] for name in ("APACHE", "NGINX", "OTHER")
    }
    assert len(set(texts.values())) == 1
    opened = _pkcs12(exported(state, "web", "IIS"))
    assert pyca.certificate(texts["NGINX"]) == opened.cert.certificate
    assert len(opened.additional_certs) == 3
    assert _opens(exported(state, "web", "TOMCAT"))


def test_a_password_of_the_plan_locks_what_is_exported(state: dict[str, Resource]) -> None:
    locked = exported(state, "locked", "NGINX")["private_key"]
    with pytest.raises(TypeError, match="encrypted"):
        serialization.load_pem_private_key(locked.encode(), None)
    key = serialization.load_pem_private_key(locked.encode(), PASSWORD.encode())
    assert key.public_key() == leaf(state, "plain").public_key()
    assert _pkcs12(exported(state, "locked", "IIS"), PASSWORD).cert.certificate == leaf(
        state, "plain"
    )
    assert _opens(exported(state, "locked", "TOMCAT"), PASSWORD)
    assert not _opens(exported(state, "locked", "TOMCAT"), "another")


def _pkcs12(found: Resource, password: str | None = None) -> Any:
    """What `server.pfx` holds, by its own password if none is given."""
    opened = pkcs12.load_pkcs12(
        base64.b64decode(found["server_pfx"]),
        (password or found["keystore_pass"].strip()).encode(),
    )
    assert opened.cert is not None and opened.key is not None
    return opened


def _opens(found: Resource, password: str | None = None) -> bool:
    """Is `server.jks` a Java keystore of this password, by the digest at its end?"""
    octets = base64.b64decode(found["server_jks"])
    assert octets.startswith(JKS)
    salted = (password or found["keystore_pass"].strip()).encode("utf-16-be") + b"Mighty Aphrodite"
    digest = hashlib.sha1(salted + octets[:-20], usedforsecurity=False).digest()
    return digest == octets[-20:]


def test_an_sm2_certificate_is_a_pair_in_both_forms(state: dict[str, Resource]) -> None:
    plain, standard = (exported(state, "sm2", each) for each in ("false", "true"))
    for found in (plain, standard):
        [root] = pyca.blocks(found["certificate_chain"])
        assert openssl.link_holds(found["certificate"], root)
        assert openssl.link_holds(found["enc_certificate"], root)
        assert found["certificate"] != found["enc_certificate"]
    assert plain["enc_private_key"] and not plain["enc_sm2_enveloped_key"]
    assert standard["enc_sm2_enveloped_key"] and standard["signed_and_enveloped_data"]
    assert not standard["enc_private_key"]


def test_lists_are_filtered_and_sorted(state: dict[str, Resource]) -> None:
    found = read(state, "private_cas", "subordinates").values["cas"]
    names = [one["distinguished_name"][0]["common_name"] for one in found]
    assert names == ["Example Issuing CA", "Example Policy CA", "Example Retired CA"]
    assert {one["id"] for one in found} == {
        ca(state, name)["id"] for name in ("issuing", "policy", "retired")
    }
    listed = read(state, "private_certificates", "issued").values["certificates"]
    names = [one["distinguished_name"][0]["common_name"] for one in listed]
    assert names == ["later", "lost", "plain", "sm2.example.org", "www.example.org"]
    [web] = read(state, "private_certificates", "by_name").values["certificates"]
    assert web["id"] == certificate(state, "web")["id"]
    assert web["start_at"] == certificate(state, "web")["start_at"]


def test_tags_are_counted_searched_and_read(state: dict[str, Resource]) -> None:
    cas = read(state, "private_cas_by_tags", "team")
    assert cas["total_count"] == 2
    assert {one["resource_id"] for one in cas.values["resources"]} == {
        ca(state, "root")["id"],
        ca(state, "policy")["id"],
    }
    named = read(state, "private_cas_by_tags", "named")
    assert named["resources"]["resource_name"] == "Example Policy CA"
    certificates = read(state, "private_certificates_by_tags", "team")
    assert certificates["total_count"] == 1
    assert certificates["resources"]["resource_id"] == certificate(state, "web")["id"]
    both = {"stage": ["test"], "team": ["red"]}
    assert _tags(read(state, "private_ca_tags", "this")) == both
    assert _tags(read(state, "private_certificate_tags", "this")) == {"owner": ["nobody"]} | both


def _tags(found: Resource) -> dict[str, list[str]]:
    return {one["key"]: one["values"] for one in found.values["tags"]}


def test_quotas_count_what_the_plan_has_made(state: dict[str, Resource]) -> None:
    for kind, name, used in (
        ("private_ca_quota", "CERTIFICATE_AUTHORITY", 5),
        ("private_certificate_quota", "CERTIFICATE", 5),
    ):
        [resource] = read(state, kind, "this")["quotas"]["resources"]
        assert (resource["type"], resource["used"]) == (name, used)
        assert resource["quota"] >= 100


def test_a_csr_comes_with_its_private_key(state: dict[str, Resource]) -> None:
    csr = state["huaweicloud_ccm_csr.mail"]
    key = read(state, "csr_private_key", "mail")["private_key"]
    names = ["mail.example.org", "imap.example.org"]
    assert pyca.alternative_names(pyca.request(csr["csr"])) == names
    assert openssl.public_key_of_request(csr["csr"]) == openssl.public_key_of_key(key)
    [listed] = read(state, "csrs", "mail").values["csr_list"]
    assert listed["id"] == csr["id"]


def test_outputs_are_what_the_state_has(whole: Tofu, state: dict[str, Resource]) -> None:
    outputs = whole.outputs()
    assert outputs["root"] == ca(state, "root")["id"]
    assert outputs["serial_number"] == ca(state, "root")["serial_number"]
    assert outputs["web"] == exported(state, "web", "NGINX")["certificate"]
    assert len(outputs["issued"]) == 5


def test_agency_and_console_are_read(state: dict[str, Resource]) -> None:
    assert read(state, "private_ca_agency", "this")["agency_granted"] is True
    console = read(state, "private_ca_config_console", "this").values
    assert console["is_support_sm2"] is True and console["is_support_ocsp"] is True
    assert console["is_support_dhsm"] is False and console["dhsm_regions"] == []
