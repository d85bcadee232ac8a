//! What openssl thinks of the certificates that are issued here.

use ledger::CaId;
use pki::authority::{Issuance, Plan};
use pki::certificate::{CustomizedExtension, NewCertificate};
use x509::{Certificate, GeneralName, HashAlgorithm, KeyAlgorithm, KeyUsage, LineEnding, oid};

use crate::by_csr::{by_csr, request, subject};
use crate::certificates::{plain, server};
use crate::keys::new_key;
use crate::openssl::openssl;
use crate::world::{World, below, issuance, years};

/// The moment of all these checks, a minute and a half after the world's.
const STRICT: &str = "verify -x509_strict -attime 1795291300";

/// Verifies a certificate below `issuer` with all above it.
async fn verified(world: &World, issuer: CaId, root: CaId, certificate: &Certificate) -> String {
    let account = world.author.account;
    let top = world.pki.export_authority(account, root).await.unwrap();
    let issuer = world.pki.export_authority(account, issuer).await.unwrap();
    let chain = format!("{}\n{}", issuer.certificate, issuer.chain.as_deref().unwrap_or(""));
    openssl(
        &[
            ("root.pem", &top.certificate),
            ("chain.pem", &chain),
            ("it.pem", &certificate.to_pem(LineEnding::Lf)),
        ],
        &format!("{STRICT} -CAfile root.pem -untrusted chain.pem it.pem"),
    )
}

async fn issued(world: &World, new: NewCertificate) -> Certificate {
    let id = world.issue(new).await.unwrap();
    Certificate::from_der(&world.issued(id).await.der).unwrap()
}

#[tokio::test]
async fn every_pair_of_curve_and_hash_verifies() {
    use HashAlgorithm::{Sha256, Sha384, Sha512};
    let world = World::new();
    for curve in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384] {
        let plan = Plan::Root { hash: Sha256, validity: years(10) };
        let root = world.create_with("Root", curve, plan).await.unwrap();
        for hash in [Sha256, Sha384, Sha512] {
            for key_algorithm in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384] {
                let new = NewCertificate {
                    hash: Some(hash),
                    key_algorithm: Some(key_algorithm),
                    ..server(root, "a.example")
                };
                let certificate = issued(&world, new).await;

                let told = verified(&world, root, root, &certificate).await;

                assert!(told.contains("it.pem: OK"), "{curve} {hash} {key_algorithm}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn a_leaf_below_the_deepest_chain_verifies() {
    let world = World::new();
    let root = world.root("Root").await;
    let mut last = root;
    for path_length in (0..=6).rev() {
        let name = format!("Level {path_length}");
        last = world.create(&name, below(last, path_length)).await.unwrap();
    }
    let certificate = issued(&world, server(last, "a.example")).await;

    let told = verified(&world, last, root, &certificate).await;

    assert!(told.contains("it.pem: OK"), "{told}");
}

#[tokio::test]
async fn one_authority_more_than_a_path_length_allows_does_not_verify() {
    let world = World::new();
    let root = world.root("Root").await;
    let sub = world.create("Sub", below(root, 1)).await.unwrap();
    let key = new_key(KeyAlgorithm::EcP256);
    let new = by_csr(sub, request(&key, &subject("Elsewhere"), vec![]));
    let last = world.pki.create_authority_by_csr(&world.author, new, 0).await.unwrap();
    let certificate = world.certificate(last).await;

    let told = verified(&world, sub, root, &certificate).await;

    assert!(told.contains("it.pem: OK"), "{told}");
    let outside = crate::outside::Outside { key, certificate };
    let now = world.now();
    let deeper = outside.below("Deeper", now);
    let leaf = deeper.below("Leaf", now).certificate;
    let account = world.author.account;
    let top = world.pki.export_authority(account, root).await.unwrap();
    let middle = world.certificate(sub).await.to_pem(LineEnding::Lf);
    let chain = [&outside.certificate, &deeper.certificate]
        .map(|certificate| certificate.to_pem(LineEnding::Lf))
        .join("\n");
    let told = openssl(
        &[
            ("root.pem", &top.certificate),
            ("chain.pem", &format!("{middle}\n{chain}")),
            ("it.pem", &leaf.to_pem(LineEnding::Lf)),
        ],
        "verify -attime 1795291300 -CAfile root.pem -untrusted chain.pem it.pem",
    );
    assert!(told.contains("path length constraint exceeded"), "{told}");
}

#[tokio::test]
async fn each_of_an_sm2_pair_verifies() {
    let world = World::new();
    let plan = Plan::Root { hash: HashAlgorithm::Sm3, validity: years(10) };
    let root = world.create_with("Root", KeyAlgorithm::Sm2, plan).await.unwrap();
    let issuance = Issuance { hash: HashAlgorithm::Sm3, ..issuance(root, 0) };
    let plan = Plan::Subordinate { key_usage: None, issuance };
    let sub = world.create_with("Sub", KeyAlgorithm::Sm2, plan).await.unwrap();
    let issuer = world.certificate(sub).await.to_pem(LineEnding::Lf);
    let here = world.issue(plain(sub, "here")).await.unwrap();
    let key = new_key(KeyAlgorithm::Sm2);
    let new = by_csr(sub, request(&key, &subject("elsewhere"), vec![]));
    let there = world.pki.create_certificate_by_csr(&world.author, new).await.unwrap();

    for id in [here, there] {
        let record = world.issued(id).await;
        for der in [record.der, record.encryption.unwrap().der] {
            let it = Certificate::from_der(&der).unwrap().to_pem(LineEnding::Lf);
            let told = openssl(
                &[("issuer.pem", &issuer), ("it.pem", &it)],
                "verify -partial_chain -attime 1795291300 -vfyopt distid:1234567812345678 \
                 -trusted issuer.pem it.pem",
            );
            assert!(told.contains("it.pem: OK"), "{told}");
        }
    }
}

#[tokio::test]
async fn openssl_reads_in_a_certificate_what_was_asked_for() {
    let world = World::new();
    let root = world.root("Root").await;
    let mut new = server(root, "a.example");
    new.content.key_usage = KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_AGREEMENT);
    new.content.purposes = vec![
        oid::SERVER_AUTH,
        oid::CLIENT_AUTH,
        oid::CODE_SIGNING,
        oid::EMAIL_PROTECTION,
        oid::TIME_STAMPING,
        oid::SMART_CARD_LOGON,
    ];
    new.content.names = vec![
        GeneralName::Dns("*.a.example".to_owned()),
        GeneralName::Ip("192.0.2.1".parse().unwrap()),
        GeneralName::Ip("2001:db8::1".parse().unwrap()),
        GeneralName::Email("a@a.example".to_owned()),
        GeneralName::Uri("spiffe://a.example/b".to_owned()),
    ];
    new.content.customized = Some(CustomizedExtension::new("1.2.3.4", "hello").unwrap());
    let certificate = issued(&world, new).await;

    let it = certificate.to_pem(LineEnding::Lf);
    let told = openssl(&[("it.pem", &it)], "x509 -in it.pem -noout -text");

    for text in [
        "Subject: CN = a.example, C = CN, ST = Sichuan, L = Chengdu, O = Example, OU = Test",
        "X509v3 Key Usage: critical\n                Digital Signature, Key Agreement",
        "TLS Web Server Authentication, TLS Web Client Authentication, Code Signing, \
         E-mail Protection, Time Stamping, Microsoft Smartcard Login",
        "DNS:*.a.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, \
         email:a@a.example, URI:spiffe://a.example/b",
        "CA:FALSE",
        "1.2.3.4: \n                ..hello",
    ] {
        assert!(told.contains(text), "{text}\nis not in\n{told}");
    }
}
