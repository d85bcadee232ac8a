//! Chains: ordered, verified, and what is wrong with those that are not.

use x509::{
    AttributeType, BasicConstraints, Certificate, CertificateFields, Criticality, Extension,
    ExtensionValue, KeyAlgorithm, KeyUsage, Name, NameConstraints, PrivateKey, UnixTime,
    chain::{self, ChainProblem},
    extension::Subtree,
    oid,
};

use crate::{
    command::{Scratch, openssl, openssl_text},
    fixtures::{DAY, NOW, ca, genpkey, issue, key, key_pem, set_extension, usual},
};

/// A hierarchy root > one > two > three, each of which the test may change before it is signed.
struct Hierarchy {
    keys: Vec<PrivateKey>,
    fields: Vec<CertificateFields>,
}

const NAMES: [&str; 4] = ["root", "one", "two", "three"];

impl Hierarchy {
    fn new() -> Self {
        Self::with_key(KeyAlgorithm::EcP256)
    }

    fn with_key(algorithm: KeyAlgorithm) -> Self {
        let keys: Vec<PrivateKey> = NAMES
            .iter()
            .map(|_| {
                let pem = openssl_text(&[&["genpkey"][..], &genpkey(algorithm)].concat(), b"");
                PrivateKey::from_pem(&pem).unwrap()
            })
            .collect();
        let fields = (0..NAMES.len())
            .map(|level| {
                let above = level.saturating_sub(1);
                ca(NAMES[level], &keys[level], NAMES[above], &keys[above])
            })
            .collect();
        Self { keys, fields }
    }

    fn set(&mut self, level: usize, extension: Extension) {
        set_extension(&mut self.fields[level], extension);
    }

    fn path_len(&mut self, level: usize, path_len: u8) {
        let value = BasicConstraints::Ca { path_len: Some(path_len) };
        self.set(level, value.to_extension(Criticality::Critical));
    }

    /// The certificates from the root down.
    fn certificates(&self) -> Vec<Certificate> {
        self.fields
            .iter()
            .enumerate()
            .map(|(level, fields)| {
                let issuer = &self.keys[level.saturating_sub(1)];
                issue(fields, issuer, usual(issuer))
            })
            .collect()
    }

    /// The chain of the last one.
    fn build(&self) -> Result<Vec<Certificate>, (String, ChainProblem)> {
        let mut pool = self.certificates();
        let certificate = pool.pop().unwrap();
        build(&certificate, pool)
    }

    /// What openssl says about the same chain.
    fn openssl_verifies(&self) -> bool {
        let certificates: Vec<String> = self
            .certificates()
            .iter()
            .map(|certificate| certificate.to_pem(x509::LineEnding::Lf))
            .collect();
        let scratch = Scratch::new();
        let root = scratch.file("root.pem", &certificates[0]);
        let between = scratch.file("between.pem", certificates[1..3].concat());
        let last = scratch.file("last.pem", &certificates[3]);
        let at = NOW.0.to_string();
        openssl(&["verify", "-attime", &at, "-CAfile", &root, "-untrusted", &between, &last], b"")
            .success
    }
}

/// The problem with the common name of the certificate at fault.
fn build(
    certificate: &Certificate,
    pool: Vec<Certificate>,
) -> Result<Vec<Certificate>, (String, ChainProblem)> {
    chain::build(certificate, pool, NOW).map_err(|error| {
        (error.subject.attribute(AttributeType::CommonName).unwrap(), error.problem)
    })
}

fn fault(name: &str, problem: ChainProblem) -> Result<Vec<Certificate>, (String, ChainProblem)> {
    Err((name.to_owned(), problem))
}

#[test]
fn any_order_is_put_right_with_and_without_the_root() {
    for algorithm in [KeyAlgorithm::EcP256, KeyAlgorithm::Sm2] {
        let certificates = Hierarchy::with_key(algorithm).certificates();
        let [root, one, two, three] = &certificates[..] else { panic!() };
        for pool in [[root, one, two], [two, one, root], [one, root, two], [one, two, root]] {
            let chain = build(three, pool.map(Clone::clone).to_vec());
            assert_eq!(chain, Ok(vec![two.clone(), one.clone(), root.clone()]));
        }
        let chain = build(three, vec![one.clone(), two.clone()]);
        assert_eq!(chain, Ok(vec![two.clone(), one.clone()]));
        assert_eq!(build(three, vec![]), Ok(vec![]));
    }
}

#[test]
fn strangers_and_doubles_are_refused() {
    let certificates = Hierarchy::new().certificates();
    let [root, one, two, three] = &certificates[..] else { panic!() };
    let other = Hierarchy::new().certificates();

    let stranger = |pool: &[&Certificate]| {
        build(three, pool.iter().copied().cloned().collect()).unwrap_err().1
    };
    assert_eq!(stranger(&[root, one, two, &other[3]]), ChainProblem::Stranger);
    assert_eq!(stranger(&[root, one, two, two]), ChainProblem::Stranger);
    assert_eq!(stranger(&[root, one, two, root]), ChainProblem::Stranger);
    assert_eq!(stranger(&[root, one, two, three]), ChainProblem::Stranger);
    // A gap.
    assert_eq!(stranger(&[root, two]), ChainProblem::Stranger);
}

#[test]
fn an_issuer_of_the_right_name_must_have_signed() {
    let certificates = Hierarchy::new().certificates();
    let others = Hierarchy::new().certificates();

    let pool = vec![certificates[0].clone(), certificates[1].clone(), others[2].clone()];
    assert_eq!(build(&certificates[3], pool), fault("three", ChainProblem::BadSignature));
}

#[test]
fn the_right_one_of_two_issuers_with_one_name_is_found() {
    let certificates = Hierarchy::new().certificates();
    let others = Hierarchy::new().certificates();

    let pool = vec![others[2].clone(), certificates[2].clone()];
    assert_eq!(build(&certificates[3], pool), fault("two", ChainProblem::Stranger));
}

#[test]
fn a_root_must_have_signed_itself() {
    let hierarchy = Hierarchy::new();
    let mut certificates = hierarchy.certificates();
    let other = key(KeyAlgorithm::EcP256);
    certificates[0] = issue(&hierarchy.fields[0], &other, usual(&other));

    let pool = certificates[..3].to_vec();
    assert_eq!(build(&certificates[3], pool), fault("root", ChainProblem::BadSignature));
}

#[test]
fn path_lengths_are_those_that_openssl_allows_for_one_more_below() {
    // The last certificate is a CA that will issue: for openssl it is one more intermediate only when
    // something is below it, so its verdict is asked with every limit raised by one.
    for (level, limit, allowed) in
        [(0, 3, true), (0, 2, false), (1, 2, true), (1, 1, false), (2, 1, true), (2, 0, false)]
    {
        let mut hierarchy = Hierarchy::new();
        hierarchy.path_len(level, limit);
        assert_eq!(hierarchy.build().is_ok(), allowed, "{level} {limit}");
        if !allowed {
            assert_eq!(hierarchy.build(), fault(NAMES[level], ChainProblem::PathTooLong));
        }
        if let Some(less) = limit.checked_sub(1) {
            hierarchy.path_len(level, less);
            assert_eq!(hierarchy.openssl_verifies(), allowed, "{level} {limit}");
        }
    }
}

#[test]
fn issuers_must_be_cas_that_may_sign_certificates() {
    let mut hierarchy = Hierarchy::new();
    hierarchy.set(1, BasicConstraints::EndEntity.to_extension(Criticality::Critical));
    assert_eq!(hierarchy.build(), fault("one", ChainProblem::NotACa));
    hierarchy.fields[1].extensions.retain(|extension| extension.oid != oid::BASIC_CONSTRAINTS);
    assert_eq!(hierarchy.build(), fault("one", ChainProblem::NotACa));

    let mut hierarchy = Hierarchy::new();
    hierarchy.set(2, KeyUsage::CRL_SIGN.to_extension(Criticality::Critical));
    assert_eq!(hierarchy.build(), fault("two", ChainProblem::NoKeyCertSign));
    hierarchy.fields[2].extensions.retain(|extension| extension.oid != oid::KEY_USAGE);
    assert!(hierarchy.build().is_ok());
}

#[test]
fn issuers_must_have_a_name() {
    let mut hierarchy = Hierarchy::new();
    let nobody = Name::from_attributes(&[]).unwrap();
    hierarchy.fields[2].subject = nobody.clone();
    hierarchy.fields[3].issuer = nobody;

    let certificates = hierarchy.certificates();
    let found = chain::build(&certificates[3], certificates[..3].to_vec(), NOW);

    assert_eq!(found.unwrap_err().problem, ChainProblem::Nameless);
}

#[test]
fn the_serial_number_zero_of_old_roots_is_tolerated() {
    let hierarchy = Hierarchy::new();
    let root = &hierarchy.fields[0];
    let scratch = Scratch::new();
    let key = scratch.file("key.pem", hierarchy.keys[0].pkcs8_pem().as_bytes());
    let arguments = ["req", "-x509", "-new", "-key", &key, "-set_serial", "0", "-subj", "/CN=root"];
    let old = Certificate::from_pem(&openssl_text(&arguments, b"")).unwrap();
    let now = old.not_before();
    let mut fields = hierarchy.fields[1].clone();
    fields.issuer = old.subject().clone();
    let one = issue(&fields, &hierarchy.keys[0], usual(&hierarchy.keys[0]));

    assert!(!old.serial().is_positive());
    assert_eq!(old.public_key(), Ok(&root.public_key));
    assert!(chain::build(&one, vec![old], now).is_ok());
}

#[test]
fn every_member_must_be_valid_now() {
    for (not_before, not_after, problem) in [
        (NOW.0 + 1, NOW.0 + DAY, Some(ChainProblem::NotYetValid)),
        (NOW.0 - DAY, NOW.0 - 1, Some(ChainProblem::Expired)),
        (NOW.0, NOW.0, None),
    ] {
        let mut hierarchy = Hierarchy::new();
        hierarchy.fields[0].not_before = UnixTime(not_before);
        hierarchy.fields[0].not_after = UnixTime(not_after);
        let found = hierarchy.build().err();
        assert_eq!(found, problem.map(|problem| ("root".to_owned(), problem)));
    }
}

#[test]
fn unknown_critical_extensions_are_refused() {
    let mut hierarchy = Hierarchy::new();
    let oid: x509::Oid = "1.2.3.4".parse().unwrap();
    let mut extension = Extension { oid: oid.clone(), critical: true, value: vec![5, 0] };
    hierarchy.set(1, extension.clone());
    assert_eq!(hierarchy.build(), fault("one", ChainProblem::UnknownCriticalExtension(oid)));
    assert!(!hierarchy.openssl_verifies());

    extension.critical = false;
    hierarchy.set(1, extension);
    assert!(hierarchy.build().is_ok());
}

#[test]
fn name_constraints_of_every_member_bind_those_below() {
    let country = |country| Name::from_attributes(&[(AttributeType::CommonName, country)]).unwrap();
    for (excluded, at_fault) in [("three", Some("three")), ("two", Some("two")), ("one", None)] {
        let mut hierarchy = Hierarchy::new();
        let constraints = NameConstraints {
            permitted: vec![],
            excluded: vec![Subtree::Directory(country(excluded))],
        };
        hierarchy.set(1, constraints.to_extension(Criticality::Critical));

        let found = hierarchy.build();

        assert_eq!(found.is_ok(), hierarchy.openssl_verifies(), "{excluded}");
        match at_fault {
            Some(name) => {
                let (at_fault, problem) = found.unwrap_err();
                assert_eq!(at_fault, name);
                assert!(matches!(problem, ChainProblem::NameConstraints(_)));
            }
            None => assert!(found.is_ok()),
        }
    }
}

#[test]
fn weak_and_unsupported_signatures_are_refused() {
    let scratch = Scratch::new();
    let rsa = key(KeyAlgorithm::Rsa2048);
    let key_file = scratch.file("key.pem", key_pem(KeyAlgorithm::Rsa2048));
    let sub_key = key(KeyAlgorithm::EcP256);
    let root = |options: &[&str]| {
        let arguments =
            [&["req", "-x509", "-new", "-utf8", "-key", &key_file][..], options].concat();
        Certificate::from_pem(&openssl_text(&arguments, b"")).unwrap()
    };
    for (options, problem) in [
        (&["-sha1"][..], ChainProblem::WeakSignature(oid::SHA1_WITH_RSA)),
        (
            &["-sha256", "-sigopt", "rsa_padding_mode:pss"],
            ChainProblem::UnsupportedSignature("1.2.840.113549.1.1.10".parse().unwrap()),
        ),
    ] {
        let root = root(&[&["-subj", "/CN=weak"], options].concat());
        let mut fields = ca("sub", &sub_key, "weak", &rsa);
        fields.issuer = root.subject().clone();
        let sub = issue(&fields, &rsa, usual(&rsa));

        assert_eq!(build(&sub, vec![root]), fault("weak", problem));
    }
}

#[test]
fn sm2_does_not_mix_with_other_families_but_rsa_and_ec_do() {
    for (root, sub, problem) in [
        (KeyAlgorithm::Rsa2048, KeyAlgorithm::Sm2, Some(ChainProblem::MixedFamilies)),
        (KeyAlgorithm::Sm2, KeyAlgorithm::EcP256, Some(ChainProblem::MixedFamilies)),
        (KeyAlgorithm::Rsa2048, KeyAlgorithm::EcP384, None),
    ] {
        let (root_key, sub_key) = (key(root), key(sub));
        let root = issue(&ca("root", &root_key, "root", &root_key), &root_key, usual(&root_key));
        let sub = issue(&ca("sub", &sub_key, "root", &root_key), &root_key, usual(&root_key));

        let found = build(&sub, vec![root]).err();

        assert_eq!(found, problem.map(|problem| ("root".to_owned(), problem)));
    }
}

#[test]
fn an_absurd_number_of_certificates_is_refused() {
    let certificates = Hierarchy::new().certificates();
    let pool = vec![certificates[0].clone(); chain::MAX_CHAIN + 1];
    assert_eq!(build(&certificates[3], pool), fault("three", ChainProblem::TooLong));
}
