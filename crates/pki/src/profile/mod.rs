//! From a request to a signed certificate: draft, lint, sign, each consuming the one before.

mod authority;
mod customized;
mod leaf;

pub(crate) use authority::{
    AskedOfAuthority, AuthorityProfile, DEFAULT_USAGE, authority_usage, requested_by_authority,
};
pub(crate) use customized::customized_extension;
pub(crate) use leaf::{AUTHORITY_ONLY, LeafContent, LeafProfile, check_leaf_usage};

use ledger::Random;
use x509::{
    AuthorityKeyIdentifier, Certificate, CertificateFields, Criticality, ExtendedKeyUsage,
    Extension, ExtensionValue, GeneralName, KeyUsage, Name, Oid, PublicKey, SerialNumber,
    SignatureAlgorithm, SubjectAltName, SubjectKeyIdentifier, UnixTime, oid, signed,
};

use crate::validity::Window;
use crate::{Error, Field, KeyRecord, KeyStore};

/// The usages that mean nothing without keyAgreement (RFC 5280 §4.2.1.3).
const AGREEMENT_ONLY: [KeyUsage; 2] = [KeyUsage::ENCIPHER_ONLY, KeyUsage::DECIPHER_ONLY];

/// How the issuer names itself in what it signs.
#[derive(Clone, Debug)]
pub(crate) struct IssuerIdentity {
    /// The subject of its certificate, copied as bytes.
    pub(crate) subject: Name,
    /// Its subject key identifier.
    pub(crate) key_identifier: Vec<u8>,
}

/// To whom a certificate is given.
struct Holder {
    subject: Name,
    public_key: PublicKey,
    window: Window,
}

/// For what a certificate is; decides by which rules it is checked.
#[derive(Clone, Copy, Debug)]
enum Role {
    Authority,
    Leaf,
}

/// A certificate that nobody has checked yet.
#[derive(Debug)]
pub(crate) struct Draft {
    fields: CertificateFields,
    role: Role,
}

/// A certificate that broke no rule: the only thing that can be signed.
#[derive(Debug)]
pub(crate) struct Linted {
    fields: CertificateFields,
    notes: Vec<String>,
}

impl Draft {
    /// The draft that every kind begins with: a random serial number, and the key identifiers of
    /// both sides (RFC 5280 §4.2.1.1, §4.2.1.2).
    fn of(
        holder: Holder,
        issuer: IssuerIdentity,
        role: Role,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        let Holder { subject, public_key, window } = holder;
        let subject_key = SubjectKeyIdentifier(public_key.key_identifier().to_vec());
        let issuer_key = AuthorityKeyIdentifier { key_identifier: Some(issuer.key_identifier) };
        let fields = CertificateFields {
            serial: SerialNumber::from_random(random.bytes::<20>()),
            issuer: issuer.subject,
            subject,
            not_before: UnixTime(window.not_before.as_seconds()),
            not_after: UnixTime(window.not_after.as_seconds()),
            public_key,
            extensions: Vec::with_capacity(9),
        };
        let mut draft = Self { fields, role };
        draft.add(subject_key.to_extension(Criticality::NotCritical))?;
        draft.add(issuer_key.to_extension(Criticality::NotCritical))?;
        Ok(draft)
    }

    /// Adds an extension. A draft cannot hold two of one kind (RFC 5280 §4.2).
    fn add(&mut self, extension: Extension) -> Result<(), Error> {
        if self.fields.extensions.iter().any(|present| present.oid == extension.oid) {
            return Err(Error::internal(x509::DuplicateExtension(extension.oid)));
        }
        self.fields.extensions.push(extension);
        Ok(())
    }

    /// Checks the draft as such and against the known certificates above it, whose
    /// nameConstraints and extKeyUsage bind everything below.
    ///
    /// # Errors
    ///
    /// `KeyUsage`, `Invalid` for the subject, `IssuerRefuses` for what an issuer's certificate
    /// excludes.
    pub(crate) fn lint<'a>(
        self,
        above: impl IntoIterator<Item = &'a Certificate>,
    ) -> Result<Linted, Error> {
        let Self { fields, role } = self;
        let names = extension::<SubjectAltName>(&fields).map_or_else(Vec::new, |own| own.names);
        check_identity(&fields.subject, &names, role)?;
        if fields.not_before >= fields.not_after {
            return Err(Error::invalid(Field::Validity, "the validity ends before it begins"));
        }
        let usage = extension::<KeyUsage>(&fields).unwrap_or_default();
        let note = match role {
            Role::Authority => {
                authority::check_usage(usage)?;
                None
            }
            Role::Leaf => {
                check_leaf_usage(usage)?;
                leaf::note_on_usage(usage, fields.public_key.algorithm())
            }
        };
        let purposes = extension::<ExtendedKeyUsage>(&fields);
        for issuer in above {
            match role {
                Role::Authority => check_subject(&fields.subject, &names, issuer)?,
                Role::Leaf => check_names(&fields.subject, &names, issuer)?,
            }
            if let Some(purposes) = &purposes {
                check_purposes(&purposes.purposes, issuer)?;
            }
        }
        Ok(Linted { fields, notes: note.into_iter().collect() })
    }
}

impl Linted {
    /// Signs the certificate, once.
    pub(crate) async fn sign(
        self,
        keys: &dyn KeyStore,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
    ) -> Result<Certificate, Error> {
        signed_by(&self.fields, keys, key, algorithm).await
    }

    /// The same, without taking apart again what was just put together.
    pub(crate) async fn sign_leaf(
        self,
        keys: &dyn KeyStore,
        key: &KeyRecord,
        algorithm: SignatureAlgorithm,
    ) -> Result<SignedLeaf, Error> {
        let Self { fields, notes } = self;
        let der = signed_der(&fields, keys, key, algorithm).await?;
        Ok(SignedLeaf { serial: fields.serial, subject: fields.subject, der, notes })
    }
}

/// A signed certificate that is no authority's.
#[derive(Debug)]
pub(crate) struct SignedLeaf {
    /// Its serial number.
    pub(crate) serial: SerialNumber,
    /// Its subject.
    pub(crate) subject: Name,
    /// The certificate, DER.
    pub(crate) der: Vec<u8>,
    /// What was accepted although it is odd.
    pub(crate) notes: Vec<String>,
}

/// Signs a certificate.
pub(crate) async fn signed_by(
    fields: &CertificateFields,
    keys: &dyn KeyStore,
    key: &KeyRecord,
    algorithm: SignatureAlgorithm,
) -> Result<Certificate, Error> {
    let der = signed_der(fields, keys, key, algorithm).await?;
    Certificate::from_der(&der).map_err(Error::internal)
}

/// Signs a certificate and checks the signature: a fault in the key store must not become a stored
/// certificate.
async fn signed_der(
    fields: &CertificateFields,
    keys: &dyn KeyStore,
    key: &KeyRecord,
    algorithm: SignatureAlgorithm,
) -> Result<Vec<u8>, Error> {
    let to_be_signed = fields.to_be_signed(algorithm).map_err(Error::internal)?;
    let signature = keys.sign(key, algorithm, &to_be_signed).await?;
    key.public_key.verify(algorithm, &to_be_signed, &signature).map_err(Error::internal)?;
    Ok(signed::assemble(&to_be_signed, algorithm, &signature))
}

/// Checks the subject and alternative names of a certificate against an authority's above it,
/// which must not have the same subject and may exclude names (RFC 5280 §4.2.1.10).
pub(crate) fn check_subject(
    subject: &Name,
    names: &[GeneralName],
    above: &Certificate,
) -> Result<(), Error> {
    if above.subject().matches(subject) {
        let problem = "the subject is that of a certificate authority above it";
        return Err(Error::invalid(Field::Subject, problem));
    }
    check_names(subject, names, above)
}

/// Checks the subject and alternative names of a certificate against an authority's above it, which
/// may exclude names (RFC 5280 §4.2.1.10).
pub(crate) fn check_names(
    subject: &Name,
    names: &[GeneralName],
    above: &Certificate,
) -> Result<(), Error> {
    let Some(constraints) = above.name_constraints() else { return Ok(()) };
    constraints
        .permits(subject, names)
        .map_err(|violation| Error::IssuerRefuses(violation.to_string()))
}

/// Checks the extended key usages of a certificate against an authority's above it, which binds
/// whatever is below it where it names some itself.
pub(crate) fn check_purposes(purposes: &[Oid], above: &Certificate) -> Result<(), Error> {
    match above.extended_key_usage() {
        Some(allowed)
            if !allowed.contains(&oid::ANY_EXTENDED_KEY_USAGE)
                && !purposes.iter().all(|purpose| allowed.contains(purpose)) =>
        {
            let refusal = "its certificate does not allow these extended key usages";
            Err(Error::IssuerRefuses(refusal.to_owned()))
        }
        Some(_) | None => Ok(()),
    }
}

/// Checks that a certificate is for somebody: an authority needs a subject (RFC 5280 §4.1.2.6), a
/// leaf that or alternative names, which are fit to be certified (§4.2.1.6).
fn check_identity(subject: &Name, names: &[GeneralName], role: Role) -> Result<(), Error> {
    let is_nobody = match role {
        Role::Authority => subject.is_empty(),
        Role::Leaf => subject.is_empty() && names.is_empty(),
    };
    if is_nobody {
        return Err(Error::invalid(Field::Subject, "the subject is empty"));
    }
    names.iter().try_for_each(|name| {
        name.check().map_err(|problem| Error::invalid(Field::Sans, format!("{name}: {problem}")))
    })
}

/// Refuses usages that mean nothing without keyAgreement (RFC 5280 §4.2.1.3).
pub(crate) fn check_agreement(usage: KeyUsage) -> Result<(), Error> {
    if is_pointless(usage) { Err(Error::KeyUsage(usage)) } else { Ok(()) }
}

/// Whether a usage is among them that means nothing without another one, which is not.
fn is_pointless(usage: KeyUsage) -> bool {
    AGREEMENT_ONLY.into_iter().any(|only| usage.contains(only))
        && !usage.contains(KeyUsage::KEY_AGREEMENT)
}

/// The value of a draft's extension of this kind.
fn extension<T: ExtensionValue>(fields: &CertificateFields) -> Option<T> {
    let present = fields.extensions.iter().find(|extension| extension.oid == T::OID)?;
    T::from_der(&present.value).ok()
}

#[cfg(test)]
mod tests {
    use ledger::Timestamp;
    use ledger::system::SystemRandom;
    use x509::extension::Subtree;
    use x509::{AttributeType, KeyAlgorithm, NameConstraints, PrivateKey};

    use super::*;
    use crate::pointers::Pointers;

    fn name(common_name: &str) -> Name {
        Name::from_attributes(&[(AttributeType::CommonName, common_name)]).unwrap()
    }

    fn draft(subject: Name, key_usage: KeyUsage) -> Draft {
        let key = PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &[7; 32]).unwrap();
        let profile = AuthorityProfile {
            subject,
            public_key: key.public_key().clone(),
            key_usage,
            path_length: Some(0),
            window: Window {
                not_before: Timestamp::from_seconds(1_000_000_000),
                not_after: Timestamp::from_seconds(2_000_000_000),
            },
            pointers: Pointers::default(),
            asked: AskedOfAuthority::default(),
        };
        let issuer = IssuerIdentity { subject: name("Issuer"), key_identifier: vec![1] };
        Draft::authority(profile, issuer, &SystemRandom).unwrap()
    }

    /// A certificate above with this extension. Its signature is not looked at here.
    fn above(extension: Option<Extension>) -> Certificate {
        let mut fields = draft(name("Above"), DEFAULT_USAGE).fields;
        fields.extensions.extend(extension);
        let algorithm = SignatureAlgorithm::Ecdsa(x509::HashAlgorithm::Sha256);
        let to_be_signed = fields.to_be_signed(algorithm).unwrap();
        Certificate::from_der(&signed::assemble(&to_be_signed, algorithm, &[0])).unwrap()
    }

    fn purposes(purposes: Vec<x509::Oid>) -> Extension {
        ExtendedKeyUsage { purposes }.to_extension(Criticality::NotCritical)
    }

    #[test]
    fn an_authority_has_four_extensions_of_which_two_are_critical() {
        let extensions = draft(name("New"), KeyUsage::EMPTY).fields.extensions;

        let shown: Vec<_> = extensions.iter().map(|e| (e.oid.clone(), e.critical)).collect();
        assert_eq!(
            shown,
            [
                (oid::SUBJECT_KEY_IDENTIFIER, false),
                (oid::AUTHORITY_KEY_IDENTIFIER, false),
                (oid::BASIC_CONSTRAINTS, true),
                (oid::KEY_USAGE, true),
            ]
        );
    }

    #[test]
    fn a_draft_does_not_hold_two_extensions_of_one_kind() {
        let mut draft = draft(name("New"), DEFAULT_USAGE);

        let again = draft.add(DEFAULT_USAGE.to_extension(Criticality::NotCritical));

        assert!(matches!(again, Err(Error::Internal(_))));
        assert_eq!(draft.fields.extensions.len(), 4);
    }

    #[test]
    fn a_draft_without_what_an_authority_needs_is_not_signed() {
        let mut lacking = draft(name("New"), DEFAULT_USAGE);
        lacking.fields.extensions.retain(|extension| extension.oid != oid::KEY_USAGE);

        assert!(matches!(lacking.lint([]), Err(Error::KeyUsage(_))));
        let nameless = draft(Name::from_attributes(&[]).unwrap(), DEFAULT_USAGE);
        assert!(matches!(nameless.lint([]), Err(Error::Invalid { field: Field::Subject, .. })));
        assert!(draft(name("New"), DEFAULT_USAGE).lint([]).is_ok());
    }

    #[test]
    fn a_subject_does_not_appear_above() {
        let refused = draft(name("ABOVE"), DEFAULT_USAGE).lint([&above(None)]);

        assert!(matches!(refused, Err(Error::Invalid { field: Field::Subject, .. })));
        assert!(draft(name("Below"), DEFAULT_USAGE).lint([&above(None)]).is_ok());
    }

    #[test]
    fn alternative_names_obey_the_constraints_above() {
        let constraints = NameConstraints {
            permitted: vec![Subtree::Dns("example.com".to_owned())],
            excluded: Vec::new(),
        };
        let above = above(Some(constraints.to_extension(Criticality::Critical)));
        for (dns, passes) in [("www.example.com", true), ("www.example.org", false)] {
            let names = vec![GeneralName::Dns(dns.to_owned())];
            let mut below = draft(name("Below"), DEFAULT_USAGE);
            below.add(SubjectAltName { names }.to_extension(Criticality::NotCritical)).unwrap();

            let linted = below.lint([&above]);

            assert_eq!(linted.is_ok(), passes, "{dns}");
        }
    }

    #[test]
    fn purposes_are_among_those_of_every_certificate_above() {
        let server = || vec![oid::SERVER_AUTH];
        for (own, allowed, passes) in [
            (server(), server(), true),
            (server(), vec![oid::CLIENT_AUTH], false),
            (server(), vec![oid::ANY_EXTENDED_KEY_USAGE], true),
            (vec![oid::SERVER_AUTH, oid::CLIENT_AUTH], server(), false),
        ] {
            let mut below = draft(name("Below"), DEFAULT_USAGE);
            below.add(purposes(own)).unwrap();

            let linted = below.lint([&above(Some(purposes(allowed.clone())))]);

            assert_eq!(linted.is_ok(), passes, "{allowed:?}");
        }
        let silent = draft(name("Below"), DEFAULT_USAGE);
        assert!(silent.lint([&above(Some(purposes(server())))]).is_ok());
    }

    #[test]
    fn a_usage_for_key_agreement_needs_key_agreement() {
        let only = KeyUsage::DECIPHER_ONLY;
        for (usage, passes) in [
            (DEFAULT_USAGE, true),
            (only, false),
            (KeyUsage::ENCIPHER_ONLY, false),
            (only.union(KeyUsage::KEY_AGREEMENT), true),
        ] {
            assert_eq!(check_agreement(usage).is_ok(), passes, "{usage:?}");
        }
    }
}
