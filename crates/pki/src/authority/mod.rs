//! A certificate authority: what it is, its states and its pure rules.

mod accept;
mod activate;
mod certificate_of_any;
mod change_phase;
mod create;
mod delete;
mod destroy;
pub(crate) mod examine;
mod export;
mod fill_order;
mod import;
pub(crate) mod issue;
pub(crate) mod issuing;
pub(crate) mod lineage;
mod list;
mod order;
mod quota;
mod request;
pub(crate) mod revoke;
mod search;
mod show;
mod state;
mod write_tags;

pub use activate::Activation;
pub use create::{Issuance, NewAuthority, Plan};
pub use delete::{Deletion, PendingDays};
pub use export::ExportedAuthority;
pub(crate) use export::{Exports, no_exports};
pub use import::Import;
pub use list::{AuthorityFilter, AuthorityOrder, AuthorityQuery, Direction};
pub use order::{Order, Ordered};
pub use quota::QuotaUse;
pub use show::AuthorityView;
pub use state::{Phase, State, Status};

use ledger::{AccountId, CaId, KeyId, ProjectId, RowId, Table, Timestamp};
use x509::extension::KeyUsage;
use x509::key::{HashAlgorithm, KeyAlgorithm};
use x509::name::Name;
use x509::serial::SerialNumber;

use crate::{DistinguishedName, Tags};

/// Through which API an authority lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Home {
    /// Private CA; counted in the account's quota.
    PrivateCa,
    /// Nowhere here: somebody else has its key, and only its certificate was made here, from a
    /// request. Private CA shows and exports, revokes and deletes it; it is in no list and no quota
    /// and issues nothing.
    Outside,
    /// Workspace, in this project; never seen by Private CA calls, nor in their quota.
    Workspace(ProjectId),
}

/// Whether an authority signs itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Self-signed.
    Root,
    /// Signed by another authority.
    Subordinate,
}

/// How an authority is paid for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Charging {
    /// By what it does.
    PayPerUse,
    /// In advance, with an order.
    Prepaid,
}

/// Whether OCSP tells of what an authority issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OcspSwitch {
    /// Nobody is answered.
    Off,
    /// Answers are signed by a responder of the authority (RFC 6960 §4.2.2.2).
    On,
}

/// How an authority or a certificate came about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum GenerationMode {
    /// Issued here for a certification request.
    Csr,
    /// Issued here.
    Generate,
    /// Signed elsewhere and imported.
    Import,
}

/// Who signed an authority's certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Issuer {
    /// An authority of the same account.
    Authority(CaId),
    /// The authority itself: a root.
    Itself,
    /// Somebody that this account does not know.
    Outside,
}

/// The certificate of an authority and what is read from it. It never changes.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Who signed it.
    pub issuer: Issuer,
    /// The issuer's common name; `None` for a root.
    pub issuer_name: Option<String>,
    /// How it came here.
    pub mode: GenerationMode,
    /// The hash of its signature.
    pub hash: HashAlgorithm,
    /// Its serial number.
    pub serial: SerialNumber,
    /// Start of its validity, a whole second.
    pub not_before: Timestamp,
    /// End of its validity, a whole second.
    pub not_after: Timestamp,
    /// Its own pathLenConstraint.
    pub path_length: Option<u8>,
    /// How many authorities may follow below, over the whole known chain: the least of its own
    /// pathLenConstraint and one less than its issuer's; `None` is no bound.
    pub effective_path_length: Option<u8>,
    /// Its subject, as certificates below it name their issuer.
    pub subject: Name,
    /// Its subject key identifier, as certificates below it name their issuer's key.
    pub key_identifier: Vec<u8>,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// The imported certificates above it, nearest first, DER. Empty when the issuer is known here.
    pub imported_chain: Vec<Vec<u8>>,
}

/// What policies ask about an authority.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuthorityAttributes {
    /// Through which API it lives.
    pub home: Home,
    /// The enterprise project; `0` is the default one.
    pub enterprise_project: String,
    /// What its users wrote on it.
    pub tags: Tags,
    /// When it is to be deleted, if that is scheduled.
    pub deletion_time: Option<Timestamp>,
}

/// A certificate authority.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its identifier.
    pub id: CaId,
    /// Whose it is.
    pub account: AccountId,
    /// Through which API it lives.
    pub home: Home,
    /// Root or subordinate.
    pub kind: Kind,
    /// The subject as it was asked for; an imported certificate's subject replaces it.
    pub distinguished_name: DistinguishedName,
    /// Its key; `None` where it is elsewhere, or not made yet.
    pub key: Option<KeyId>,
    /// The kind of its key.
    pub key_algorithm: KeyAlgorithm,
    /// The key usages asked for, used at activation.
    pub key_usage: KeyUsage,
    /// The enterprise project; `0` is the default one.
    pub enterprise_project: String,
    /// How it is paid for.
    pub charging: Charging,
    /// Whether OCSP tells of what it issued.
    pub ocsp: OcspSwitch,
    /// When it was created.
    pub created_at: Timestamp,
    /// What its users wrote on it.
    pub tags: Tags,
    /// What it can do.
    pub state: State,
}

impl Authority {
    /// The row of this authority.
    pub fn row(&self) -> RowId {
        RowId::new(Table::Authorities, self.id)
    }

    /// The path length that the API shows: 7 for a root and for an imported certificate that sets
    /// no bound; none while there is no certificate.
    pub fn shown_path_length(&self) -> Option<u8> {
        self.issued().map(|issued| crate::path_length::shown(issued.path_length))
    }
}
