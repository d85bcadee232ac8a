//! Reads, writes and removes the tags of authorities.

use ledger::{AccountId, Author, CaId};

use crate::commit::{Decisions, Settled};
use crate::tag::{AccountTags, by_key, told};
use crate::{Error, Pki, Tag, Tags};

impl Pki {
    /// Adds tags to the authority `id`, whatever its status; a known key gets its new value.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `TooManyTags`, and then none is added.
    pub async fn tag_authority(
        &self,
        author: &Author,
        id: CaId,
        tags: &[Tag],
    ) -> Result<(), Error> {
        let keys = tags.iter().map(Tag::key);
        let event = ("tag_authority", told(keys));
        self.write_tags(author, id, event, |stored| {
            tags.iter().try_for_each(|tag| stored.put(tag.clone()))
        })
        .await
    }

    /// Removes the tags with these keys from the authority `id`; a key that it does not have is
    /// passed over.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`.
    pub async fn untag_authority(
        &self,
        author: &Author,
        id: CaId,
        keys: &[String],
    ) -> Result<(), Error> {
        let event = ("untag_authority", told(keys.iter().map(String::as_str)));
        self.write_tags(author, id, event, |stored| {
            keys.iter().for_each(|key| stored.remove(key));
            Ok(())
        })
        .await
    }

    /// The tags of the authority `id`.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`.
    pub async fn authority_tags(&self, account: AccountId, id: CaId) -> Result<Tags, Error> {
        Ok(self.private_authority(account, id).await?.value.tags)
    }

    /// The tags of all Private CA authorities of the account.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn account_authority_tags(&self, account: AccountId) -> Result<AccountTags, Error> {
        Ok(by_key(self.replica().await.account_tags(account, self.clock.now()).await?))
    }

    async fn write_tags(
        &self,
        author: &Author,
        id: CaId,
        (action, detail): (&'static str, String),
        write: impl Fn(&mut Tags) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let mut found = self.private_authority(author.account, id).await?;
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
