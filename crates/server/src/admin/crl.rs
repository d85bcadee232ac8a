//! Administration of CRLs.

use ledger::{Author, Expectation, Origin};
use pki::crl::Sharding;
use serde::{Deserialize, Serialize};

use super::request::Answer;
use crate::failure::Failure;
use crate::installation::Installation;

/// `cinnabar crl shards`: what is asked.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShardsOrder {
    /// The account's name; `None` is the first.
    pub(crate) account: Option<String>,
    /// The authority's identifier.
    pub(crate) authority: String,
    /// Whether new certificates point to shards.
    pub(crate) sharding: ShardsAsked,
}

/// Whether new certificates point to shards.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShardsAsked {
    /// To the complete CRL.
    Off,
    /// To shards.
    On,
}

const NO_AUTHORITY: &str = "it is what the API shows as ca_id; --account names the account it is in, \
                            else it is the first one";

const HINT: &str = "switch the CRLs of the authority on first, through the API of its account; \
                    --account names another account";

impl Installation {
    /// Switches shards of an authority's CRL.
    pub(super) async fn set_shards(
        &self,
        order: ShardsOrder,
        origin: Origin,
    ) -> Result<Answer, Failure> {
        let account = self.account(order.account.as_deref()).await?;
        let expectations = vec![Expectation { row: account.value.row(), version: account.version }];
        let author = Author { account: account.value.id, origin, expectations };
        let authority = order.authority.parse().map_err(|_| Failure::Invalid {
            problem: format!("{} is no identifier of an authority", order.authority),
            hint: "it is what the API shows as ca_id",
        })?;
        let sharding = match order.sharding {
            ShardsAsked::Off => Sharding::Off,
            ShardsAsked::On => Sharding::On,
        };
        let pki = self.pki(pki::Settings::default());
        match pki.set_crl_sharding(&author, authority, sharding).await {
            Ok(()) => Ok(Answer::Done),
            Err(pki::Error::Internal(cause)) => {
                Err(Failure::Internal { what: "the operation failed", cause })
            }
            Err(pki::Error::AuthorityNotFound(id)) => Err(Failure::Invalid {
                problem: format!(
                    "certificate authority {id} does not exist in account {}",
                    account.value.name
                ),
                hint: NO_AUTHORITY,
            }),
            Err(refused) => Err(Failure::Invalid { problem: refused.to_string(), hint: HINT }),
        }
    }
}
