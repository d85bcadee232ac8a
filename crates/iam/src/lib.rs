//! Who may do it: accounts, projects, users, access keys, tokens and request signatures.
//!
//! [`Iam`] has the operations. It reads and writes through the port [`Directory`], opens
//! access-key secrets through [`SecretSeal`], and knows neither HTTP nor SQL; of JSON only policy
//! documents.

mod access_key;
mod account;
mod address;
mod administration;
mod attached_policy;
mod attachment;
mod authenticate;
mod bounds;
mod caller;
mod create_account;
mod custom_policy;
mod directory;
mod error;
mod group;
mod iam;
mod issue;
mod kept;
mod measure;
mod membership;
mod naming;
mod network;
mod password;
pub mod policy;
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
mod temporary_key;
#[cfg(test)]
mod testing;
mod thing;
mod throttle;
mod token;
mod tokens;
mod user;

pub use access_key::{AccessKey, AccessKeyChange, NewAccessKey};
pub use account::Account;
pub use address::Source;
pub use administration::LocalSignIn;
pub use attached_policy::{AttachedPolicy, Reach, ReachError};
pub use attachment::{Attachment, AttachmentFilter, PolicyRef, Principal};
pub use caller::{Caller, Shown};
pub use create_account::{Bootstrap, NewAccount};
pub use custom_policy::{
    Activation, CustomPolicy, NewPolicy, PolicyChange, PolicyFilter, PolicyKind, PolicyVersion,
};
pub use directory::{Credential, Directory};
pub use error::Error;
pub use group::{Group, GroupChange, GroupFilter};
pub use iam::{Iam, Ports};
pub use measure::describe_metrics;
pub use membership::Membership;
pub use network::{Network, NetworkError};
pub use password::{PasswordChange, PasswordCost};
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
pub use temporary_key::{NewTemporaryKey, TemporaryKey, TemporaryKeyOrder, TemporarySession};
pub use thing::Thing;
pub use token::{Method, Scope, Token, TokenDigest, TokenText};
pub use user::{NewUser, Standing, User, UserChange, UserFilter};
