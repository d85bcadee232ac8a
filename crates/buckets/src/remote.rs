//! A bucket in a store that speaks S3.

use std::fmt;
use std::ops::Range;
use std::time::Duration;

use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path;
use object_store::{
    Attribute, AttributeValue, Attributes, ClientOptions, Error, ObjectStore, ObjectStoreExt,
    PutMode, PutOptions, PutPayload, RetryConfig, UpdateVersion,
};
use pki::crl::{BucketError, Standing};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::configured::refused;
use crate::content::Content;

/// How long a CRL may take to get there: 50 MB over a slow line.
const UPLOAD: Duration = Duration::from_secs(15 * 60);
/// How long it may take to look what is there: a server that starts waits for it.
const LOOK: Duration = Duration::from_secs(30);
/// How long a request is tried again; after that the job that publishes tries again.
const RETRY: Duration = Duration::from_secs(20);

/// Whether a store can put an object only over the one that was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Comparing {
    /// It knows `If-Match` and `If-None-Match` of a PUT.
    Supported,
    /// It does not: what was read just before is overwritten.
    Unsupported,
}

/// Where a remote bucket is and how it is opened.
#[derive(Debug)]
pub struct Remote {
    /// The URL of the store, without the bucket.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// The bucket's name there.
    pub bucket: String,
    /// Who publishes.
    pub credentials: Credentials,
    /// What the store can do.
    pub comparing: Comparing,
}

/// The keys that requests are signed with.
pub struct Credentials {
    /// The access key.
    pub access_key: String,
    /// Its secret.
    pub secret_key: Zeroizing<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// A remote bucket cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
#[error("bucket {bucket}: {problem}")]
pub struct OpenError {
    /// Which one.
    pub bucket: String,
    /// What is wrong.
    pub problem: String,
}

/// An opened remote bucket.
#[derive(Debug)]
pub(crate) struct Store {
    name: String,
    client: AmazonS3,
    comparing: Comparing,
    /// Whoever puts a CRL, which is whole in memory meanwhile, is alone.
    turn: Semaphore,
}

impl Store {
    pub(crate) fn open(name: &str, remote: Remote) -> Result<Self, OpenError> {
        let Remote { endpoint, region, bucket, credentials, comparing } = remote;
        let plain = endpoint.starts_with("http://");
        let options = ClientOptions::new().with_timeout(UPLOAD).with_allow_http(plain);
        let retry = RetryConfig { max_retries: 3, retry_timeout: RETRY, ..RetryConfig::default() };
        let conditional = match comparing {
            Comparing::Supported => S3ConditionalPut::ETagMatch,
            Comparing::Unsupported => S3ConditionalPut::Disabled,
        };
        let client = AmazonS3Builder::new()
            .with_endpoint(endpoint)
            .with_region(region)
            .with_bucket_name(bucket)
            .with_access_key_id(credentials.access_key)
            .with_secret_access_key(credentials.secret_key.as_str())
            .with_client_options(options)
            .with_retry(retry)
            .with_conditional_put(conditional)
            .build()
            .map_err(|error| OpenError { bucket: name.to_owned(), problem: error.to_string() })?;
        Ok(Self { name: name.to_owned(), client, comparing, turn: Semaphore::new(1) })
    }

    pub(crate) async fn standing(&self, object: &str) -> Result<Option<Standing>, BucketError> {
        let path = Path::from(object);
        match self.within_a_look(self.client.head(&path)).await? {
            Ok(found) => Ok(Some(Standing { octets: found.size, revision: found.e_tag })),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(refused(&self.name, error)),
        }
    }

    pub(crate) async fn read(
        &self,
        object: &str,
        range: Range<u64>,
    ) -> Result<Vec<u8>, BucketError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let path = Path::from(object);
        match self.within_a_look(self.client.get_range(&path, range)).await? {
            Ok(octets) => Ok(octets.to_vec()),
            Err(Error::NotFound { .. }) => Err(BucketError::Overtaken),
            Err(error) => Err(refused(&self.name, error)),
        }
    }

    /// What a look at the store says, if it says something soon.
    async fn within_a_look<T>(&self, look: impl Future<Output = T>) -> Result<T, BucketError> {
        let said = tokio::time::timeout(LOOK, look).await;
        said.map_err(|_| refused(&self.name, format!("no answer within {} s", LOOK.as_secs())))
    }

    /// A whole CRL is in memory meanwhile, one at a time: stores compare only what comes in one request.
    pub(crate) async fn put(
        &self,
        object: &str,
        over: Option<Standing>,
        mut content: impl Content,
    ) -> Result<(), BucketError> {
        let _turn = self.turn.acquire().await.map_err(|error| refused(&self.name, error))?;
        let mut pieces: Vec<Bytes> = Vec::new();
        while let Some(piece) = content.piece().await? {
            pieces.push(piece.into());
        }
        let mode = match (self.comparing, over) {
            (Comparing::Unsupported, _) => PutMode::Overwrite,
            (Comparing::Supported, None) => PutMode::Create,
            (Comparing::Supported, Some(Standing { revision, .. })) => {
                PutMode::Update(UpdateVersion { e_tag: revision, version: None })
            }
        };
        let kind = AttributeValue::from("application/pkix-crl");
        let caching = AttributeValue::from("public, max-age=60");
        let attributes = Attributes::from_iter([
            (Attribute::ContentType, kind),
            (Attribute::CacheControl, caching),
        ]);
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let payload = PutPayload::from_iter(pieces);
        match self.client.put_opts(&Path::from(object), payload, options).await {
            Ok(_) => Ok(()),
            Err(Error::Precondition { .. } | Error::AlreadyExists { .. }) => {
                Err(BucketError::Overtaken)
            }
            Err(error) => Err(refused(&self.name, error)),
        }
    }
}
