//! Forgetting temporary access keys that have expired.

use std::time::Duration;

use ledger::{Actor, AuditEvent, Changes, Origin, Outcome};

use crate::iam::Committed;
use crate::{Error, Iam};

/// How many are forgotten in one commit.
const BATCH: u32 = 500;
/// How long an expired key is kept, so that its owner is told that it expired.
const KEPT: Duration = Duration::from_secs(60 * 60);

impl Iam {
    /// Forgets temporary access keys that expired an hour ago or earlier; gives how many. For a
    /// job of the server.
    pub async fn forget_expired_temporary_keys(&self) -> Result<usize, Error> {
        let before = self.now() - KEPT;
        let mut forgotten = 0;
        loop {
            let keys = self.directory().expired_temporary_keys(before, BATCH).await?;
            if keys.is_empty() {
                return Ok(forgotten);
            }
            let id = self.new_change_id();
            let event = AuditEvent {
                at: self.now(),
                account: None,
                origin: Origin { actor: Actor::Server, address: None, request_id: String::new() },
                action: "forget_expired_temporary_keys",
                object: None,
                outcome: Outcome::Done,
                detail: None,
                count: u32::try_from(keys.len()).unwrap_or(u32::MAX),
            };
            let changes = Changes::new(id, event);
            let changes =
                keys.iter().fold(changes, |all, key| all.remove(key.value.row(), key.version));
            if self.commit(id, changes).await? == Committed::Conflict {
                // Somebody else forgets them: the next time will do.
                return Ok(forgotten);
            }
            forgotten += keys.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, client, local};
    use crate::{LocalSignIn, TemporaryKeyOrder};

    #[tokio::test]
    async fn expired_ones_are_forgotten_after_an_hour() {
        let house = House::build().await;
        let (text, _) = house.iam.issue_token(LocalSignIn::default(), local()).await.unwrap();
        let caller = house.iam.authenticate_token(text.expose(), client(1)).await.unwrap();
        let lifetime = Duration::from_secs(900);
        let order = TemporaryKeyOrder { token: None, lifetime, policy: None };
        house.iam.create_temporary_key(&caller, &order).await.unwrap();

        house.clock.advance(Duration::from_secs(900 + 3600));
        assert_eq!(house.iam.forget_expired_temporary_keys().await.unwrap(), 0);

        house.clock.advance(Duration::from_millis(1));
        assert_eq!(house.iam.forget_expired_temporary_keys().await.unwrap(), 1);
        assert_eq!(house.directory.rows().temporary_keys(), []);
        assert_eq!(house.last_event().count, 1);
    }
}
