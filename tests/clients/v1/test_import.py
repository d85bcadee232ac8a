"""`POST /v1/private-certificate-authorities/{ca_id}/import`"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from harness import answers, foreign
from harness.authorities import (
    create_pending,
    create_root,
    create_subordinate,
    export,
    export_chain,
    export_csr,
    import_certificate,
    show,
)
from harness.sdk import Sdk
from oracles import pyca
from oracles.judge import judge_chain


def test_a_certificate_signed_outside_makes_the_ca_active(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Signed Outside")
    outside = foreign.Authority("Outside Root")
    signed = outside.sign_request(export_csr(sdk.ccm, ca_id), path_length=2)
    assert import_certificate(sdk.ccm, ca_id, signed, outside.pem).status_code == 204
    shown = show(sdk.ccm, ca_id)
    assert (shown.status, shown.gen_mode) == ("ACTIVED", "IMPORT")
    assert (shown.issuer_id, shown.issuer_name) == (None, "Outside Root")
    assert shown.path_length == 2
    assert int(shown.serial_number, 16) == pyca.certificate(signed).serial_number
    assert shown.not_after == pyca.certificate(signed).not_valid_after_utc.timestamp() * 1000
    assert export_chain(sdk.ccm, ca_id) == [signed, outside.pem]


def test_an_imported_ca_issues(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Imported Issuer")
    outside = foreign.Authority("Outside Issuer Root")
    import_certificate(
        sdk.ccm,
        ca_id,
        outside.sign_request(export_csr(sdk.ccm, ca_id), days=2000, path_length=1),
        outside.pem,
    )
    child = create_subordinate(sdk.ccm, "Below The Imported", ca_id)
    judge_chain(export_chain(sdk.ccm, child))


def test_a_chain_may_come_in_any_order_and_is_kept_nearest_first(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Shuffled Chain")
    root = foreign.Authority("Far Root")
    middle = foreign.Authority("Middle", issuer=root)
    near = foreign.Authority("Near", issuer=middle)
    signed = near.sign_request(export_csr(sdk.ccm, ca_id))
    import_certificate(sdk.ccm, ca_id, signed, middle.pem + root.pem + near.pem)
    assert export_chain(sdk.ccm, ca_id) == [signed, near.pem, middle.pem, root.pem]


def test_without_a_chain_the_export_has_none(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Chain Left Out")
    import_certificate(sdk.ccm, ca_id, foreign.Authority().sign_request(export_csr(sdk.ccm, ca_id)))
    assert export(sdk.ccm, ca_id).certificate_chain is None


def test_a_certificate_by_a_ca_of_the_same_account_names_that_ca(sdk: Sdk) -> None:
    # Signed by an outside CA whose subordinate lives here: the issuer is found by name and signature.
    outside = foreign.Authority("Grandparent")
    parent = create_pending(sdk.ccm, "Parent Here")
    import_certificate(
        sdk.ccm, parent, outside.sign_request(export_csr(sdk.ccm, parent), days=2000), outside.pem
    )
    child = create_subordinate(sdk.ccm, "Child Here", parent)
    assert show(sdk.ccm, child).issuer_id == parent
    judge_chain(export_chain(sdk.ccm, child))


def test_sm2_is_imported_under_an_sm2_root(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "SM2 Outside", key_algorithm="SM2")
    outside = foreign.Sm2Authority()
    signed = outside.sign_request(export_csr(sdk.ccm, ca_id))
    import_certificate(sdk.ccm, ca_id, signed, outside.pem)
    assert export_chain(sdk.ccm, ca_id) == [signed, outside.pem]


@pytest.mark.parametrize("dress", ["crlf", "blank lines", "text around"])
def test_pem_is_accepted_in_every_usual_dress(sdk: Sdk, dress: str) -> None:
    ca_id = create_pending(sdk.ccm, f"Dressed In {dress}")
    plain = foreign.Authority().sign_request(export_csr(sdk.ccm, ca_id))
    dressed = {
        "crlf": plain.replace("\n", "\r\n"),
        "blank lines": f"\n\n{plain}\n\n",
        "text around": f"subject=CN = somebody\nissuer=CN = else\n{plain}that was it\n",
    }[dress]
    import_certificate(sdk.ccm, ca_id, dressed)
    assert export_chain(sdk.ccm, ca_id) == [plain]


def _signed(csr: str, **options: Any) -> str:
    return foreign.Authority("Strict Root").sign_request(csr, **options)


def _unknown_critical(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    return builder.add_extension(extension, critical=True)


BAD: dict[str, Callable[[str], str]] = {
    "not a CA": lambda csr: _signed(csr, ca=False),
    "a CA without keyCertSign": lambda csr: _signed(csr, key_cert_sign=False),
    "over": lambda csr: _signed(csr, starts_in=datetime.timedelta(days=-800)),
    "not yet valid": lambda csr: _signed(csr, starts_in=datetime.timedelta(hours=1)),
    "with an unknown critical extension": lambda csr: _signed(csr, change=_unknown_critical),
    "signed with SHA-1": lambda csr: foreign.Authority("Old Root").sign_request_with_sha1(csr),
    "two certificates": lambda csr: _signed(csr) + _signed(csr),
    "with trailing octets": lambda csr: _with_trailing_octets(_signed(csr)),
    "not a certificate": lambda csr: csr,
    "no PEM": lambda _: "certificate",
    "absurdly nested": lambda _: foreign.pem("CERTIFICATE", foreign.nested(4000)),
}


def _with_trailing_octets(pem: str) -> str:
    label, octets = foreign.pem_body(pem)
    return foreign.pem(label, octets + b"\x00")


@pytest.mark.parametrize("what", BAD)
def test_a_certificate_is_refused_and_the_ca_stays_pending_when_it_is(sdk: Sdk, what: str) -> None:
    ca_id = create_pending(sdk.ccm, "Refuses", key_algorithm="EC256")
    csr = export_csr(sdk.ccm, ca_id)
    error = answers.sdk_refused(
        lambda: import_certificate(sdk.ccm, ca_id, BAD[what](csr)), 400, "PCA.00020001"
    )
    assert "certificate" in error.error_msg
    assert show(sdk.ccm, ca_id).status == "PENDING"
    assert export_csr(sdk.ccm, ca_id) == csr


def test_a_certificate_with_another_key_is_refused(sdk: Sdk) -> None:
    ca_id, other = create_pending(sdk.ccm, "One Key"), create_pending(sdk.ccm, "Another Key")
    signed = foreign.Authority().sign_request(export_csr(sdk.ccm, other))
    answers.sdk_refused(lambda: import_certificate(sdk.ccm, ca_id, signed), 403, "PCA.00030301")
    assert show(sdk.ccm, ca_id).status == "PENDING"


def test_a_chain_with_a_stranger_is_refused(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Strange Chain")
    outside = foreign.Authority("Right Root")
    signed = outside.sign_request(export_csr(sdk.ccm, ca_id))
    stranger = foreign.Authority("Right Root")
    for chain in (stranger.pem, outside.pem + foreign.Authority("Guest").pem, "chain"):
        error = answers.sdk_refused(
            lambda: import_certificate(sdk.ccm, ca_id, signed, chain), 400, "PCA.00020001"
        )
        assert "certificate_chain" in error.error_msg


def test_a_chain_whose_path_length_is_used_up_is_refused(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Too Low")
    root = foreign.Authority("Narrow Root", path_length=0)
    middle = foreign.Authority("Narrow Middle", issuer=root)
    signed = middle.sign_request(export_csr(sdk.ccm, ca_id))
    error = answers.sdk_error(
        lambda: import_certificate(sdk.ccm, ca_id, signed, middle.pem + root.pem)
    )
    assert (error.status_code, error.error_code[:8]) == (400, "PCA.0002")


def test_an_active_ca_imports_nothing(sdk: Sdk) -> None:
    root = create_root(sdk.ccm, "Imports Nothing")
    [pem] = export_chain(sdk.ccm, root)
    answers.sdk_refused(lambda: import_certificate(sdk.ccm, root, pem), 403, "PCA.00030201")


def test_a_self_signed_certificate_is_refused(sdk: Sdk) -> None:
    ca_id = create_pending(sdk.ccm, "Self Signed")
    wanted = pyca.request(export_csr(sdk.ccm, ca_id))
    impostor = foreign.Authority("Impostor")
    impostor.name = wanted.subject
    signed = impostor.sign(wanted.subject, wanted.public_key())
    text = signed.public_bytes(serialization.Encoding.PEM).decode()
    answers.sdk_refused(lambda: import_certificate(sdk.ccm, ca_id, text), 400, "PCA.00020001")
