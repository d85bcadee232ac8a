//! What this store writes: the records of `iam` and `pki`, and the sealed keys of `keys`.

use ledger::{RowId, Timestamp};

/// A data key, wrapped by the master key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DataKeyRow {
    /// Its number; sealed blobs name it.
    pub id: u32,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A row to insert or replace.
#[derive(Clone, Debug)]
pub enum Record {
    /// The text that tells whether the master key is the right one, sealed. There is one; it can
    /// be inserted, not replaced.
    Canary(Vec<u8>),
    /// A data key. It can be inserted, not replaced.
    DataKey(DataKeyRow),
    /// A record of `iam`.
    Iam(iam::Record),
    /// A record of `pki`.
    Pki(pki::Record),
}

impl Record {
    /// Whether replacing its row leaves the version as it is.
    pub fn keeps_version(&self) -> bool {
        matches!(self, Self::Iam(record) if record.keeps_version())
    }

    /// The versioned row that this record is; the keys' own rows carry no version.
    pub fn row(&self) -> Option<RowId> {
        match self {
            Self::Canary(_) | Self::DataKey(_) => None,
            Self::Iam(record) => Some(record.row()),
            Self::Pki(record) => Some(record.row()),
        }
    }
}

impl From<DataKeyRow> for Record {
    fn from(key: DataKeyRow) -> Self {
        Self::DataKey(key)
    }
}

impl From<iam::Record> for Record {
    fn from(record: iam::Record) -> Self {
        Self::Iam(record)
    }
}

impl From<pki::Record> for Record {
    fn from(record: pki::Record) -> Self {
        Self::Pki(record)
    }
}
