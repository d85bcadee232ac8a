//! What openssl thinks of what is made here.

use std::fs;
use std::process::Command;

use pki::authority::{Issuance, Plan};
use pki::company::Company;
use pki::csr::{NewCsr, Usage};
use tempfile::TempDir;
use x509::{CertificationRequest, HashAlgorithm, KeyAlgorithm, LineEnding};

use crate::world::{World, below, issuance, pending, years};

/// Runs openssl, which must be there, over files in a directory of their own.
pub(crate) fn openssl(files: &[(&str, &str)], arguments: &str) -> String {
    let directory = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(directory.path())
        .output()
        .expect("openssl 3 is installed");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    told + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn the_deepest_chain_verifies() {
    let world = World::new();
    let account = world.author.account;
    let root = world.root("Root").await;
    let mut last = root;
    for path_length in (0..=6).rev() {
        let name = format!("Level {path_length}");
        last = world.create(&name, below(last, path_length)).await.unwrap();
    }

    let top = world.pki.export_authority(account, root).await.unwrap();
    let export = world.pki.export_authority(account, last).await.unwrap();
    let chain = export.chain.as_deref().unwrap();
    let told = openssl(
        &[("root.pem", &top.certificate), ("chain.pem", chain), ("it.pem", &export.certificate)],
        "verify -x509_strict -attime 1795291300 -CAfile root.pem -untrusted chain.pem it.pem",
    );

    assert!(told.contains("it.pem: OK"), "{told}");
}

#[tokio::test]
async fn an_sm2_link_verifies() {
    let world = World::new();
    let account = world.author.account;
    let plan = Plan::Root { hash: HashAlgorithm::Sm3, validity: years(10) };
    let root = world.create_with("Root", KeyAlgorithm::Sm2, plan).await.unwrap();
    let issuance = Issuance { hash: HashAlgorithm::Sm3, ..issuance(root, 0) };
    let plan = Plan::Subordinate { key_usage: None, issuance };
    let child = world.create_with("Below", KeyAlgorithm::Sm2, plan).await.unwrap();

    let top = world.pki.export_authority(account, root).await.unwrap();
    let export = world.pki.export_authority(account, child).await.unwrap();
    let told = openssl(
        &[("root.pem", &top.certificate), ("it.pem", &export.certificate)],
        "verify -partial_chain -attime 1795291300 -vfyopt distid:1234567812345678 \
         -trusted root.pem it.pem",
    );

    assert!(told.contains("it.pem: OK"), "{told}");
}

#[tokio::test]
async fn every_request_verifies() {
    let world = World::new();
    let mut requests = Vec::new();
    for algorithm in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384, KeyAlgorithm::Sm2] {
        let id = world.create_with("Waiting", algorithm, pending()).await.unwrap();
        let der = world.pki.authority_request(world.author.account, id).await.unwrap();
        let request = CertificationRequest::from_der(&der).unwrap();
        requests.push((algorithm, request.to_pem(LineEnding::Lf)));
        let new = NewCsr {
            name: "one".to_owned(),
            domain_name: "*.a.example".to_owned(),
            sans: "::1 a.example".to_owned(),
            algorithm,
            usage: Usage::Enterprise,
            company: Company {
                country: "CN".to_owned(),
                province: "四川".to_owned(),
                city: "成都".to_owned(),
                name: "例子".to_owned(),
            },
        };
        let csr = world.pki.create_csr(&world.author, new).await.unwrap();
        requests.push((algorithm, csr.request));
    }

    for (algorithm, pem) in requests {
        let id = match algorithm {
            KeyAlgorithm::Sm2 => " -vfyopt distid:1234567812345678",
            _ => "",
        };
        let told = openssl(&[("it.pem", &pem)], &format!("req -verify -noout -in it.pem{id}"));
        assert!(told.contains("self-signature verify OK"), "{algorithm}: {told}");
    }
}
