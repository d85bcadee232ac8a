//! Making keys and signing requests with them, through the port.

use ledger::{AccountId, KeyId, RowId, Table, Versioned};
use x509::{HashAlgorithm, KeyAlgorithm, RequestFields, SignatureAlgorithm, signed};

use crate::authority::Authority;
use crate::{Error, Field, KeyBinding, KeyPurpose, KeyRecord, Pki};

impl Pki {
    /// Where a new key of `account` will be kept.
    pub(crate) fn new_binding(&self, account: AccountId, purpose: KeyPurpose) -> KeyBinding {
        KeyBinding { id: KeyId::generate(&*self.clock, &*self.random), account, purpose }
    }

    /// Makes a new key of `account`.
    pub(crate) async fn new_key(
        &self,
        account: AccountId,
        purpose: KeyPurpose,
        algorithm: KeyAlgorithm,
    ) -> Result<KeyRecord, Error> {
        Ok(self.keys.generate(self.new_binding(account, purpose), algorithm).await?)
    }

    /// A new key whose change set was overtaken, for the next one.
    pub(crate) fn used_again(&self, key: KeyRecord) -> Result<KeyRecord, Error> {
        Ok(self.keys.seal_again(key)?)
    }

    /// The key of an authority that was just read.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound` when it was destroyed since.
    pub(crate) async fn authority_key(
        &self,
        authority: &Authority,
    ) -> Result<Versioned<KeyRecord>, Error> {
        let key = match authority.key {
            Some(key) => self.store.key(key).await?,
            None => return Err(Error::inconsistent("an authority without a key is to sign")),
        };
        match key {
            Some(key) => Ok(key),
            None => match self.store.authority(authority.account, authority.id).await? {
                None => Err(Error::AuthorityNotFound(authority.id)),
                Some(_) => Err(Error::inconsistent("an authority has no key")),
            },
        }
    }

    /// The certification request with these fields, signed by `key`, DER.
    pub(crate) async fn signed_request(
        &self,
        key: &KeyRecord,
        hash: HashAlgorithm,
        fields: RequestFields<'_>,
    ) -> Result<Vec<u8>, Error> {
        let algorithm = signature_algorithm(key.algorithm, hash)?;
        let to_be_signed = fields.to_be_signed().map_err(Error::internal)?;
        let signature = self.keys.sign(key, algorithm, &to_be_signed).await?;
        Ok(signed::assemble(&to_be_signed, algorithm, &signature))
    }
}

/// The row of the key `id`.
pub(crate) fn key_row(id: KeyId) -> RowId {
    RowId::new(Table::Keys, id)
}

/// The algorithm by which a key of this kind signs with this hash (`SM3` goes with SM2 alone).
///
/// # Errors
///
/// `Invalid` when the two do not go together.
pub(crate) fn signature_algorithm(
    key: KeyAlgorithm,
    hash: HashAlgorithm,
) -> Result<SignatureAlgorithm, Error> {
    SignatureAlgorithm::for_key(key, hash)
        .map_err(|mismatch| Error::invalid(Field::SignatureAlgorithm, mismatch.to_string()))
}

/// The hash of a request's signature where nobody chooses one: that of the key's own strength for
/// P-384, SHA-256 otherwise, SM3 for SM2.
pub(crate) fn request_hash(key: KeyAlgorithm) -> HashAlgorithm {
    match key {
        KeyAlgorithm::Sm2 => HashAlgorithm::Sm3,
        KeyAlgorithm::EcP384 => HashAlgorithm::Sha384,
        KeyAlgorithm::Rsa2048
        | KeyAlgorithm::Rsa3072
        | KeyAlgorithm::Rsa4096
        | KeyAlgorithm::EcP256 => HashAlgorithm::Sha256,
    }
}
