//! The certificate of an authority.

use ledger::Random;
use x509::{
    BasicConstraints, Criticality, ExtendedKeyUsage, Extension, ExtensionValue, GeneralName,
    KeyUsage, Name, Oid, PublicKey, SubjectAltName,
};

use super::{Draft, Holder, IssuerIdentity, Role, check_agreement};
use crate::Error;
use crate::pointers::Pointers;
use crate::validity::Window;

/// The usages of an authority that nobody chose.
pub(crate) const DEFAULT_USAGE: KeyUsage =
    KeyUsage::DIGITAL_SIGNATURE.union(KeyUsage::KEY_CERT_SIGN).union(KeyUsage::CRL_SIGN);

/// The usages that every authority must have (RFC 5280 §4.2.1.3, and §5 for its CRLs).
const NEEDED_USAGE: KeyUsage = KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN);

/// What an authority's certificate says of it.
#[derive(Clone, Debug)]
pub(crate) struct AuthorityProfile {
    /// Its subject.
    pub(crate) subject: Name,
    /// Its key.
    pub(crate) public_key: PublicKey,
    /// Its usages; what an authority must have is added.
    pub(crate) key_usage: KeyUsage,
    /// Its pathLenConstraint.
    pub(crate) path_length: Option<u8>,
    /// From when to when.
    pub(crate) window: Window,
    /// Where relying parties are to look; nowhere for a root.
    pub(crate) pointers: Pointers,
    /// What else its certification request asked for.
    pub(crate) asked: AskedOfAuthority,
}

/// What an authority's certification request may ask for besides a subject and usages.
#[derive(Clone, Debug, Default)]
pub(crate) struct AskedOfAuthority {
    /// Alternative names.
    pub(crate) names: Vec<GeneralName>,
    /// To what everything below it is bound.
    pub(crate) purposes: Vec<Oid>,
}

impl Draft {
    /// The certificate of an authority (RFC 5280 §4.2.1.1 to §4.2.1.9): subject and authority key
    /// identifier, basicConstraints and keyUsage critical; CRL distribution points and authority
    /// information as far as there are addresses.
    pub(crate) fn authority(
        profile: AuthorityProfile,
        issuer: IssuerIdentity,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        use Criticality::{Critical, NotCritical};
        let AuthorityProfile { subject, public_key, key_usage, path_length, window, .. } = profile;
        let AskedOfAuthority { names, purposes } = profile.asked;
        let holder = Holder { subject, public_key, window };
        let mut draft = Self::of(holder, issuer, Role::Authority, random)?;
        draft.add(BasicConstraints::Ca { path_len: path_length }.to_extension(Critical))?;
        draft.add(authority_usage(key_usage).to_extension(Critical))?;
        if !purposes.is_empty() {
            draft.add(ExtendedKeyUsage { purposes }.to_extension(NotCritical))?;
        }
        if !names.is_empty() {
            draft.add(SubjectAltName { names }.to_extension(NotCritical))?;
        }
        profile.pointers.extensions().into_iter().try_for_each(|extension| draft.add(extension))?;
        Ok(draft)
    }
}

/// Whether an authority may have these usages.
pub(super) fn check_usage(usage: KeyUsage) -> Result<(), Error> {
    if usage.contains(NEEDED_USAGE) { check_agreement(usage) } else { Err(Error::KeyUsage(usage)) }
}

/// The usages of an authority for which `asked` is asked: what it must have is added.
pub(crate) fn authority_usage(asked: KeyUsage) -> KeyUsage {
    asked.union(NEEDED_USAGE)
}

/// The extensions that an authority asks for in its certification request.
pub(crate) fn requested_by_authority(usage: KeyUsage) -> Vec<Extension> {
    vec![
        BasicConstraints::Ca { path_len: None }.to_extension(Criticality::Critical),
        authority_usage(usage).to_extension(Criticality::Critical),
    ]
}
