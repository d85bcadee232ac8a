//! The certificate of a responder: a profile of its own, which no request reaches.

use ledger::Random;
use x509::{
    AuthorityKeyIdentifier, BasicConstraints, Certificate, CertificateFields, Criticality,
    ExtendedKeyUsage, Extension, ExtensionValue, HashAlgorithm, KeyAlgorithm, KeyUsage, Name,
    PublicKey, SerialNumber, SignatureAlgorithm, SubjectKeyIdentifier, UnixTime, oid,
};

use crate::authority::Issued;
use crate::subject::PartOrder;
use crate::validity::Window;
use crate::{DistinguishedName, Error, KeyRecord, KeyStore, profile};

/// The most characters of a common name (RFC 5280 appendix A.1).
const COMMON_NAME: usize = 64;

/// What the common name of a responder ends with.
const SUFFIX: &str = " OCSP";

/// A responder's certificate that nobody has checked yet.
pub(super) struct Draft(CertificateFields);

/// One that broke no rule: the only thing that can be signed.
pub(super) struct Linted(CertificateFields);

impl Draft {
    /// The certificate of a responder for this key, of an authority called `name` with the
    /// certificate `issuer`: for OCSP alone (RFC 6960 §4.2.2.2), not to be checked for revocation itself
    /// since it is short-lived (§4.2.2.2.1), and therefore without CRL or OCSP addresses.
    pub(super) fn new(
        public_key: PublicKey,
        name: &DistinguishedName,
        issuer: &Issued,
        window: Window,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        use Criticality::{Critical, NotCritical};
        let subject_key = SubjectKeyIdentifier(public_key.key_identifier().to_vec());
        let issuer_key =
            AuthorityKeyIdentifier { key_identifier: Some(issuer.key_identifier.clone()) };
        let purposes = ExtendedKeyUsage { purposes: vec![oid::OCSP_SIGNING] };
        // id-pkix-ocsp-nocheck is NULL.
        let no_check = Extension { oid: oid::OCSP_NO_CHECK, critical: false, value: vec![5, 0] };
        Ok(Self(CertificateFields {
            serial: SerialNumber::from_random(random.bytes::<20>()),
            issuer: issuer.subject.clone(),
            subject: subject(name)?,
            not_before: UnixTime(window.not_before.as_seconds()),
            not_after: UnixTime(window.not_after.as_seconds()),
            public_key,
            extensions: vec![
                subject_key.to_extension(NotCritical),
                issuer_key.to_extension(NotCritical),
                BasicConstraints::EndEntity.to_extension(Critical),
                KeyUsage::DIGITAL_SIGNATURE.to_extension(Critical),
                purposes.to_extension(NotCritical),
                no_check,
            ],
        }))
    }

    /// Checks what a responder's certificate must not be: without validity, under its issuer's own
    /// name, which would make it self-issued, or one that a known certificate above it excludes by
    /// its nameConstraints or extKeyUsage.
    pub(super) fn lint(self, above: &[Certificate]) -> Result<Linted, Error> {
        let Self(fields) = self;
        if fields.not_before >= fields.not_after {
            return Err(Error::IssuerRefuses("its certificate is not valid now".to_owned()));
        }
        if fields.subject.matches(&fields.issuer) {
            return Err(Error::inconsistent("a responder has the name of its authority"));
        }
        for above in above {
            profile::check_names(&fields.subject, &[], above)?;
            profile::check_purposes(&[oid::OCSP_SIGNING], above)?;
        }
        Ok(Linted(fields))
    }
}

impl Linted {
    /// Signs the certificate, once.
    pub(super) async fn sign(
        self,
        keys: &dyn KeyStore,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
    ) -> Result<Certificate, Error> {
        profile::signed_by(&self.0, keys, key, algorithm).await
    }
}

/// The authority's name with another common name.
fn subject(name: &DistinguishedName) -> Result<Name, Error> {
    let room = COMMON_NAME - SUFFIX.len();
    let own: String = name.common_name.chars().take(room).collect();
    let common_name = format!("{own}{SUFFIX}").trim().to_owned();
    let name = DistinguishedName { common_name, ..name.clone() };
    // The name of an imported authority may lack parts, or have some that are none here.
    name.to_name(PartOrder::PrivateCa).or_else(|_| {
        let common_name = (x509::AttributeType::CommonName, name.common_name.as_str());
        Name::from_attributes(&[common_name]).map_err(crate::subject::refused_part)
    })
}

/// How a key signs where `wished` is the hash that its owner chose once: by that, where the two go
/// together.
pub(super) fn algorithm(
    key: KeyAlgorithm,
    wished: HashAlgorithm,
) -> Result<SignatureAlgorithm, Error> {
    SignatureAlgorithm::for_key(key, wished)
        .or_else(|_| SignatureAlgorithm::for_key(key, crate::keys::request_hash(key)))
        .map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(common_name: &str) -> DistinguishedName {
        DistinguishedName {
            common_name: common_name.to_owned(),
            country: "CN".to_owned(),
            ..DistinguishedName::default()
        }
    }

    #[test]
    fn the_name_is_the_authoritys_with_a_word_and_fits() {
        let short = subject(&named("Root")).unwrap();
        let long = subject(&named(&"ä".repeat(64))).unwrap();

        assert_eq!(short.attribute(x509::AttributeType::CommonName).unwrap(), "Root OCSP");
        let long = long.attribute(x509::AttributeType::CommonName).unwrap();
        assert_eq!(long, format!("{} OCSP", "ä".repeat(59)));
    }

    #[test]
    fn every_kind_of_key_signs_with_every_wished_hash_or_its_own() {
        for key in KeyAlgorithm::ALL {
            for hash in HashAlgorithm::ALL {
                let chosen = algorithm(key, hash).unwrap();
                assert_eq!(chosen.family(), key.family(), "{key} {hash}");
            }
        }
    }
}
