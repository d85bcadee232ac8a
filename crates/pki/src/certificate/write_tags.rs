//! Reads, writes and removes the tags of certificates.

use ledger::{AccountId, Author, CertificateId};

use crate::commit::{Decisions, Settled};
use crate::tag::{AccountTags, by_key, told};
use crate::{Error, Pki, Tag, Tags};

impl Pki {
    /// Adds tags to the certificate `id`, whatever its status; a known key gets its new value.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound`; `TooManyTags`, and then none is added.
    pub async fn tag_certificate(
        &self,
        author: &Author,
        id: CertificateId,
        tags: &[Tag],
    ) -> Result<(), Error> {
        let event = ("tag_certificate", told(tags.iter().map(Tag::key)));
        self.write_certificate_tags(author, id, event, |stored| {
            tags.iter().try_for_each(|tag| stored.put(tag.clone()))
        })
        .await
    }

    /// Removes the tags with these keys from the certificate `id`; a key that it does not have is
    /// passed over.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound`.
    pub async fn untag_certificate(
        &self,
        author: &Author,
        id: CertificateId,
        keys: &[String],
    ) -> Result<(), Error> {
        let event = ("untag_certificate", told(keys.iter().map(String::as_str)));
        self.write_certificate_tags(author, id, event, |stored| {
            keys.iter().for_each(|key| stored.remove(key));
            Ok(())
        })
        .await
    }

    /// The tags of the certificate `id`.
    ///
    /// # Errors
    ///
    /// `CertificateNotFound`.
    pub async fn certificate_tags(
        &self,
        account: AccountId,
        id: CertificateId,
    ) -> Result<Tags, Error> {
        Ok(self.own_certificate(account, id).await?.value.tags)
    }

    /// The tags of all certificates of the account.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn account_certificate_tags(&self, account: AccountId) -> Result<AccountTags, Error> {
        Ok(by_key(self.replica().await.account_certificate_tags(account).await?))
    }

    async fn write_certificate_tags(
        &self,
        author: &Author,
        id: CertificateId,
        (action, detail): (&'static str, String),
        write: impl Fn(&mut Tags) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let mut found = self.own_certificate(author.account, id).await?;
            write(&mut found.value.tags)?;
            let mut event = author.event(self.clock.now(), action, id);
            event.detail = Some(detail.clone());
            let changes = self.changes(author, event).replace(found.value, found.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}
