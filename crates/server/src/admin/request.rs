//! What is asked over the admin socket and what is answered: one JSON object a line each.

use std::path::PathBuf;

use pki::company::Company;
use serde::{Deserialize, Serialize};

use super::{
    CredentialOrder, DirectoryOrder, Event, ExplainOrder, Explained, Secret, ShardsOrder, ShownKey,
    ShownPolicy, ShownUser,
};
use crate::credentials::Credentials;
use crate::failure::Failure;
use crate::rotation::{Others, Rotated, Stage};

/// An administrative act.
#[derive(Debug, Deserialize, Serialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Request {
    /// `cinnabar account create`
    AccountCreate {
        /// The account's name.
        name: String,
        /// After which its project is named.
        region: String,
        /// Its enterprise profile.
        company: Option<CompanyFields>,
    },
    /// `cinnabar account set-company`
    AccountSetCompany {
        /// The account's name; `None` is the first.
        account: Option<String>,
        /// Its enterprise profile.
        company: CompanyFields,
    },
    /// `cinnabar audit list`
    AuditList {
        /// Only events of the account of this name.
        account: Option<String>,
        /// How many at most.
        limit: u32,
    },
    /// `cinnabar crl shards`
    CrlShards(ShardsOrder),
    /// `cinnabar policy explain`
    PolicyExplain(Box<ExplainOrder>),
    /// `cinnabar master-key rotate`
    MasterKeyRotate {
        /// How deep.
        depth: RotationDepth,
        /// The file of the new key, from the root on.
        new_key_file: Option<PathBuf>,
        /// What is known of other servers.
        others: Others,
    },
    /// How far `cinnabar master-key rotate --deep` is.
    MasterKeyProgress,
    /// `cinnabar access-key …` and `cinnabar user set-password`
    Credentials(Box<CredentialOrder>),
    /// `cinnabar user …` and `cinnabar policy …`
    Directory(Box<DirectoryOrder>),
    /// `cinnabar token`
    Token {
        /// The account's name; `None` is the first.
        account: Option<String>,
        /// The user's name; `None` is the account's first.
        user: Option<String>,
        /// What the token is good for.
        scope: Scope,
        /// How long it lives.
        seconds: u64,
    },
}

/// How deep a rotation goes.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RotationDepth {
    /// Everything is sealed again.
    Deep,
    /// Only the data keys are wrapped again.
    MasterKey,
}

/// What a token is good for.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    /// The whole account.
    Domain,
    /// The account's project of this name; `None` is its first.
    Project(Option<String>),
}

/// The fields of an enterprise profile.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyFields {
    country: String,
    province: String,
    city: String,
    name: String,
}

impl From<Company> for CompanyFields {
    fn from(company: Company) -> Self {
        let Company { country, province, city, name } = company;
        Self { country, province, city, name }
    }
}

impl From<CompanyFields> for Company {
    fn from(fields: CompanyFields) -> Self {
        let CompanyFields { country, province, city, name } = fields;
        Self { country, province, city, name }
    }
}

/// The outcome of an act.
#[derive(Deserialize, Serialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Access keys of a user.
    AccessKeys {
        /// The keys.
        keys: Vec<ShownKey>,
    },
    /// A new account's credentials.
    Credentials(Box<Credentials>),
    /// It was done.
    Done,
    /// A part of the audit trail, newest first.
    Events {
        /// The events.
        events: Vec<Event>,
    },
    /// A decision, explained.
    Explanation(Box<Explained>),
    /// It was done to an access key of this user.
    KeyOf {
        /// The user's name.
        user: String,
        /// Its account's name.
        account: String,
    },
    /// A password that was made.
    Password {
        /// It.
        password: Secret,
    },
    /// Policies.
    Policies {
        /// The policies.
        policies: Vec<ShownPolicy>,
    },
    /// It was not done.
    Refused {
        /// Why.
        error: String,
        /// What to do about it.
        hint: String,
    },
    /// How far the sealing in the background is.
    Resealing {
        /// How far.
        stage: Stage,
    },
    /// The master key was changed.
    Rotated {
        /// What has become of it.
        rotated: Rotated,
        /// What is left to be done.
        left: Option<String>,
    },
    /// A new token.
    Token {
        /// Its text.
        token: String,
    },
    /// Users.
    Users {
        /// The users.
        users: Vec<ShownUser>,
    },
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        Self::Refused { error: failure.to_string(), hint: failure.hint() }
    }
}
