//! Buckets that are held in memory, one of which refuses or goes away when a test wants it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use ledger::AccountId;
use pki::crl::{BucketError, Buckets, CrlBytes, Reach, Standing};

/// The buckets `local` and `other`.
pub(crate) struct HeldBuckets {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    refusing: Mutex<BTreeSet<String>>,
    configured: Mutex<BTreeSet<String>>,
    refusals: AtomicUsize,
    domain: Mutex<String>,
}

impl Default for HeldBuckets {
    fn default() -> Self {
        let names = ["local", "other"].map(str::to_owned);
        Self {
            objects: Mutex::default(),
            refusing: Mutex::default(),
            configured: Mutex::new(names.into()),
            refusals: AtomicUsize::new(0),
            domain: Mutex::new("test".to_owned()),
        }
    }
}

impl HeldBuckets {
    /// Lets a bucket refuse everything from now on.
    pub(crate) fn refuse(&self, bucket: &str) {
        self.refusing.lock().unwrap().insert(bucket.to_owned());
    }

    /// Takes a bucket out of the configuration.
    pub(crate) fn forget(&self, bucket: &str) {
        self.configured.lock().unwrap().remove(bucket);
    }

    /// Lets relying parties reach the buckets under another domain.
    pub(crate) fn move_to(&self, domain: &str) {
        domain.clone_into(&mut self.domain.lock().unwrap());
    }

    /// How often one refused.
    pub(crate) fn refusals(&self) -> usize {
        self.refusals.load(Ordering::SeqCst)
    }

    /// What stands at `bucket/object`.
    pub(crate) fn object(&self, path: &str) -> Option<Vec<u8>> {
        self.objects.lock().unwrap().get(path).cloned()
    }

    fn check(&self, bucket: &str) -> Result<(), BucketError> {
        if !self.configured.lock().unwrap().contains(bucket) {
            return Err(BucketError::Unknown(bucket.to_owned()));
        }
        if self.refusing.lock().unwrap().contains(bucket) {
            self.refusals.fetch_add(1, Ordering::SeqCst);
            let problem = "the test wants it".to_owned();
            return Err(BucketError::Refused { bucket: bucket.to_owned(), problem });
        }
        Ok(())
    }
}

#[async_trait]
impl Buckets for HeldBuckets {
    fn names(&self, _: AccountId) -> Vec<String> {
        self.configured.lock().unwrap().iter().cloned().collect()
    }

    fn reach(&self, bucket: &str) -> Option<Reach> {
        let configured = self.configured.lock().unwrap();
        configured
            .contains(bucket)
            .then(|| Reach::At(format!("http://{bucket}.{}", self.domain.lock().unwrap())))
    }

    async fn standing(&self, bucket: &str, object: &str) -> Result<Option<Standing>, BucketError> {
        self.check(bucket)?;
        let found = self.object(&format!("{bucket}/{object}"));
        Ok(found.map(|found| Standing { octets: found.len() as u64, revision: None }))
    }

    async fn read(
        &self,
        bucket: &str,
        object: &str,
        range: Range<u64>,
    ) -> Result<Vec<u8>, BucketError> {
        self.check(bucket)?;
        let found = self.object(&format!("{bucket}/{object}")).ok_or(BucketError::Overtaken)?;
        let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
        found.get(range).map(<[u8]>::to_vec).ok_or(BucketError::Overtaken)
    }

    async fn put(
        &self,
        bucket: &str,
        object: &str,
        _: Option<Standing>,
        content: CrlBytes,
    ) -> Result<(), BucketError> {
        self.check(bucket)?;
        let whole = content.whole().await.unwrap();
        self.objects.lock().unwrap().insert(format!("{bucket}/{object}"), whole);
        Ok(())
    }
}
