//! The buckets of an installation, by name.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use async_trait::async_trait;
use ledger::AccountId;
use pki::crl::{BucketError, Buckets, CrlBytes, Reach, Standing};

use crate::local::Local;
use crate::remote::{OpenError, Remote, Store};

/// A bucket as an administrator configures it.
#[derive(Debug)]
pub struct Bucket {
    /// Its name here.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where relying parties reach its objects; `None` is the public listener, which serves them from
    /// the database.
    pub public_url: Option<String>,
    /// Who may publish in it; `None` is every account.
    pub accounts: Option<Vec<AccountId>>,
}

/// What a bucket is.
#[derive(Debug)]
pub enum Kind {
    /// A directory on this machine; it is made when something is put.
    Local(PathBuf),
    /// A store that speaks S3.
    Remote(Remote),
}

impl Kind {
    /// Whether both put objects into one and the same place, as far as their names tell.
    pub fn is_same_place(&self, other: &Self) -> bool {
        match (self, other) {
            // Paths are equal whatever their slashes and single dots.
            (Self::Local(one), Self::Local(another)) => one == another,
            (Self::Remote(one), Self::Remote(another)) => {
                let endpoint = |remote: &Remote| remote.endpoint.trim_end_matches('/').to_owned();
                endpoint(one) == endpoint(another) && one.bucket == another.bucket
            }
            (Self::Local(_), Self::Remote(_)) | (Self::Remote(_), Self::Local(_)) => false,
        }
    }
}

/// All buckets of an installation.
#[derive(Debug, Default)]
pub struct Configured(BTreeMap<String, Open>);

/// A bucket that can be used.
#[derive(Debug)]
struct Open {
    place: Place,
    reach: Reach,
    accounts: Option<Vec<AccountId>>,
}

#[derive(Debug)]
enum Place {
    Local(Local),
    Remote(Box<Store>),
}

impl Configured {
    /// These buckets. Nothing is read or written yet.
    ///
    /// # Errors
    ///
    /// What is wrong with the address of a remote one.
    pub fn of(buckets: Vec<Bucket>) -> Result<Self, OpenError> {
        let mut open = BTreeMap::new();
        for Bucket { name, kind, public_url, accounts } in buckets {
            let place = match kind {
                Kind::Local(directory) => Place::Local(Local::at(directory)),
                Kind::Remote(remote) => Place::Remote(Box::new(Store::open(&name, remote)?)),
            };
            let reach = match public_url {
                Some(url) => Reach::At(url.trim_end_matches('/').to_owned()),
                None => Reach::PublicListener,
            };
            open.insert(name, Open { place, reach, accounts });
        }
        Ok(Self(open))
    }

    fn place(&self, bucket: &str) -> Result<&Place, BucketError> {
        let found = self.0.get(bucket).ok_or_else(|| BucketError::Unknown(bucket.to_owned()))?;
        Ok(&found.place)
    }
}

impl Open {
    fn is_for(&self, account: AccountId) -> bool {
        self.accounts.as_ref().is_none_or(|accounts| accounts.contains(&account))
    }
}

/// A refusal of the bucket called `bucket`.
pub(crate) fn refused(bucket: &str, problem: impl std::fmt::Display) -> BucketError {
    BucketError::Refused { bucket: bucket.to_owned(), problem: problem.to_string() }
}

#[async_trait]
impl Buckets for Configured {
    fn names(&self, account: AccountId) -> Vec<String> {
        let open = self.0.iter().filter(|(_, bucket)| bucket.is_for(account));
        open.map(|(name, _)| name.clone()).collect()
    }

    fn reach(&self, bucket: &str) -> Option<Reach> {
        self.0.get(bucket).map(|bucket| bucket.reach.clone())
    }

    async fn standing(&self, bucket: &str, object: &str) -> Result<Option<Standing>, BucketError> {
        match self.place(bucket)? {
            Place::Local(local) => {
                local.standing(object).await.map_err(|error| refused(bucket, error))
            }
            Place::Remote(store) => store.standing(object).await,
        }
    }

    async fn read(
        &self,
        bucket: &str,
        object: &str,
        range: Range<u64>,
    ) -> Result<Vec<u8>, BucketError> {
        match self.place(bucket)? {
            Place::Local(local) => local.read(object, range).await.map_err(|error| {
                let gone = [std::io::ErrorKind::NotFound, std::io::ErrorKind::UnexpectedEof];
                if gone.contains(&error.kind()) {
                    BucketError::Overtaken
                } else {
                    refused(bucket, error)
                }
            }),
            Place::Remote(store) => store.read(object, range).await,
        }
    }

    async fn put(
        &self,
        bucket: &str,
        object: &str,
        over: Option<Standing>,
        content: CrlBytes,
    ) -> Result<(), BucketError> {
        match self.place(bucket)? {
            Place::Local(local) => local.put((bucket, object), over, content).await,
            Place::Remote(store) => store.put(object, over, content).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use ledger::system::{SystemClock, SystemRandom};

    use super::*;

    #[test]
    fn an_account_sees_the_buckets_that_are_for_it_or_for_all() {
        let account = AccountId::generate(&SystemClock, &SystemRandom);
        let other = AccountId::generate(&SystemClock, &SystemRandom);
        let bucket = |name: &str, accounts| Bucket {
            name: name.to_owned(),
            kind: Kind::Local(PathBuf::from("x")),
            public_url: None,
            accounts,
        };

        let all = vec![bucket("own", Some(vec![account])), bucket("all", None)];
        let buckets = Configured::of(all).unwrap();

        assert_eq!(buckets.names(account), ["all", "own"]);
        assert_eq!(buckets.names(other), ["all"]);
    }

    #[tokio::test]
    async fn a_bucket_that_is_not_configured_is_unknown() {
        let buckets = Configured::default();

        assert_eq!(buckets.reach("x"), None);
        let standing = buckets.standing("x", "y.crl").await;
        assert!(matches!(standing, Err(BucketError::Unknown(name)) if name == "x"));
    }
}
