//! What is asked of policies.

use super::{Action, Context, Urn};

/// May this be done? The one question that policies answer.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is to be done.
    pub action: Action,
    /// To what: `None` for actions whose resource policies cannot name.
    pub resource: Option<Urn>,
    /// In which circumstances.
    pub context: Context,
}
