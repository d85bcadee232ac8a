//! Whether what was signed parses, verifies under its issuer, and is what its row says.

use std::collections::HashMap;

use store::contents::{ContentsError, Snapshot};
use store::inspection::{Issued, StoredAuthority, StoredCertificate, StoredCrl, StoredResponder};
use x509::extension::CrlNumber;
use x509::key::PublicKey;
use x509::{Certificate, RevocationList};

use super::report::Fault;

/// How many issuers' keys are kept.
const ISSUERS: usize = 10_000;

/// The public keys of issuers; `None` is one without a certificate that can be read.
#[derive(Default)]
pub(super) struct IssuerKeys(HashMap<String, Option<PublicKey>>);

impl IssuerKeys {
    /// Reads those of these issuers that are not known yet.
    pub(super) fn learn<'a>(
        &mut self,
        snapshot: &Snapshot,
        issuers: impl Iterator<Item = &'a String>,
    ) -> Result<(), ContentsError> {
        if self.0.len() > ISSUERS {
            self.0.clear();
        }
        for issuer in issuers {
            if !self.0.contains_key(issuer) {
                self.0.insert(issuer.clone(), key_of(snapshot, issuer)?);
            }
        }
        Ok(())
    }

    fn find(&self, issuer: &str) -> Option<&PublicKey> {
        self.0.get(issuer)?.as_ref()
    }
}

fn key_of(snapshot: &Snapshot, authority: &str) -> Result<Option<PublicKey>, ContentsError> {
    let der = snapshot.certificate_of(authority)?;
    let certificate = der.and_then(|der| Certificate::from_der(&der).ok());
    Ok(certificate.and_then(|certificate| certificate.public_key().ok().cloned()))
}

/// What is wrong with a certificate that was issued to others.
pub(super) fn of_certificate(stored: &StoredCertificate, issuers: &IssuerKeys) -> Option<Fault> {
    let fault = |what: &str| Some(Fault::new(&stored.id, what));
    let Some(issuer) = issuers.find(&stored.issuer) else {
        return fault("its issuer has no certificate that can be read");
    };
    for issued in &stored.issued {
        if let Err(what) = verified(issued, issuer, stored.not_after) {
            return fault(what);
        }
    }
    None
}

/// What is wrong with the certificate of an OCSP responder.
pub(super) fn of_responder(stored: &StoredResponder, issuers: &IssuerKeys) -> Option<Fault> {
    let what = match issuers.find(&stored.authority) {
        Some(issuer) => verified(&stored.issued, issuer, stored.not_after).err()?,
        None => "its issuer has no certificate that can be read",
    };
    Some(Fault::new(&stored.authority, what))
}

/// A certificate that is what its row says and that its issuer has signed.
fn verified(issued: &Issued, issuer: &PublicKey, not_after: i64) -> Result<(), &'static str> {
    let certificate = read(issued)?;
    if certificate.verify_signed_by(issuer).is_err() {
        return Err("does not verify under its issuer's key");
    }
    if certificate.not_after().0 != not_after / 1000 {
        return Err("ends at another time than its row says");
    }
    Ok(())
}

/// What is wrong with the certificate of an authority.
pub(super) fn of_authority(stored: &StoredAuthority) -> Option<Fault> {
    let fault = |what: &str| Some(Fault::new(&stored.id, what));
    let certificate = match read(&stored.issued) {
        Ok(certificate) => certificate,
        Err(what) => return fault(what),
    };
    if let Some(what) = of_chain(&stored.chain) {
        return fault(what);
    }
    // That of one who is not here, and was not brought along.
    let above = stored.issuer.as_ref()?;
    let above = Certificate::from_der(above).ok();
    let Some(key) = above.as_ref().and_then(|above| above.public_key().ok()) else {
        return fault("its issuer's certificate cannot be read");
    };
    certificate
        .verify_signed_by(key)
        .err()
        .and_then(|_| fault("does not verify under its issuer's key"))
}

/// What is wrong with the certificates that were brought along, each followed by its issuer's. What is
/// signed by an algorithm, or under a key, that is not supported is left.
fn of_chain(chain: &[Vec<u8>]) -> Option<&'static str> {
    let read = chain.iter().map(|der| Certificate::from_der(der).ok());
    let Some(chain) = read.collect::<Option<Vec<_>>>() else {
        return Some("a certificate of its chain cannot be read");
    };
    let mut pairs = chain.iter().zip(chain.iter().skip(1));
    let wrong = pairs.any(|(certificate, above)| {
        certificate.signature_algorithm().is_some()
            && above.public_key().is_ok_and(|key| certificate.verify_signed_by(key).is_err())
    });
    wrong.then_some("a certificate of its chain does not verify under the next one's key")
}

/// A certificate that is what its row says.
fn read(issued: &Issued) -> Result<Certificate, &'static str> {
    let certificate = Certificate::from_der(&issued.der).map_err(|_| "cannot be read")?;
    if certificate.serial().to_hex() != issued.serial {
        return Err("has another serial number than its row says");
    }
    if let Some(kept) = &issued.public_key {
        let kept = PublicKey::from_spki_der(kept).map_err(|_| "has a key that cannot be read")?;
        if certificate.public_key() != Ok(&kept) {
            return Err("is for another key than the one that is kept for it");
        }
    }
    Ok(certificate)
}

/// What is wrong with some CRLs.
pub(super) fn of_crls(
    snapshot: &Snapshot,
    crls: &[StoredCrl],
) -> Result<Vec<Fault>, ContentsError> {
    let mut faults = Vec::new();
    for crl in crls {
        let octets = snapshot.crl_body(&crl.body)?.unwrap_or_default();
        let key = key_of(snapshot, &crl.authority)?;
        faults.extend(of_crl(crl, &octets, key.as_ref()));
    }
    Ok(faults)
}

fn of_crl(stored: &StoredCrl, octets: &[u8], key: Option<&PublicKey>) -> Option<Fault> {
    let fault = |what: &str| Some(Fault::new(&stored.list, what));
    let Ok(crl) = RevocationList::from_der(octets) else { return fault("cannot be read") };
    let number = u64::try_from(stored.number).ok().map(CrlNumber::from);
    if crl.number() != number.as_ref() {
        return fault("has another number than its row says");
    }
    match key {
        None => fault("its authority has no certificate that can be read"),
        Some(key) if crl.verify_signed_by(key).is_err() => {
            fault("does not verify under its authority's key")
        }
        Some(_) => None,
    }
}
