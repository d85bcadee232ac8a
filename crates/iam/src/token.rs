//! The token: what a sign-in gives, shown instead of a signature.

use std::fmt;

use ledger::{AccountId, ProjectId, Random, RowId, Table, Timestamp, UserId};
use zeroize::Zeroizing;

/// What a token is good for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Scope {
    /// The whole account.
    Domain,
    /// One project of the account.
    Project(ProjectId),
}

/// How the owner of a token proved who they are.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Method {
    /// Issued by the local administrator.
    Local,
    /// With a password.
    Password,
}

impl Method {
    /// The method's name, as the identity API shows it and the store keeps it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Password => "password",
        }
    }

    /// The method of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Local, Self::Password].into_iter().find(|method| method.name() == name)
    }
}

/// The SHA-256 of a token's text, by which it is kept.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenDigest(pub [u8; 32]);

impl fmt::Display for TokenDigest {
    /// Lower-case hex: the key of the token's row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// An issued token. Its text is known to its owner only.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Token {
    /// The SHA-256 of its text.
    pub digest: TokenDigest,
    /// Whose it is.
    pub user: UserId,
    /// The account of that user.
    pub account: AccountId,
    /// What it is good for.
    pub scope: Scope,
    /// The user's [`crate::User::generation`] when it was issued.
    pub generation: u32,
    /// How its owner proved who they are.
    pub methods: Vec<Method>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on it is no longer accepted.
    pub expires_at: Timestamp,
}

impl Token {
    /// The row that keeps it.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Tokens, self.digest)
    }
}

/// The text of a token: 256 random bits as 64 hex digits. Wiped on drop, never printed.
#[derive(Clone)]
pub struct TokenText(Zeroizing<String>);

impl TokenText {
    /// Makes a new token text.
    pub(crate) fn generate(random: &dyn Random) -> Self {
        let mut bits = Zeroizing::new([0; 32]);
        random.fill(bits.as_mut_slice());
        Self(Zeroizing::new(hex::encode(bits.as_slice())))
    }

    /// The text, for the one answer that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The digest by which the token is kept.
    pub fn digest(&self) -> TokenDigest {
        digest(&self.0)
    }
}

/// The digest of a token's text, whoever sent it.
pub(crate) fn digest(text: &str) -> TokenDigest {
    digest_of(text.as_bytes())
}

/// The digest of a token's text, be it text or not.
pub(crate) fn digest_of(octets: &[u8]) -> TokenDigest {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, octets);
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    TokenDigest(bytes)
}
