//! CRLs: ours read by openssl, openssl's read by us.

use x509::extension::{CrlDistributionPoints, IssuingDistributionPoint};
use x509::{
    Criticality, CrlNumber, ExtensionValue, GeneralName, KeyAlgorithm, PrivateKey, ReasonCode,
    RevocationList, RevocationListFields, RevokedCertificate, SerialNumber, UnixTime, signed,
};

use crate::command::{Scratch, openssl, openssl_succeeds, openssl_text};
use crate::fixtures::{DAY, DISTID, NOW, ca, issue, key, pairs, sign, usual};

/// 2050-01-01T00:00:00Z, the first second that is written as GeneralizedTime.
const Y2050: i64 = 2_524_608_000;

fn entry(octet: u8, at: UnixTime, reason: Option<ReasonCode>) -> RevokedCertificate {
    RevokedCertificate {
        serial: SerialNumber::from_random([octet; 20]),
        revocation_date: at,
        reason,
    }
}

fn list(issuer: &x509::Certificate) -> RevocationListFields {
    RevocationListFields {
        issuer: issuer.subject().clone(),
        this_update: NOW,
        next_update: UnixTime(NOW.0 + 7 * DAY),
        authority_key_identifier: issuer.subject_key_identifier().unwrap().to_vec(),
        number: CrlNumber::from(1_795_300_000_123),
        distribution_point: None,
    }
}

#[test]
fn openssl_verifies_every_signature() {
    for (kind, algorithm) in pairs() {
        let key = key(kind);
        let root = issue(&ca("Root", &key, "Root", &key), &key, usual(&key));
        let revoked = [entry(1, NOW, Some(ReasonCode::KeyCompromise))];
        let to_be_signed = list(&root).to_be_signed(algorithm, &revoked);
        let der = signed::assemble(&to_be_signed, algorithm, &sign(&key, algorithm, &to_be_signed));

        let read = RevocationList::from_der(&der).unwrap();

        assert!(read.verify_signed_by(key.public_key()).is_ok(), "{kind} {algorithm:?}");
        assert_eq!(RevocationList::from_pem(&read.to_pem(x509::LineEnding::Lf)), Ok(read.clone()));
        let text = openssl_text(&["crl", "-inform", "DER", "-noout", "-text"], &der);
        assert!(text.contains("Version 2 (0x1)"), "{text}");
        assert!(text.contains("X509v3 CRL Number: \n                1795300000123"), "{text}");
        assert!(text.contains("X509v3 Authority Key Identifier:"), "{text}");
        // The command has no way to name SM2's identifier for a CRL; its parts are verified.
        if kind != KeyAlgorithm::Sm2 {
            let scratch = Scratch::new();
            let ca = scratch.file("ca.pem", root.to_pem(x509::LineEnding::Lf));
            let answer = openssl(&["crl", "-inform", "DER", "-noout", "-CAfile", &ca], &der);
            assert!(answer.stderr.contains("verify OK"), "{kind}: {}", answer.stderr);
        } else {
            let scratch = Scratch::new();
            let tbs = scratch.file("tbs", &to_be_signed);
            let signature = scratch.file("signature", sign(&key, algorithm, &to_be_signed));
            let public = scratch.file("key.pem", &*key.pkcs8_pem());
            let arguments = [
                "dgst",
                "-sm3",
                "-prverify",
                &public,
                "-sigopt",
                DISTID,
                "-signature",
                &signature,
                &tbs,
            ];
            openssl_succeeds(&arguments, b"");
        }
    }
}

#[test]
fn openssl_reads_entries_reasons_and_times_of_both_forms() {
    let key = key(KeyAlgorithm::EcP256);
    let root = issue(&ca("Root", &key, "Root", &key), &key, usual(&key));
    let mut revoked: Vec<_> =
        (1..).zip(ReasonCode::ALL).map(|(n, r)| entry(n, NOW, Some(r))).collect();
    revoked.push(entry(90, UnixTime(Y2050 - 1), None));
    revoked.push(entry(91, UnixTime(Y2050), None));
    let fields = RevocationListFields {
        this_update: UnixTime(Y2050 - 1),
        next_update: UnixTime(Y2050),
        ..list(&root)
    };
    let to_be_signed = fields.to_be_signed(usual(&key), &revoked);
    let der = signed::assemble(&to_be_signed, usual(&key), &sign(&key, usual(&key), &to_be_signed));

    let text = openssl_text(&["crl", "-inform", "DER", "-noout", "-text"], &der);

    assert!(text.contains("Last Update: Dec 31 23:59:59 2049 GMT"), "{text}");
    assert!(text.contains("Next Update: Jan  1 00:00:00 2050 GMT"), "{text}");
    assert_eq!(text.matches("Serial Number: ").count(), 11, "{text}");
    assert_eq!(text.matches("X509v3 CRL Reason Code").count(), 8, "{text}");
    for reason in [
        "Key Compromise",
        "CA Compromise",
        "Affiliation Changed",
        "Superseded",
        "Cessation Of Operation",
        "Certificate Hold",
        "Privilege Withdrawn",
        "AA Compromise",
    ] {
        assert!(text.contains(reason), "{reason}: {text}");
    }
    assert!(text.contains("Revocation Date: Jan  1 00:00:00 2050 GMT"), "{text}");
    assert!(der.windows(15).any(|octets| octets == b"\x17\x0d491231235959Z"));
    assert!(der.windows(17).any(|octets| octets == b"\x18\x0f20500101000000Z"));
}

#[test]
fn openssl_tells_a_revoked_certificate_from_a_good_one() {
    let key = key(KeyAlgorithm::EcP256);
    let mut root = ca("Root", &key, "Root", &key);
    root.not_before = UnixTime(NOW.0 - DAY);
    let root = issue(&root, &key, usual(&key));
    let other = crate::fixtures::key(KeyAlgorithm::EcP384);
    let child = issue(&ca("Child", &other, "Root", &key), &key, usual(&key));
    for revoked in [true, false] {
        let entries = if revoked {
            vec![RevokedCertificate {
                serial: child.serial().clone(),
                revocation_date: NOW,
                reason: None,
            }]
        } else {
            Vec::new()
        };
        let to_be_signed = list(&root).to_be_signed(usual(&key), &entries);
        let signature = sign(&key, usual(&key), &to_be_signed);
        let crl =
            RevocationList::from_der(&signed::assemble(&to_be_signed, usual(&key), &signature));
        let scratch = Scratch::new();
        let root = scratch.file("root.pem", root.to_pem(x509::LineEnding::Lf));
        let child_file = scratch.file("child.pem", child.to_pem(x509::LineEnding::Lf));
        let crl = crl.unwrap();
        let crl_file = scratch.file("crl.pem", crl.to_pem(x509::LineEnding::Lf));
        let at = (NOW.0 + 60).to_string();

        let arguments = [
            "verify",
            "-crl_check",
            "-attime",
            &at,
            "-CAfile",
            &root,
            "-CRLfile",
            &crl_file,
            &child_file,
        ];
        let answer = openssl(&arguments, b"");

        assert_eq!(answer.success, !revoked, "{}", answer.stderr);
        assert_eq!(answer.stderr.contains("certificate revoked"), revoked, "{}", answer.stderr);
        assert_eq!(crl.entry(child.serial()).is_some(), revoked);
    }
}

/// A CRL of a shard with this name.
fn shard(
    issuer: &x509::Certificate,
    key: &PrivateKey,
    name: &str,
    revoked: &[RevokedCertificate],
) -> String {
    let names = ["http://old.example/crl".to_owned(), name.to_owned()];
    let full_names = names.map(GeneralName::Uri).to_vec();
    let fields = RevocationListFields {
        distribution_point: Some(IssuingDistributionPoint { full_names }),
        ..list(issuer)
    };
    let to_be_signed = fields.to_be_signed(usual(key), revoked);
    let der = signed::assemble(&to_be_signed, usual(key), &sign(key, usual(key), &to_be_signed));
    RevocationList::from_der(&der).unwrap().to_pem(x509::LineEnding::Lf)
}

#[test]
fn openssl_takes_the_shard_that_a_certificate_names_and_no_other() {
    let key = key(KeyAlgorithm::EcP256);
    let root = issue(&ca("Root", &key, "Root", &key), &key, usual(&key));
    let other = crate::fixtures::key(KeyAlgorithm::EcP384);
    let (own, anothers) = ("http://crl.example/ca/7.crl", "http://crl.example/ca/8.crl");
    let mut fields = ca("Child", &other, "Root", &key);
    let point = CrlDistributionPoints::at(own).to_extension(Criticality::NotCritical);
    fields.extensions.push(point);
    let child = issue(&fields, &key, usual(&key));
    let revoked = [RevokedCertificate {
        serial: child.serial().clone(),
        revocation_date: NOW,
        reason: Some(ReasonCode::Superseded),
    }];
    let complete = {
        let to_be_signed = list(&root).to_be_signed(usual(&key), &revoked);
        let signature = sign(&key, usual(&key), &to_be_signed);
        let der = signed::assemble(&to_be_signed, usual(&key), &signature);
        RevocationList::from_der(&der).unwrap().to_pem(x509::LineEnding::Lf)
    };
    let good = shard(&root, &key, own, &[]);
    let bad = shard(&root, &key, own, &revoked);
    let wrong = shard(&root, &key, anothers, &[]);
    for (crls, said) in [
        (good.clone(), None),
        (bad.clone(), Some("certificate revoked")),
        (complete, Some("certificate revoked")),
        // A list of other certificates says nothing of this one, whoever hands it over.
        (wrong.clone(), Some("different CRL scope")),
        (format!("{wrong}{bad}"), Some("certificate revoked")),
        (format!("{wrong}{good}"), None),
    ] {
        let scratch = Scratch::new();
        let root = scratch.file("root.pem", root.to_pem(x509::LineEnding::Lf));
        let child = scratch.file("child.pem", child.to_pem(x509::LineEnding::Lf));
        let crls = scratch.file("crls.pem", crls);
        let at = (NOW.0 + 60).to_string();
        let arguments =
            ["verify", "-crl_check", "-attime", &at, "-CAfile", &root, "-CRLfile", &crls, &child];

        let answer = openssl(&arguments, b"");

        assert_eq!(answer.success, said.is_none(), "{}", answer.stderr);
        assert!(said.is_none_or(|said| answer.stderr.contains(said)), "{}", answer.stderr);
    }
}

/// The database and settings of `openssl ca`.
const SETTINGS: &str = "[ca]\ndefault_ca=own\n[own]\ndatabase=DIR/index\ncrlnumber=DIR/number\n\
     default_md=sha256\ndefault_crl_days=30\ncrl_extensions=crl\n[crl]\nauthorityKeyIdentifier=keyid\n";

#[test]
fn a_list_that_openssl_made_is_read() {
    let scratch = Scratch::new();
    let key = key(KeyAlgorithm::EcP256);
    let root = issue(&ca("Root", &key, "Root", &key), &key, usual(&key));
    let index = scratch.file(
        "index",
        "R\t300101000000Z\t251231000000Z,keyCompromise\t0A0B\tunknown\t/CN=a\n\
         R\t300101000000Z\t251231000001Z\t7F\tunknown\t/CN=b\n",
    );
    scratch.file("number", "01F4\n");
    let directory = index.trim_end_matches("/index");
    let settings = scratch.file("settings", SETTINGS.replace("DIR", directory));
    let key_file = scratch.file("key.pem", &*key.pkcs8_pem());
    let root_file = scratch.file("root.pem", root.to_pem(x509::LineEnding::Lf));

    let pem = openssl_text(
        &["ca", "-gencrl", "-config", &settings, "-keyfile", &key_file, "-cert", &root_file],
        b"",
    );

    let read = RevocationList::from_pem(&pem).unwrap();
    assert!(read.verify_signed_by(key.public_key()).is_ok());
    assert_eq!(read.number().and_then(CrlNumber::to_u64), Some(500));
    assert_eq!(read.authority_key_identifier(), root.subject_key_identifier());
    let shown: Vec<_> =
        read.revoked().iter().map(|entry| (entry.serial.to_hex(), entry.reason)).collect();
    assert_eq!(shown, [("7f".into(), None), ("0a0b".into(), Some(ReasonCode::KeyCompromise))]);
    assert_eq!(read.revoked()[0].revocation_date.0 - read.revoked()[1].revocation_date.0, 1);
}
