//! Certification requests, each for a key of its own, made on all processors.

use std::sync::Arc;
use std::thread;

use keys::{MasterKey, Vault};
use ledger::system::{SystemClock, SystemRandom};
use ledger::{AccountId, KeyId};
use pki::{KeyBinding, KeyPurpose, KeyStore};
use x509::key::{HashAlgorithm, KeyAlgorithm, SignatureAlgorithm};
use x509::{
    AttributeType, CertificationRequest, Criticality, ExtensionValue, GeneralName, LineEnding,
    Name, RequestFields, SubjectAltName, signed,
};

use crate::client::runtime;
use crate::failure::Failure;
use crate::machine;

/// For whom a request is.
const HOSTS: [&str; 2] = ["shop.example.org", "www.shop.example.org"];

/// So many requests for keys of this kind, PEM.
///
/// # Errors
///
/// A key cannot be made.
pub(crate) fn new_csrs(count: usize, algorithm: KeyAlgorithm) -> Result<Vec<String>, Failure> {
    let threads = machine::cores().clamp(1, count.max(1));
    thread::scope(|scope| {
        let makers: Vec<_> = (0..threads)
            .map(|thread| {
                let share = crate::load::share(count, threads, thread);
                scope.spawn(move || made(share, algorithm, &HOSTS))
            })
            .collect();
        let mut csrs = Vec::with_capacity(count);
        for maker in makers {
            csrs.extend(maker.join().unwrap_or(Err(Failure::Panicked))?);
        }
        Ok(csrs)
    })
}

/// A request for a P-256 key and this host's name, PEM.
///
/// # Errors
///
/// A key cannot be made.
pub(crate) fn named_csr(host: &str) -> Result<String, Failure> {
    let mut made = made(1, KeyAlgorithm::EcP256, &[host])?;
    made.pop().ok_or(Failure::Exhausted("certification requests"))
}

/// So many for these hosts, the first of which is the common name.
fn made(count: usize, algorithm: KeyAlgorithm, hosts: &[&str]) -> Result<Vec<String>, Failure> {
    let random = SystemRandom;
    let vault = Vault::create(&MasterKey::generate(&random), Arc::new(random));
    let vault = vault.map_err(Failure::ours("a vault"))?.vault;
    let hash = match algorithm {
        KeyAlgorithm::Sm2 => HashAlgorithm::Sm3,
        _ => HashAlgorithm::Sha256,
    };
    let signature = SignatureAlgorithm::for_key(algorithm, hash).map_err(Failure::ours("a key"))?;
    let name = Name::from_attributes(&[
        (AttributeType::Country, "DE"),
        (AttributeType::Organization, "Example GmbH"),
        (AttributeType::CommonName, hosts.first().copied().unwrap_or_default()),
    ])
    .map_err(Failure::ours("a name"))?;
    let names = hosts.iter().map(|host| GeneralName::Dns((*host).to_owned())).collect();
    let names = SubjectAltName { names }.to_extension(Criticality::NotCritical);
    let runtime = runtime()?;
    let one = || {
        let binding = KeyBinding {
            id: KeyId::generate(&SystemClock, &random),
            account: AccountId::generate(&SystemClock, &random),
            purpose: KeyPurpose::Csr,
        };
        let key = runtime.block_on(vault.generate(binding, algorithm));
        let key = key.map_err(Failure::ours("a key"))?;
        let fields = RequestFields {
            subject: &name,
            public_key: &key.public_key,
            extensions: vec![names.clone()],
        };
        let to_be_signed = fields.to_be_signed().map_err(Failure::ours("a request"))?;
        let made = runtime.block_on(vault.sign(&key, signature, &to_be_signed));
        let made = made.map_err(Failure::ours("a signature"))?;
        let der = signed::assemble(&to_be_signed, signature, &made);
        let request = CertificationRequest::from_der(&der).map_err(Failure::ours("a request"))?;
        Ok(request.to_pem(LineEnding::Lf))
    };
    (0..count).map(|_| one()).collect()
}

#[cfg(test)]
mod tests {
    use x509::Sm2EmptyId;

    use super::*;

    #[test]
    fn as_many_requests_are_made_as_are_asked_for_and_each_is_signed_by_its_own_key() {
        for algorithm in [KeyAlgorithm::EcP256, KeyAlgorithm::Sm2] {
            let csrs = new_csrs(5, algorithm).unwrap();

            assert_eq!(csrs.len(), 5);
            assert_ne!(csrs[0], csrs[1]);
            for csr in csrs {
                let request = CertificationRequest::from_pem(&csr).unwrap();
                assert_eq!(request.public_key().algorithm(), algorithm);
                request.verify(Sm2EmptyId::Refuse).unwrap();
            }
        }
    }
}
