//! The port to the buckets that CRLs are published in.

use std::ops::Range;

use async_trait::async_trait;
use ledger::AccountId;

use super::CrlBytes;

/// How a bucket's objects are reached by relying parties.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Reach {
    /// Below this URL, without a slash at its end.
    At(String),
    /// On the public listener, below `crl/` and the bucket's name.
    PublicListener,
}

/// What stands in a bucket under an object's name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// How many octets it has.
    pub octets: u64,
    /// What the bucket calls this state of the object, where it does: what is put against it is
    /// refused once the object has another one.
    pub revision: Option<String>,
}

/// Why a bucket did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// The object is another one than was found.
    #[error("the object was changed by someone else")]
    Overtaken,
    /// What was to be put could not be read.
    #[error("the CRL cannot be read")]
    Content(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bucket cannot be reached, or refuses.
    #[error("bucket {bucket}: {problem}")]
    Refused {
        /// Which one.
        bucket: String,
        /// What it said.
        problem: String,
    },
    /// No such bucket is configured.
    #[error("no bucket {0} is configured any more")]
    Unknown(String),
}

/// The buckets of an installation, by the names that its configuration gives them.
#[async_trait]
pub trait Buckets: Send + Sync {
    /// The names of those that an account may publish in, sorted.
    fn names(&self, account: AccountId) -> Vec<String>;

    /// How relying parties reach what is in a bucket; `None` where there is none of this name.
    fn reach(&self, bucket: &str) -> Option<Reach>;

    /// What stands under an object's name.
    ///
    /// # Errors
    ///
    /// `Refused`, `Unknown`.
    async fn standing(&self, bucket: &str, object: &str) -> Result<Option<Standing>, BucketError>;

    /// Octets of an object.
    ///
    /// # Errors
    ///
    /// `Overtaken` when it is gone or shorter; `Refused`, `Unknown`.
    async fn read(
        &self,
        bucket: &str,
        object: &str,
        range: Range<u64>,
    ) -> Result<Vec<u8>, BucketError>;

    /// Puts an object, durably and as a whole, over what was found there; `None` is nothing.
    ///
    /// # Errors
    ///
    /// `Overtaken` where the bucket can tell that another one stands there by now; `Refused`,
    /// `Unknown`.
    async fn put(
        &self,
        bucket: &str,
        object: &str,
        over: Option<Standing>,
        content: CrlBytes,
    ) -> Result<(), BucketError>;
}

/// An installation without buckets.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBuckets;

#[async_trait]
impl Buckets for NoBuckets {
    fn names(&self, _: AccountId) -> Vec<String> {
        Vec::new()
    }

    fn reach(&self, _: &str) -> Option<Reach> {
        None
    }

    async fn standing(&self, bucket: &str, _: &str) -> Result<Option<Standing>, BucketError> {
        Err(BucketError::Unknown(bucket.to_owned()))
    }

    async fn read(&self, bucket: &str, _: &str, _: Range<u64>) -> Result<Vec<u8>, BucketError> {
        Err(BucketError::Unknown(bucket.to_owned()))
    }

    async fn put(
        &self,
        bucket: &str,
        _: &str,
        _: Option<Standing>,
        _: CrlBytes,
    ) -> Result<(), BucketError> {
        Err(BucketError::Unknown(bucket.to_owned()))
    }
}
