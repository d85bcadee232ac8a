//! Leave for users and their credentials.

use iam::Iam;
use ledger::UserId;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;

impl Caller {
    /// The operations on credentials and the user `id`, if the caller may do `action` to it.
    pub(crate) async fn may_for_user(
        &self,
        action: Action,
        id: &str,
    ) -> Result<(&Iam, UserId), Error> {
        let iam = self.may_manage_one(action, id).await?;
        let user = id.parse().map_err(|_| iam::Error::UserUnknown(id.to_owned()))?;
        Ok((iam, user))
    }

    /// The operations on credentials, if the caller may do `action` to the user of the access key of
    /// this name. Who may do it to nobody is not told whether there is
    /// such a key.
    pub(crate) async fn may_for_key(&self, action: Action, access: &str) -> Result<&Iam, Error> {
        match self.identity().access_key(self.account(), access).await {
            Ok(key) => {
                let (iam, _) = self.may_for_user(action, &key.user.to_string()).await?;
                Ok(iam)
            }
            Err(error @ iam::Error::AccessKeyNotFound(_)) => {
                self.may_manage(action).await?;
                Err(error.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}
