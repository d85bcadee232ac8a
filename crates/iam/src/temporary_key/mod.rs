//! The temporary access key: made from a token, good for what the token is good for.

mod create;
mod forget;

pub use create::{NewTemporaryKey, TemporaryKeyOrder};

use ledger::{AccountId, RowId, Table, Timestamp, UserId, Versioned};
use zeroize::Zeroizing;

use crate::{Account, Error, SecretSeal, Token, TokenDigest, User, access_key};

/// How many temporary access keys a user has at most at a time.
pub(crate) const TEMPORARY_KEYS_OF_USER: u8 = 50;

/// A temporary access key of a user. It goes away with the token it was made from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TemporaryKey {
    /// Its public name.
    pub access: String,
    /// The token it was made from: scope and generation are that token's.
    pub token: TokenDigest,
    /// Whose it is.
    pub user: UserId,
    /// The account of that user.
    pub account: AccountId,
    /// Which of its user's temporary keys it is, from 0: no two have the same, which bounds their
    /// number.
    pub slot: u8,
    /// Its secret, sealed for [`TemporaryKey::context`].
    pub sealed_secret: Vec<u8>,
    /// The SHA-256 of its security token, which must come with each of its signatures.
    pub security_token: TokenDigest,
    /// The policy document that narrows what its user may do, JSON; `None` does not.
    pub policy: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is no longer accepted: never later than its token.
    pub expires_at: Timestamp,
}

impl TemporaryKey {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::TemporaryKeys, &self.access)
    }

    /// What the sealed secret is bound to.
    pub fn context(access: &str, account: AccountId) -> Vec<u8> {
        access_key::context("temporary_keys", access, account)
    }

    /// The secret, opened.
    pub(crate) fn secret(&self, seal: &dyn SecretSeal) -> Result<Zeroizing<Vec<u8>>, Error> {
        Ok(seal.open(&self.sealed_secret, &Self::context(&self.access, self.account))?)
    }
}

/// A temporary access key with what it rests on, all from one moment.
#[derive(Clone, Debug)]
pub struct TemporarySession {
    /// The key.
    pub key: Versioned<TemporaryKey>,
    /// The token it was made from.
    pub token: Versioned<Token>,
    /// Its user.
    pub user: Versioned<User>,
    /// The account of that user.
    pub account: Versioned<Account>,
}
