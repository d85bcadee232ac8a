//! The certificate of somebody who is no authority.

use ledger::Random;
use x509::{
    BasicConstraints, Criticality, ExtendedKeyUsage, Extension, ExtensionValue, GeneralName,
    KeyAlgorithm, KeyFamily, KeyUsage, Name, Oid, PublicKey, SubjectAltName, oid,
};

use super::{Draft, Holder, IssuerIdentity, Role, is_pointless};
use crate::pointers::Pointers;
use crate::validity::Window;
use crate::{Error, Field};

/// The usages that only authorities have.
pub(crate) const AUTHORITY_ONLY: KeyUsage = KeyUsage::KEY_CERT_SIGN.union(KeyUsage::CRL_SIGN);

/// What RSA cannot do (RFC 3279 §2.3.1).
const NOT_BY_RSA: KeyUsage =
    KeyUsage::KEY_AGREEMENT.union(KeyUsage::ENCIPHER_ONLY).union(KeyUsage::DECIPHER_ONLY);

/// What keys on the curves of FIPS 186-5 cannot do (RFC 8813 §3).
const NOT_BY_EC: KeyUsage = KeyUsage::KEY_ENCIPHERMENT.union(KeyUsage::DATA_ENCIPHERMENT);

/// What a leaf's certificate says of it beyond subject, key and validity.
#[derive(Clone, Debug, Default)]
pub(crate) struct LeafContent {
    /// Its usages; empty for no keyUsage at all.
    pub(crate) key_usage: KeyUsage,
    /// Its extended usages; empty for none.
    pub(crate) purposes: Vec<Oid>,
    /// Its alternative names; empty for none. The same name counts once.
    pub(crate) names: Vec<GeneralName>,
    /// An extension of the user's own.
    pub(crate) customized: Option<Extension>,
}

/// What a leaf's certificate says of it.
#[derive(Clone, Debug)]
pub(crate) struct LeafProfile {
    /// Its subject; may be empty when there are alternative names.
    pub(crate) subject: Name,
    /// Its key.
    pub(crate) public_key: PublicKey,
    /// From when to when.
    pub(crate) window: Window,
    /// Where relying parties are to look.
    pub(crate) pointers: Pointers,
    /// All else.
    pub(crate) content: LeafContent,
}

impl Draft {
    /// The certificate of somebody who is no authority (RFC 5280 §4.2.1). The alternative names are
    /// critical exactly when the subject is empty (§4.2.1.6), extKeyUsage where it is timeStamping
    /// alone (RFC 3161 §2.3).
    pub(crate) fn leaf(
        profile: LeafProfile,
        issuer: IssuerIdentity,
        random: &dyn Random,
    ) -> Result<Self, Error> {
        use Criticality::{Critical, NotCritical};
        let LeafProfile { subject, public_key, window, pointers, content } = profile;
        let LeafContent { key_usage, purposes, names, customized } = content;
        let names_criticality = if subject.is_empty() { Critical } else { NotCritical };
        let holder = Holder { subject, public_key, window };
        let mut draft = Self::of(holder, issuer, Role::Leaf, random)?;
        draft.add(BasicConstraints::EndEntity.to_extension(NotCritical))?;
        if !key_usage.is_empty() {
            draft.add(key_usage.to_extension(Critical))?;
        }
        if !purposes.is_empty() {
            let stamps_only = purposes == [oid::TIME_STAMPING];
            let criticality = if stamps_only { Critical } else { NotCritical };
            draft.add(ExtendedKeyUsage { purposes }.to_extension(criticality))?;
        }
        let names = once_each(names);
        if !names.is_empty() {
            draft.add(SubjectAltName { names }.to_extension(names_criticality))?;
        }
        pointers.extensions().into_iter().try_for_each(|extension| draft.add(extension))?;
        customized.into_iter().try_for_each(|extension| draft.add(extension))?;
        Ok(draft)
    }
}

/// Whether a leaf may have these usages.
///
/// # Errors
///
/// `Invalid` for those of an authority, and for those that mean nothing alone.
pub(crate) fn check_leaf_usage(usage: KeyUsage) -> Result<(), Error> {
    let refuse = |problem: &str| Err(Error::invalid(Field::KeyUsage, problem));
    if AUTHORITY_ONLY.iter().any(|only| usage.contains(only)) {
        return refuse("keyCertSign and cRLSign are for certificate authorities only");
    }
    if is_pointless(usage) {
        return refuse("encipherOnly and decipherOnly mean nothing without keyAgreement");
    }
    Ok(())
}

/// The usages that do not suit the key: accepted, and told in the audit event.
pub(super) fn note_on_usage(usage: KeyUsage, key: KeyAlgorithm) -> Option<String> {
    let foreign = match key.family() {
        KeyFamily::Rsa => NOT_BY_RSA,
        KeyFamily::Ec => NOT_BY_EC,
        KeyFamily::Sm2 => KeyUsage::EMPTY,
    };
    let odd: KeyUsage = usage.iter().filter(|usage| foreign.contains(*usage)).collect();
    let names: Vec<_> = odd.names().collect();
    (!names.is_empty()).then(|| format!("{} does not suit an {key} key", names.join(", ")))
}

/// The names without those that are there before; DNS names know no case (RFC 5280 §7.2).
fn once_each(names: Vec<GeneralName>) -> Vec<GeneralName> {
    let same = |one: &GeneralName, other: &GeneralName| match (one, other) {
        (GeneralName::Dns(one), GeneralName::Dns(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    };
    let mut once: Vec<GeneralName> = Vec::with_capacity(names.len());
    for name in names {
        if !once.iter().any(|present| same(present, &name)) {
            once.push(name);
        }
    }
    once
}
