//! Certification requests in both directions.

use x509::{
    BasicConstraints, CertificationRequest, Criticality, DuplicateExtension, ExtendedKeyUsage,
    Extension, ExtensionValue, GeneralName, KeyAlgorithm, KeyUsage, LineEnding, ParseError,
    RequestFields, SignatureAlgorithm, Sm2EmptyId, SubjectAltName, name::AttributeType, oid,
    signed,
};

use crate::{
    command::{Scratch, openssl, openssl_succeeds, openssl_text},
    fixtures::{DISTID, digest_option, key, key_pem, name, pairs, sign, usual},
};

/// A request made by this crate.
fn ours(
    algorithm: KeyAlgorithm,
    by: SignatureAlgorithm,
    extensions: Vec<Extension>,
) -> CertificationRequest {
    let key = key(algorithm);
    let subject = name("request");
    let fields = RequestFields { subject: &subject, public_key: key.public_key(), extensions };
    let to_be_signed = fields.to_be_signed().unwrap();
    let signature = sign(&key, by, &to_be_signed);
    CertificationRequest::from_der(&signed::assemble(&to_be_signed, by, &signature)).unwrap()
}

/// A request made by openssl.
fn theirs(algorithm: KeyAlgorithm, options: &[&str]) -> String {
    let scratch = Scratch::new();
    let key_file = scratch.file("key.pem", key_pem(algorithm));
    let arguments =
        [&["req", "-new", "-key", &key_file, "-subj", "/CN=request/C=CN"][..], options].concat();
    openssl_text(&arguments, b"")
}

/// Judged by its text, since failing does not show in the exit status.
fn openssl_verifies(request: &CertificationRequest) -> bool {
    let mut arguments = vec!["req", "-verify", "-noout"];
    if request.signature_algorithm() == Some(SignatureAlgorithm::Sm2Sm3) {
        arguments.extend(["-vfyopt", DISTID]);
    }
    let answer = openssl(&arguments, request.to_pem(LineEnding::Lf).as_bytes());
    let text = answer.stderr + &String::from_utf8_lossy(&answer.stdout);
    text.contains("verify OK")
}

fn alt_names() -> Vec<GeneralName> {
    vec![
        GeneralName::parse_dns("*.example.com").unwrap(),
        GeneralName::Ip("10.0.0.1".parse().unwrap()),
        GeneralName::Ip("2001:db8::1".parse().unwrap()),
        GeneralName::parse_email("a@example.com").unwrap(),
        GeneralName::parse_uri("https://example.com/x").unwrap(),
    ]
}

#[test]
fn openssl_verifies_ours_for_every_key_and_hash() {
    for (key, by) in pairs() {
        let request = ours(key, by, vec![]);

        assert!(openssl_verifies(&request), "{key} {by:?}");
        assert_eq!(request.verify(Sm2EmptyId::Refuse), Ok(()), "{key} {by:?}");
    }
}

#[test]
fn openssl_reads_the_extensions_of_ours() {
    let extensions = vec![
        BasicConstraints::Ca { path_len: Some(3) }.to_extension(Criticality::Critical),
        KeyUsage::DIGITAL_SIGNATURE
            .union(KeyUsage::DECIPHER_ONLY)
            .to_extension(Criticality::Critical),
        ExtendedKeyUsage { purposes: vec![oid::SERVER_AUTH, oid::TIME_STAMPING] }
            .to_extension(Criticality::NotCritical),
        SubjectAltName { names: alt_names() }.to_extension(Criticality::NotCritical),
    ];
    let key = KeyAlgorithm::EcP256;
    let request = ours(key, usual(&crate::fixtures::key(key)), extensions.clone());

    let text = openssl_text(&["req", "-noout", "-text"], request.to_pem(LineEnding::Lf).as_bytes());

    for part in [
        "CA:TRUE, pathlen:3",
        "Digital Signature, Decipher Only",
        "TLS Web Server Authentication, Time Stamping",
        "DNS:*.example.com, IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1, \
         email:a@example.com, URI:https://example.com/x",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(request.extensions(), extensions);
    assert_eq!(request.subject_alt_names(), alt_names());
}

#[test]
fn those_of_openssl_verify_for_every_key_and_hash() {
    for (key, by) in pairs() {
        let mut options = vec![digest_option(by)];
        if by == SignatureAlgorithm::Sm2Sm3 {
            options.extend(["-sigopt", DISTID]);
        }

        let request = CertificationRequest::from_pem(&theirs(key, &options)).unwrap();

        assert_eq!(request.signature_algorithm(), Some(by));
        assert_eq!(request.public_key().algorithm(), key);
        assert_eq!(request.verify(Sm2EmptyId::Refuse), Ok(()), "{key} {by:?}");
    }
}

#[test]
fn the_empty_identifier_of_sm2_is_accepted_only_where_allowed() {
    let pem = theirs(KeyAlgorithm::Sm2, &["-sm3"]);
    let request = CertificationRequest::from_pem(&pem).unwrap();

    assert_eq!(request.verify(Sm2EmptyId::Accept), Ok(()));
    assert!(request.verify(Sm2EmptyId::Refuse).is_err());
}

#[test]
fn what_openssl_asks_for_is_read() {
    let pem = theirs(
        KeyAlgorithm::EcP256,
        &[
            "-addext",
            "subjectAltName=DNS:*.example.com,IP:10.0.0.1,IP:2001:db8::1,\
                        email:a@example.com,URI:https://example.com/x,RID:1.2.3",
            "-addext",
            "keyUsage=critical,digitalSignature,keyEncipherment",
            "-addext",
            "extendedKeyUsage=serverAuth,1.2.3.4",
            "-addext",
            "basicConstraints=CA:FALSE",
        ],
    );

    let request = CertificationRequest::from_pem(&pem).unwrap();

    assert_eq!(request.subject_alt_names(), alt_names());
    let usage = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_ENCIPHERMENT);
    assert_eq!(request.key_usage(), Some(usage));
    let purposes = vec![oid::SERVER_AUTH, "1.2.3.4".parse().unwrap()];
    assert_eq!(request.extended_key_usage(), Some(&ExtendedKeyUsage { purposes }));
    assert_eq!(request.basic_constraints(), Some(BasicConstraints::EndEntity));
    assert_eq!(request.subject().attribute(AttributeType::CommonName).unwrap(), "request");
    assert_eq!(request.to_pem(LineEnding::Lf), pem);
}

#[test]
fn both_labels_and_text_around_are_tolerated() {
    let pem = theirs(KeyAlgorithm::EcP256, &[]);
    for text in [
        pem.replace("CERTIFICATE", "NEW CERTIFICATE"),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\n\n"),
        format!("Certificate Request:\n  ...\n{pem}\nbye"),
    ] {
        assert!(CertificationRequest::from_pem(&text).is_ok(), "{text}");
    }
    assert!(CertificationRequest::from_pem(&format!("{pem}{pem}")).is_err());
}

#[test]
fn a_changed_request_does_not_verify() {
    for key in [KeyAlgorithm::Rsa2048, KeyAlgorithm::EcP256, KeyAlgorithm::Sm2] {
        let request = ours(key, usual(&crate::fixtures::key(key)), vec![]);
        let mut der = request.der().to_vec();
        // A letter of the subject.
        let at = der.windows(7).position(|window| window == b"request").unwrap();
        der[at] ^= 0x20;

        let changed = CertificationRequest::from_der(&der).unwrap();

        assert!(changed.verify(Sm2EmptyId::Accept).is_err(), "{key}");
    }
}

#[test]
fn an_unsupported_signature_algorithm_is_read_but_does_not_verify() {
    let pem = theirs(KeyAlgorithm::Rsa2048, &["-sha1"]);

    let request = CertificationRequest::from_pem(&pem).unwrap();

    assert_eq!(request.signature_algorithm(), None);
    assert_eq!(request.signature_algorithm_oid(), &oid::SHA1_WITH_RSA);
    assert!(request.verify(Sm2EmptyId::Accept).is_err());
}

#[test]
fn an_alternative_name_that_is_not_fit_is_refused() {
    let pem = theirs(KeyAlgorithm::EcP256, &["-addext", "subjectAltName=DNS:a b"]);
    assert!(matches!(
        CertificationRequest::from_pem(&pem),
        Err(ParseError::Malformed { part: "subjectAltName", .. })
    ));
}

#[test]
fn trailing_bytes_are_refused() {
    let pem = theirs(KeyAlgorithm::EcP256, &[]);
    let mut der = openssl_succeeds(&["req", "-outform", "DER"], pem.as_bytes());
    der.push(0);
    assert!(CertificationRequest::from_der(&der).is_err());
}

#[test]
fn two_extensions_of_one_kind_are_refused() {
    let extension = BasicConstraints::EndEntity.to_extension(Criticality::Critical);
    let key = key(KeyAlgorithm::EcP256);
    let subject = name("request");
    let fields = RequestFields {
        subject: &subject,
        public_key: key.public_key(),
        extensions: vec![extension.clone(), extension],
    };
    assert_eq!(fields.to_be_signed(), Err(DuplicateExtension(oid::BASIC_CONSTRAINTS)));
}
