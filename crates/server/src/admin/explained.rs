//! What `cinnabar policy explain` answers.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

/// A decision, with all that bears on it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Explained {
    /// Whether it may be done.
    pub(crate) allowed: bool,
    /// What decided, in a sentence.
    pub(crate) reason: String,
    /// The user's name.
    pub(crate) user: String,
    /// The account's name.
    pub(crate) account: String,
    /// The action's name.
    pub(crate) action: String,
    /// The resource's name; `None` when policies cannot name it.
    pub(crate) resource: Option<String>,
    /// The statements about the action.
    pub(crate) statements: Vec<StatementLine>,
    /// The policies that are attached where they do not count for this action.
    pub(crate) elsewhere: Vec<ElsewhereLine>,
    /// The statements that name actions which this server does not have.
    pub(crate) idle: Vec<IdleLine>,
}

/// A statement that does nothing for some of the actions that it names.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct IdleLine {
    /// The statement.
    pub(crate) statement: String,
    /// The names.
    pub(crate) actions: Vec<String>,
}

/// A statement about the action.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct StatementLine {
    /// The policy's name.
    pub(crate) policy: String,
    /// The group through which it reaches the user.
    pub(crate) group: Option<String>,
    /// The statement's position in the document, from 1.
    pub(crate) statement: usize,
    /// Its name.
    pub(crate) sid: Option<String>,
    /// `Allow` or `Deny`.
    pub(crate) effect: String,
    /// Whether it matches, or why not.
    pub(crate) outcome: String,
}

/// A policy that counts elsewhere.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ElsewhereLine {
    /// Its name.
    pub(crate) policy: String,
    /// Where it counts: `domain`, `project:ID`, `all_projects`.
    pub(crate) reach: String,
}

impl StatementLine {
    /// Which statement of which policy.
    pub(crate) fn place(&self) -> String {
        let mut text = format!("statement {}", self.statement);
        if let Some(sid) = &self.sid {
            let _ = write!(text, " ({sid:?})");
        }
        let _ = write!(text, " of policy {:?}", self.policy);
        if let Some(group) = &self.group {
            let _ = write!(text, " through group {group:?}");
        }
        text
    }
}

impl Explained {
    /// For people.
    pub(crate) fn text(&self) -> String {
        let verdict = if self.allowed { "allowed" } else { "denied" };
        let mut text = format!("{verdict}: {}\n\n", self.reason);
        let _ = writeln!(text, "user      {} of account {}", self.user, self.account);
        let _ = writeln!(text, "action    {}", self.action);
        if let Some(resource) = &self.resource {
            let _ = writeln!(text, "resource  {resource}");
        }
        if !self.statements.is_empty() {
            text.push_str("\nStatements about this action:\n");
        }
        for line in &self.statements {
            let _ = writeln!(text, "  {} by {}: {}", line.effect, line.place(), line.outcome);
        }
        if !self.elsewhere.is_empty() {
            text.push_str("\nPolicies that do not count for this action:\n");
        }
        for line in &self.elsewhere {
            let _ = writeln!(text, "  {:?}, attached for {}", line.policy, line.reach);
        }
        if !self.idle.is_empty() {
            text.push_str("\nNames of actions that this server does not have:\n");
        }
        for line in &self.idle {
            let _ = writeln!(text, "  {}: {}", line.statement, line.actions.join(", "));
        }
        text
    }
}
