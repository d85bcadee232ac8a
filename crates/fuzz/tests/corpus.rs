//! Every target on its corpus, and on bounded random changes to it.

use std::fs;
use std::path::{Path, PathBuf};

use iam::Authorization;
use iam::policy::Document;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use x509::{Certificate, CertificationRequest, PrivateKey, PublicKey, RevocationList};

use fuzz::{TARGETS, Target};

/// Changed inputs for each target in one run of the tests.
const CASES: u32 = 10_000;

/// One change to octets; positions are fractions of the length.
#[derive(Clone, Debug)]
enum Change {
    /// Octets are cut out.
    Cut { at: u16, length: u8 },
    /// One octet is another.
    Flip { at: u16, with: u8 },
    /// Octets are put in.
    Insert { at: u16, octets: Vec<u8> },
    /// A part is there twice.
    Repeat { at: u16, length: u8 },
    /// A part of another seed goes over this one.
    Splice { at: u16, seed: prop::sample::Index, length: u8 },
    /// The rest is missing.
    Truncate { at: u16 },
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<u16>;
    prop_oneof![
        4 => (at(), 1_u8..).prop_map(|(at, with)| Change::Flip { at, with }),
        2 => (at(), 1_u8..16).prop_map(|(at, length)| Change::Cut { at, length }),
        2 => (at(), prop::collection::vec(any::<u8>(), 1..8))
            .prop_map(|(at, octets)| Change::Insert { at, octets }),
        1 => (at(), 1_u8..).prop_map(|(at, length)| Change::Repeat { at, length }),
        2 => (at(), any::<prop::sample::Index>(), 1_u8..)
            .prop_map(|(at, seed, length)| Change::Splice { at, seed, length }),
        1 => at().prop_map(|at| Change::Truncate { at }),
    ]
}

impl Change {
    fn apply(&self, octets: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let place = |at: u16| usize::from(at) * octets.len() / (usize::from(u16::MAX) + 1);
        match self {
            Self::Cut { at, length } => {
                let start = place(*at);
                let end = octets.len().min(start + usize::from(*length));
                octets.drain(start..end);
            }
            Self::Flip { at, with } => {
                let at = place(*at);
                if let Some(octet) = octets.get_mut(at) {
                    *octet ^= with;
                }
            }
            Self::Insert { at, octets: more } => {
                let at = place(*at);
                octets.splice(at..at, more.iter().copied());
            }
            Self::Repeat { at, length } => {
                let start = place(*at);
                let end = octets.len().min(start + usize::from(*length));
                let part = octets[start..end].to_vec();
                octets.splice(start..start, part);
            }
            Self::Splice { at, seed, length } => {
                let start = place(*at);
                let other = seed.get(seeds);
                let from = start.min(other.len());
                let part = &other[from..other.len().min(from + usize::from(*length))];
                let end = octets.len().min(start + part.len());
                octets.splice(start..end, part.iter().copied());
            }
            Self::Truncate { at } => {
                let at = place(*at);
                octets.truncate(at);
            }
        }
    }
}

/// The seeds of a target, in the order of their names.
fn seeds(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files.sort();
    assert!(files.len() >= 3, "{name} has too few seeds");
    let read = |file: PathBuf| match fs::read(&file) {
        Ok(octets) => (file, octets),
        Err(error) => panic!("{}: {error}", file.display()),
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_seed_holds() {
    for (name, target) in TARGETS {
        for (file, octets) in seeds(name) {
            let held = std::panic::catch_unwind(|| target(&octets));
            assert!(held.is_ok(), "{name}: {}", file.display());
        }
    }
}

#[test]
fn the_seeds_get_past_the_parsers() {
    let count = |name: &str, is_read: fn(&[u8]) -> bool| {
        seeds(name).iter().filter(|(_, octets)| is_read(octets)).count()
    };
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();

    assert_eq!(count("certificate", |octets| Certificate::from_der(octets).is_ok()), 6);
    assert_eq!(count("request", |octets| CertificationRequest::from_der(octets).is_ok()), 8);
    assert_eq!(count("revocation_list", |octets| RevocationList::from_der(octets).is_ok()), 3);
    assert_eq!(count("public_key", |octets| PublicKey::from_spki_der(octets).is_ok()), 6);
    assert_eq!(count("private_key", |octets| PrivateKey::from_pkcs8_der(octets).is_ok()), 4);
    for (file, octets) in seeds("policy") {
        let read = Document::parse(&text(&octets));
        assert!(read.is_ok(), "{}: {:?}", file.display(), read.err());
    }
    let headers = seeds("authorization");
    let read = headers.iter().filter(|(_, octets)| Authorization::parse(&text(octets)).is_ok());
    assert_eq!(read.count(), 3);
}

#[test]
fn every_target_has_its_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        let program = fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("fuzz::{name}(octets)")), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}

/// Runs a target on changed seeds; a failure is shown in its smallest form.
fn changed(name: &str, target: Target) {
    let seeds: Vec<Vec<u8>> = seeds(name).into_iter().map(|(_, octets)| octets).collect();
    let inputs = (any::<prop::sample::Index>(), prop::collection::vec(change(), 1..6));
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let ran = TestRunner::new(config).run(&inputs, |(seed, changes)| {
        let mut octets = seed.get(&seeds).clone();
        for change in &changes {
            change.apply(&mut octets, &seeds);
        }
        target(&octets);
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{name}: {error}");
    }
}

macro_rules! changed_seeds_hold {
    ($($name:ident)*) => { mod changed_seeds_hold {
        $(#[test]
        fn $name() {
            super::changed(stringify!($name), fuzz::$name);
        })*

        #[test]
        fn for_every_target() {
            let tested = [$(stringify!($name)),*];
            assert_eq!(fuzz::TARGETS.map(|(name, _)| name), tested);
        }
    } };
}

changed_seeds_hold! {
    authorization certificate chain csr_attributes export name ocsp_request pem policy private_key public_key request
    revocation_list san_text signed_request
}
