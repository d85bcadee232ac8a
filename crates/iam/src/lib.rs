//! Who may do it: accounts, projects, users, access keys, tokens and request signatures.
//!
//! [`Iam`] has the operations. It reads and writes through the port [`Directory`], opens
//! access-key secrets through [`SecretSeal`], and knows neither HTTP nor SQL nor JSON.

mod access_key;
mod account;
mod address;
mod administration;
mod attached_policy;
mod authenticate;
mod caller;
mod create_account;
mod directory;
mod error;
mod iam;
mod issue;
mod password;
mod project;
mod record;
mod recorded_event;
mod refusals;
mod scope;
mod seal;
mod session;
mod settings;
mod sign_in;
pub mod signature;
mod state;
#[cfg(test)]
mod testing;
mod throttle;
mod token;
mod tokens;
mod user;

pub use access_key::AccessKey;
pub use account::Account;
pub use administration::LocalSignIn;
pub use attached_policy::{AttachedPolicy, Reach};
pub use caller::{Caller, Shown};
pub use create_account::{Bootstrap, NewAccount};
pub use directory::{Credential, Directory};
pub use error::Error;
pub use iam::{Iam, Ports};
pub use password::PasswordCost;
pub use project::{Project, ProjectFilter};
pub use record::Record;
pub use recorded_event::{EventPosition, RecordedEvent};
pub use scope::{Named, RequestedScope, ScopeHeaders};
pub use seal::{SealError, SecretSeal};
pub use session::Session;
pub use settings::Settings;
pub use sign_in::PasswordSignIn;
pub use signature::{Authorization, SignedRequest};
pub use state::State;
pub use token::{Method, Scope, Token, TokenDigest, TokenText};
pub use user::{Standing, User};
