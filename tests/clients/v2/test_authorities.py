"""Workspace CAs: created, listed, shown, exported, switched and deleted."""

from __future__ import annotations

import datetime
import itertools
import uuid

import pytest
from cryptography import x509
from huaweicloudsdkworkspace.v2 import CertValidityData, CrlConfigurationData

from harness import answers, desktops, foreign
from harness.contents import query_rows
from harness.sdk import Sdk
from harness.server import Server
from harness.wire import Wire
from oracles import openssl, pyca
from oracles.judge import judge_chain, judge_crl, judge_link

NUMBERS = itertools.count(1)
ROOT_RDNS = [*desktops.RDNS[:-1], ("CN", "Desktop Root")]


@pytest.fixture
def fresh(server: Server) -> Sdk:
    """An account of its own: a project holds three Workspace CAs and no more."""
    return Sdk(server, server.create_account(f"workspace-cas-{next(NUMBERS)}"))


def path(sdk: Sdk, cert_id: str = "") -> str:
    root = f"/v2/{sdk.account.project_id}/certmanager/private-certificate-authorities"
    return f"{root}/{cert_id}" if cert_id else root


def wire_of(sdk: Sdk) -> Wire:
    return Wire(sdk.server, Wire(sdk.server).sign_in(sdk.account))


def imported(sdk: Sdk, crl: CrlConfigurationData | None = None) -> tuple[str, str, foreign.Authority]:
    """A CA signed elsewhere: its identifier, its certificate and who signed it."""
    outside = foreign.Authority(kind="RSA_2048")
    signed = outside.sign_request(desktops.csr(sdk.workspace, "subordinate"))
    pem = signed + outside.pem
    assert desktops.import_certificate(sdk.workspace, "subordinate", pem, crl=crl).status_code == 200
    return desktops.newest(sdk.workspace).cert_id, signed, outside


@pytest.mark.parametrize(
    ("key", "hash_name", "expected"),
    [("RSA-2048", "SHA-256", "SHA256"), ("RSA-3072", "SHA-512", "SHA512")],
)
def test_a_root_is_what_was_asked_for(fresh: Sdk, key: str, hash_name: str, expected: str) -> None:
    cert_id = desktops.create(
        fresh.workspace,
        key_algorithm=key,
        signature_algorithm=hash_name,
        validity=CertValidityData(type="YEAR", value=30),
    )
    pem = desktops.export_pem(fresh.workspace, cert_id)
    judge_link(pem, pem)
    read = pyca.certificate(pem)
    assert pyca.rdns(read.subject) == ROOT_RDNS
    assert pyca.key_algorithm(read) == key.replace("-", "_")
    assert pyca.signature_algorithm(read) == ("RSA", expected)
    assert read.not_valid_after_utc.year - read.not_valid_before_utc.year == 30
    usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage == x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    assert not any(e.oid == x509.CRLDistributionPoints.oid for e in read.extensions)


def test_list_and_show_tell_the_same(fresh: Sdk) -> None:
    older = desktops.create(fresh.workspace, "Older")
    newer = desktops.create(fresh.workspace, "Newer")
    entries = desktops.listed(fresh.workspace, limit=100, offset=0)
    assert [entry.cert_id for entry in entries] == [newer, older]
    assert [e.cert_id for e in desktops.listed(fresh.workspace, limit=1, offset=1)] == [older]
    for entry in entries:
        shown = desktops.show(fresh.workspace, entry.cert_id)
        assert answers.CA_ID.fullmatch(entry.cert_id)
        assert entry.tenant_id == fresh.account.project_id
        for field in ("type", "status", "key_algorithm", "signature_algorithm"):
            assert getattr(entry, field) == getattr(shown, field)
        assert (entry.type, entry.status) == ("ROOT", "ENABLE")
        assert entry.common_name == shown.distinguished_name.common_name == shown.issuer_name
        read = pyca.certificate(shown.pem_code)
        assert read.serial_number == int(shown.serial_number, 16)
        for text, moment in (
            (shown.not_before, read.not_valid_before_utc),
            (entry.not_after, read.not_valid_after_utc),
        ):
            assert datetime.datetime.fromisoformat(text) == moment
        configuration = shown.crl_configuration
        assert (configuration.enable, configuration.type) == (True, "SYSTEM")
        assert (configuration.valid_day, configuration.crl_url) == (7, None)


def test_an_imported_ca_is_exported_with_its_chain(fresh: Sdk) -> None:
    configuration = CrlConfigurationData(
        enable=True, type="CUSTOMIZE", crl_url="http://crl.example.org/desktops.crl", valid_day=30
    )
    cert_id, signed, outside = imported(fresh, configuration)
    pem = desktops.export_pem(fresh.workspace, cert_id)
    assert pem == signed + outside.pem
    judge_chain([signed, outside.pem])
    shown = desktops.show(fresh.workspace, cert_id)
    assert (shown.type, shown.status) == ("SUBORDINATE", "ENABLE")
    assert shown.crl_configuration.to_dict() == configuration.to_dict()
    judge_crl(desktops.export_crl(fresh.workspace, cert_id), signed)


def test_a_crl_is_complete_and_comes_in_both_forms(fresh: Sdk) -> None:
    cert_id = desktops.create(fresh.workspace)
    root = desktops.export_pem(fresh.workspace, cert_id)
    crl = judge_crl(desktops.export_crl(fresh.workspace, cert_id), root)
    assert list(crl) == []
    assert crl.next_update_utc - crl.last_update_utc == datetime.timedelta(days=7)
    number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert answers.is_recent(number)
    assert "Version 2 (0x1)" in openssl.crl_text(desktops.export_crl(fresh.workspace, cert_id))
    as_file = wire_of(fresh).post(f"{path(fresh, cert_id)}/crl")
    assert as_file.headers["Content-Type"] == "application/octet-stream"
    assert as_file.headers["Content-Disposition"] == 'attachment; filename="Desktop_Root.crl"'
    headers = {"Accept": "application/pkix-crl"}
    der = wire_of(fresh).post(f"{path(fresh, cert_id)}/crl", headers=headers)
    assert der.headers["Content-Type"] == "application/pkix-crl"
    assert x509.load_der_x509_crl(der.content) == crl


def test_openssl_accepts_the_root_with_its_crl(fresh: Sdk) -> None:
    cert_id, signed, _ = imported(
        fresh, CrlConfigurationData(enable=True, type="SYSTEM", valid_day=1)
    )
    root_id = desktops.create(fresh.workspace)
    root = desktops.export_pem(fresh.workspace, root_id)
    crl = desktops.export_crl(fresh.workspace, root_id)
    assert openssl.verdict_with_crl(root, [root], crl).endswith(": OK")
    # The CRL of one is none of the other's.
    other = desktops.export_crl(fresh.workspace, cert_id)
    assert not openssl.crl_signature_holds(other, root)
    assert openssl.crl_signature_holds(other, signed)


def test_without_a_configuration_there_is_no_crl(fresh: Sdk) -> None:
    off = CrlConfigurationData(enable=False, type="SYSTEM", valid_day=7)
    for cert_id in (desktops.create(fresh.workspace, crl_configuration=off), imported(fresh)[0]):
        call = lambda cert_id=cert_id: desktops.export_crl(fresh.workspace, cert_id)  # noqa: E731
        error = answers.sdk_refused(call, 400, "WKS.00030201")
        assert "crl_configuration" in error.error_msg


def test_a_status_is_set_in_any_case_and_again(fresh: Sdk) -> None:
    cert_id = desktops.create(fresh.workspace)
    for word, status in (
        ("disable", "DISABLE"),
        ("DISABLE", "DISABLE"),
        ("Enable", "ENABLE"),
        ("enable", "ENABLE"),
    ):
        assert desktops.set_status(fresh.workspace, cert_id, word).status_code == 200
        assert desktops.show(fresh.workspace, cert_id).status == status
    answers.sdk_refused(
        lambda: desktops.set_status(fresh.workspace, cert_id, "stop"), 400, "WKS.00020001"
    )


def test_what_is_deleted_is_gone_with_its_key(server: Server, fresh: Sdk) -> None:
    cert_id = desktops.create(fresh.workspace)
    desktops.export_crl(fresh.workspace, cert_id)
    [(key,)] = query_rows(server, "SELECT key_id FROM authorities WHERE id = ?", (cert_id,))
    assert desktops.delete(fresh.workspace, cert_id).status_code == 200
    workspace = fresh.workspace
    for call in (desktops.show, desktops.delete, desktops.export_pem, desktops.export_crl):
        answers.sdk_refused(lambda call=call: call(workspace, cert_id), 404, "WKS.00030102")
    assert desktops.listed(workspace) == []
    for table, column, value in (
        ("keys", "id", key),
        ("crls", "authority", cert_id),
        ("authorities", "id", cert_id),
    ):
        query = f"SELECT 1 FROM {table} WHERE {column} = ?"  # noqa: S608
        assert query_rows(server, query, (value,)) == [], table


def test_three_are_all_and_a_deletion_makes_room(fresh: Sdk) -> None:
    desktops.csr(fresh.workspace, "typo")
    first = desktops.create(fresh.workspace, "First")
    desktops.create(fresh.workspace, "Second")
    error = answers.sdk_refused(lambda: desktops.create(fresh.workspace), 400, "WKS.00030401")
    assert "transaction id" in error.error_msg
    # The transaction id of a CSR that nobody will import serves as well as a CA's identifier.
    assert desktops.delete(fresh.workspace, "typo").status_code == 200
    desktops.create(fresh.workspace, "Third")
    desktops.delete(fresh.workspace, first)
    desktops.csr(fresh.workspace, "typo")


@pytest.mark.parametrize("cert_id", [str(uuid.uuid4()), "x"])
def test_what_is_not_there_is_not_found(sdk: Sdk, cert_id: str) -> None:
    workspace = sdk.workspace
    for call in (desktops.show, desktops.delete, desktops.export_pem, desktops.export_crl):
        answers.sdk_refused(lambda call=call: call(workspace, cert_id), 404, "WKS.00030102")
    answers.sdk_refused(
        lambda: desktops.set_status(workspace, cert_id, "enable"), 404, "WKS.00030102"
    )


def test_private_ca_knows_nothing_of_them(fresh: Sdk) -> None:
    cert_id = desktops.create(fresh.workspace)
    answer = wire_of(fresh).get(f"/v1/private-certificate-authorities/{cert_id}")
    answers.refused(answer, 404, "PCA.10010002")
