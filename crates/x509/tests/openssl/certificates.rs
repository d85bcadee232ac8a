//! Certificates in both directions.

use x509::{
    BasicConstraints, Certificate, Criticality, ExtensionValue, GeneralName, KeyAlgorithm,
    KeyUsage, LineEnding, NameConstraints, SignatureAlgorithm, SubjectAltName, UnixTime, Version,
    extension::Subtree, key::KeyError, oid,
};

use crate::{
    command::{Scratch, openssl, openssl_succeeds, openssl_text},
    fixtures::{
        DAY, DISTID, NOW, ca, digest_option, issue, key, key_pem, name, pairs, set_extension, usual,
    },
};

/// Asks openssl whether `issuer` issued `certificate`.
fn openssl_verifies(certificate: &Certificate, issuer: &Certificate) -> Result<(), String> {
    let scratch = Scratch::new();
    let certificate_file = scratch.file("certificate.pem", certificate.to_pem(LineEnding::Lf));
    let issuer_file = scratch.file("issuer.pem", issuer.to_pem(LineEnding::CrLf));
    let at = (NOW.0 + DAY).to_string();
    let mut arguments = vec!["verify", "-partial_chain", "-x509_strict", "-attime", &at];
    if certificate.signature_algorithm() == Some(SignatureAlgorithm::Sm2Sm3) {
        arguments.extend(["-vfyopt", DISTID]);
    }
    arguments.extend(["-trusted", &issuer_file, &certificate_file]);
    let answer = openssl(&arguments, b"");
    if answer.success { Ok(()) } else { Err(answer.stderr) }
}

/// A certificate made by openssl, signed by its own key.
fn theirs(algorithm: KeyAlgorithm, options: &[&str]) -> String {
    let scratch = Scratch::new();
    let key_file = scratch.file("key.pem", key_pem(algorithm));
    let arguments =
        [&["req", "-x509", "-new", "-key", &key_file, "-subj", "/C=CN/CN=root"][..], options]
            .concat();
    openssl_text(&arguments, b"")
}

#[test]
fn openssl_verifies_ours_for_every_key_and_hash() {
    for (algorithm, by) in pairs() {
        let issuer_key = key(algorithm);
        let root = issue(&ca("root", &issuer_key, "root", &issuer_key), &issuer_key, by);
        let leaf_key = key(KeyAlgorithm::EcP256);
        let leaf = issue(&ca("leaf", &leaf_key, "root", &issuer_key), &issuer_key, by);

        assert_eq!(openssl_verifies(&leaf, &root), Ok(()), "{algorithm} {by:?}");
        assert_eq!(leaf.verify_signed_by(issuer_key.public_key()), Ok(()), "{algorithm} {by:?}");
        assert_eq!(leaf.signature_algorithm(), Some(by));
    }
}

#[test]
fn every_kind_of_key_is_certified() {
    let issuer_key = key(KeyAlgorithm::EcP256);
    for algorithm in KeyAlgorithm::ALL {
        let subject_key = key(algorithm);
        let fields = ca("sub", &subject_key, "root", &issuer_key);

        let certificate = issue(&fields, &issuer_key, usual(&issuer_key));

        let pem = openssl_text(
            &["x509", "-noout", "-pubkey"],
            certificate.to_pem(LineEnding::Lf).as_bytes(),
        );
        assert_eq!(pem, subject_key.public_key().to_pem());
        assert_eq!(certificate.public_key(), Ok(subject_key.public_key()));
    }
}

#[test]
fn openssl_shows_what_was_put_in() {
    let key = key(KeyAlgorithm::EcP256);
    let mut fields = ca("leaf", &key, "root", &key);
    fields.not_before = UnixTime(2_524_607_999);
    fields.not_after = UnixTime(2_524_608_000);
    let basic = BasicConstraints::Ca { path_len: Some(0) };
    set_extension(&mut fields, basic.to_extension(Criticality::Critical));
    let names = vec![GeneralName::parse_dns("example.com").unwrap()];
    set_extension(&mut fields, SubjectAltName { names }.to_extension(Criticality::Critical));
    let constraints = NameConstraints {
        permitted: vec![Subtree::Dns("example.com".to_owned())],
        excluded: vec![Subtree::Ip { address: vec![10, 0, 0, 0], mask: vec![255, 0, 0, 0] }],
    };
    set_extension(&mut fields, constraints.to_extension(Criticality::Critical));

    let certificate = issue(&fields, &key, usual(&key));

    let pem = certificate.to_pem(LineEnding::Lf);
    let options = ["x509", "-noout", "-text", "-nameopt", "RFC2253,-esc_msb,utf8", "-serial"];
    let text = openssl_text(&options, pem.as_bytes());
    let identifier: Vec<String> =
        key.public_key().key_identifier().iter().map(|octet| format!("{octet:02X}")).collect();
    for part in [
        "Version: 3 (0x2)",
        &format!("serial={}", certificate.serial().to_hex().to_uppercase()),
        &format!("Subject: {}", certificate.subject()),
        &format!("Issuer: {}", certificate.issuer()),
        "Not Before: Dec 31 23:59:59 2049 GMT",
        "Not After : Jan  1 00:00:00 2050 GMT",
        "X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0",
        "X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign",
        &format!("X509v3 Subject Key Identifier: \n                {}", identifier.join(":")),
        &format!("X509v3 Authority Key Identifier: \n                {}", identifier.join(":")),
        "X509v3 Subject Alternative Name: critical\n                DNS:example.com",
        "Permitted:\n                  DNS:example.com",
        "Excluded:\n                  IP:10.0.0.0/255.0.0.0",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(certificate.subject(), &fields.subject);
    assert_eq!(certificate.not_before(), fields.not_before);
    assert_eq!(certificate.not_after(), fields.not_after);
    assert_eq!(certificate.extensions(), fields.extensions);
    assert_eq!(certificate.name_constraints(), Some(&constraints));
}

#[test]
fn those_of_openssl_verify_for_every_key_and_hash() {
    for (algorithm, by) in pairs() {
        let mut options = vec![digest_option(by)];
        if by == SignatureAlgorithm::Sm2Sm3 {
            options.extend(["-sigopt", DISTID]);
        }

        let certificate = Certificate::from_pem(&theirs(algorithm, &options)).unwrap();

        assert_eq!(certificate.signature_algorithm(), Some(by));
        let key = certificate.public_key().unwrap();
        assert_eq!(certificate.verify_signed_by(key), Ok(()), "{algorithm} {by:?}");
        // openssl computes the same identifiers.
        assert_eq!(certificate.subject_key_identifier(), Some(&key.key_identifier()[..]));
        assert_eq!(certificate.authority_key_identifier(), Some(&key.key_identifier()[..]));
        assert!(certificate.is_self_issued() && certificate.is_ca());
    }
}

#[test]
fn what_openssl_puts_in_is_read() {
    let pem = theirs(
        KeyAlgorithm::EcP256,
        &[
            "-set_serial",
            "0xabcdef",
            "-days",
            "10",
            "-addext",
            "keyUsage=critical,keyCertSign",
            "-addext",
            "extendedKeyUsage=clientAuth",
            "-addext",
            "nameConstraints=critical,permitted;DNS:.example.com,excluded;email:a@b.c",
            "-addext",
            "subjectAltName=DNS:a.example.com,otherName:1.2.3;UTF8:x",
            "-addext",
            "1.2.3.4=critical,DER:0500",
        ],
    );

    let certificate = Certificate::from_pem(&pem).unwrap();

    assert_eq!(certificate.version(), Version::V3);
    assert_eq!(certificate.serial().to_hex(), "abcdef");
    assert_eq!(certificate.subject().to_string(), "CN=root,C=CN");
    assert_eq!(certificate.not_after().0 - certificate.not_before().0, 10 * DAY);
    assert_eq!(certificate.key_usage(), Some(KeyUsage::KEY_CERT_SIGN));
    assert!(certificate.extended_key_usage().unwrap().contains(&oid::CLIENT_AUTH));
    assert_eq!(
        certificate.name_constraints(),
        Some(&NameConstraints {
            permitted: vec![Subtree::Dns(".example.com".to_owned())],
            excluded: vec![Subtree::Email("a@b.c".to_owned())],
        })
    );
    assert_eq!(certificate.subject_alt_names().len(), 2);
    assert_eq!(certificate.unknown_critical_extension(), Some(&"1.2.3.4".parse().unwrap()));
    assert_eq!(certificate.to_pem(LineEnding::Lf), pem);
}

#[test]
fn a_key_of_an_unsupported_kind_is_an_error_of_its_own() {
    let scratch = Scratch::new();
    let key =
        openssl_text(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], b"");
    let key_file = scratch.file("key.pem", key);
    let pem = openssl_text(&["req", "-x509", "-new", "-key", &key_file, "-subj", "/CN=root"], b"");

    let certificate = Certificate::from_pem(&pem).unwrap();

    assert_eq!(certificate.public_key(), Err(&KeyError::UnsupportedCurve));
}

#[test]
fn a_weak_signature_is_told() {
    let certificate = Certificate::from_pem(&theirs(KeyAlgorithm::Rsa2048, &["-sha1"])).unwrap();

    assert!(certificate.has_weak_signature());
    assert_eq!(certificate.signature_algorithm(), None);
    assert_eq!(certificate.signature_algorithm_oid(), &oid::SHA1_WITH_RSA);
}

#[test]
fn version_1_is_read() {
    let scratch = Scratch::new();
    let key_file = scratch.file("key.pem", key_pem(KeyAlgorithm::EcP256));
    let request = openssl_text(&["req", "-new", "-key", &key_file, "-subj", "/CN=old"], b"");
    let pem = openssl_text(&["x509", "-req", "-signkey", &key_file], request.as_bytes());

    let certificate = Certificate::from_pem(&pem).unwrap();

    assert_eq!(certificate.version(), Version::V1);
    assert!(!certificate.is_ca());
}

#[test]
fn another_key_and_a_changed_certificate_do_not_verify() {
    let key = key(KeyAlgorithm::EcP256);
    let certificate = issue(&ca("a", &key, "a", &key), &key, usual(&key));
    let mut der = certificate.der().to_vec();
    let at = der.len() - 1;
    der[at] ^= 1;

    let other = crate::fixtures::key(KeyAlgorithm::EcP384);
    assert!(certificate.verify_signed_by(other.public_key()).is_err());
    let rsa = crate::fixtures::key(KeyAlgorithm::Rsa2048);
    assert!(certificate.verify_signed_by(rsa.public_key()).is_err());
    let changed = Certificate::from_der(&der).unwrap();
    assert!(changed.verify_signed_by(key.public_key()).is_err());
}

#[test]
fn trailing_bytes_and_differing_algorithms_are_refused() {
    let der = openssl_succeeds(
        &["x509", "-outform", "DER"],
        theirs(KeyAlgorithm::EcP256, &["-sha256"]).as_bytes(),
    );
    assert!(Certificate::from_der(&der).is_ok());
    assert!(Certificate::from_der(&[&der[..], &[0]].concat()).is_err());

    let mut other_algorithm = der.clone();
    // The last octet of the second ecdsa-with-SHA256 becomes that of ecdsa-with-SHA384.
    let oid = oid::ECDSA_WITH_SHA256.content().to_vec();
    let at = der.windows(oid.len()).rposition(|window| window == oid).unwrap();
    other_algorithm[at + oid.len() - 1] = 3;
    assert_eq!(
        Certificate::from_der(&other_algorithm).unwrap_err(),
        x509::ParseError::AlgorithmsDiffer
    );
}

#[test]
fn issuer_bytes_are_copied() {
    let key = key(KeyAlgorithm::EcP256);
    let foreign = Certificate::from_pem(&theirs(KeyAlgorithm::EcP256, &["-utf8"])).unwrap();
    let mut fields = ca("leaf", &key, "unused", &key);
    fields.issuer = foreign.subject().clone();

    let certificate = issue(&fields, &key, usual(&key));

    assert_eq!(certificate.issuer().der(), foreign.subject().der());
    assert_ne!(certificate.issuer(), &name("unused"));
}
