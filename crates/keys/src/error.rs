//! Why a blob or a vault does not open.

/// Why something sealed did not open, or could not be sealed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SealedError {
    /// The cipher itself failed.
    #[error("the cipher failed")]
    Cipher,
    /// What opened is not what this version writes.
    #[error("the opened text has an unknown form")]
    Content,
    /// The blob was changed, or belongs to another place.
    #[error("the sealed blob was changed or belongs to another place")]
    NotAuthentic,
    /// The blob ends too early.
    #[error("the sealed blob is cut off")]
    Truncated,
    /// The data key that the blob names is not there.
    #[error("data key {0} is missing")]
    UnknownDataKey(u32),
    /// The blob was written by another version of this program.
    #[error("the sealed blob has the unknown format {0}")]
    UnknownFormat(u8),
}

/// Why a vault could not be made or opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VaultError {
    /// There is no canary, or another version of this program wrote it.
    #[error("the canary in the database is missing or damaged; restore the database from a backup")]
    DamagedCanary,
    /// A data key does not open although the master key is right.
    #[error("data key {0} is damaged; restore the database from a backup")]
    DamagedDataKey(u32),
    /// The database has no data key.
    #[error("the database has no data key; restore it from a backup")]
    NoDataKey,
    /// The cipher failed.
    #[error("sealing failed")]
    Sealing(#[source] SealedError),
    /// The master key is not the one that this database was sealed under.
    #[error(
        "this master key is not the one that the database was sealed under; \
         put the right one back from its copy"
    )]
    WrongMasterKey,
}
