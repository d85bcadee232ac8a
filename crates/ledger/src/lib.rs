//! What every change is made of: time, randomness, identifiers, audit events and the change set.
//!
//! `iam` and `pki` decide; what they decided becomes a [`Changes`] value that a store makes durable
//! in one commit, together with the audit events that explain it. This crate knows neither what a
//! user nor what a certificate authority is.

mod audit;
mod author;
mod changes;
mod clock;
mod commit;
mod epoch;
mod id;
mod random;
mod row;
mod spans;
pub mod system;
mod timestamp;

pub use audit::{Actor, AuditEvent, Origin, Outcome};
pub use author::Author;
pub use changes::{Changes, Parts, Removal, Replacement};
pub use clock::Clock;
pub use commit::{CommitError, StoreError};
pub use epoch::Epoch;
pub use id::{
    AccountId, AgencyId, CaId, CertificateId, ChangeId, CrlBodyId, CsrId, GroupId, IdError, KeyId,
    PolicyId, ProjectId, RequestId, UserId,
};
pub use random::Random;
pub use row::{Addition, Counter, Expectation, Quota, RowId, Table, Version, Versioned};
pub use spans::SPANS;
pub use timestamp::Timestamp;
