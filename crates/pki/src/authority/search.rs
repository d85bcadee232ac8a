//! Finds authorities by their tags.

use ledger::AccountId;

use super::AuthorityView;
use crate::page::{Listed, Page};
use crate::tag::TagSearch;
use crate::{Error, Pki};

impl Pki {
    /// A page of the account's Private CA authorities that the search finds, newest first, with the
    /// number of all that it finds: both of one moment.
    ///
    /// # Errors
    ///
    /// `Internal` when the store fails.
    pub async fn find_authorities(
        &self,
        account: AccountId,
        search: &TagSearch,
        page: Page,
    ) -> Result<Listed<AuthorityView>, Error> {
        let now = self.clock.now();
        let listed = self.replica().await.authorities_by_tags(account, search, page, now).await?;
        self.views(listed, now).await
    }
}
