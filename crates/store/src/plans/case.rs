//! One read, and who is in the database for it.

use std::fmt::Debug;
use std::str::FromStr;

use crate::sql::{self, Connection};

/// The account that has an eighth of everything.
pub(super) const BIG: u32 = 1;
/// One of those that share the rest.
pub(super) const SMALL: u32 = 40;

/// Does a read.
type Read = dyn Fn(&Connection) -> sql::Result<()>;

/// A read as the ports do it.
pub(super) struct Case {
    /// What it reads.
    pub(super) name: String,
    /// Reads it.
    pub(super) read: Box<Read>,
}

impl Case {
    pub(super) fn new(
        name: impl Into<String>,
        read: impl Fn(&Connection) -> sql::Result<()> + 'static,
    ) -> Self {
        Self { name: name.into(), read: Box::new(read) }
    }
}

/// The identifier without dashes of the thing with this number; `rows.sql` makes the same.
pub(super) fn plain<T: FromStr<Err: Debug>>(kind: u32, number: u32) -> T {
    format!("{kind:04x}{number:028x}").parse().unwrap()
}

/// The same with dashes.
pub(super) fn dashed<T: FromStr<Err: Debug>>(kind: u32, number: u32) -> T {
    format!("{kind:04x}0000-0000-0000-0000-{number:012x}").parse().unwrap()
}

/// The digest of the token with this number.
pub(super) fn digest(number: u32) -> iam::TokenDigest {
    let digest =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, number.to_string().as_bytes());
    iam::TokenDigest(digest.as_ref().try_into().unwrap())
}
