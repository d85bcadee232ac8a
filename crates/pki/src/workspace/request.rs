//! Makes the certification request of a Workspace authority.

use ledger::{Author, ProjectId, Timestamp, Versioned};
use x509::{HashAlgorithm, KeyAlgorithm, KeyUsage, RequestFields};

use super::expiry::Room;
use super::{Transaction, TransactionId, TransactionState};
use crate::commit::{Decisions, Settled};
use crate::keys::signature_algorithm;
use crate::subject::PartOrder;
use crate::{DistinguishedName, Error, KeyPurpose, Pki, profile};

/// What a Workspace authority is asked to be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WorkspaceRequest {
    /// The caller's key for the transaction.
    pub transaction: TransactionId,
    /// The subject: all six parts.
    pub subject: DistinguishedName,
    /// The kind of its key.
    pub key_algorithm: KeyAlgorithm,
    /// The hash of the request's signature.
    pub hash: HashAlgorithm,
}

/// What a request means for the transaction that already has its id.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Reuse {
    /// The transaction has expired; the id is free again.
    Expired,
    /// It is the same request again.
    SameAgain,
}

/// Where a new transaction goes.
enum Place {
    /// To a place of its own.
    Free(Room),
    /// To that of an expired one with the same id, which still counts.
    Of(Box<Versioned<Transaction>>),
}

impl Pki {
    /// Makes a key and a certification request (DER) for a Workspace authority of `project`; the
    /// same transaction with the same content gives the same bytes again.
    ///
    /// # Errors
    ///
    /// `TransactionConflict` when the id was used for something else; `QuotaReached` when the
    /// project has three; what the rules refuse.
    pub async fn workspace_request(
        &self,
        author: &Author,
        project: ProjectId,
        request: WorkspaceRequest,
    ) -> Result<Vec<u8>, Error> {
        let subject = request.subject.to_name(PartOrder::Workspace)?;
        signature_algorithm(request.key_algorithm, request.hash)?;
        let mut decisions = Decisions::default();
        let mut made_key = None;
        loop {
            let now = self.clock.now();
            let present = self.own_transaction(author, project, &request.transaction).await?;
            if let Some(present) = &present
                && reuse(&present.value, &request, now)? == Reuse::SameAgain
            {
                return Ok(present.value.request.clone());
            }
            let place = match present {
                Some(expired) => Place::Of(Box::new(expired)),
                None => Place::Free(self.find_room(project, now).await?),
            };
            let key = match made_key.take() {
                Some(key) => key,
                None => {
                    let purpose = KeyPurpose::Authority;
                    self.new_key(author.account, purpose, request.key_algorithm).await?
                }
            };
            let extensions = profile::requested_by_authority(KeyUsage::EMPTY);
            let fields =
                RequestFields { subject: &subject, public_key: &key.public_key, extensions };
            let transaction = Transaction {
                id: request.transaction.clone(),
                project,
                account: author.account,
                distinguished_name: request.subject.clone(),
                key_algorithm: request.key_algorithm,
                hash: request.hash,
                key: key.binding.id,
                request: self.signed_request(&key, request.hash, fields).await?,
                created_at: now,
                state: TransactionState::Pending,
            };
            let der = transaction.request.clone();
            let event = author.event(now, "request_workspace_authority", transaction.object());
            let changes = self.changes(author, event).insert(key.clone());
            let changes = match place {
                Place::Of(expired) => self
                    .without_expired(changes, author, &expired.value, now)
                    .await?
                    .replace(transaction, expired.version),
                Place::Free(room) => {
                    self.taking(room, changes.insert(transaction), author, now).await?
                }
            };
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(der);
            }
            made_key = Some(self.used_again(key)?);
        }
    }

    /// The transaction of the author's account with this id.
    pub(super) async fn own_transaction(
        &self,
        author: &Author,
        project: ProjectId,
        id: &TransactionId,
    ) -> Result<Option<Versioned<Transaction>>, Error> {
        let found = self.store.transaction(project, id).await?;
        Ok(found.filter(|found| found.value.account == author.account))
    }
}

/// Whether an id that is taken may serve this request.
///
/// # Errors
///
/// `TransactionConflict` when it may not.
fn reuse(
    present: &Transaction,
    request: &WorkspaceRequest,
    now: Timestamp,
) -> Result<Reuse, Error> {
    if let TransactionState::Consumed(_) = present.state {
        return Err(Error::TransactionConflict(
            "the transaction is completed; use another transaction_id",
        ));
    }
    if present.has_expired(now) {
        return Ok(Reuse::Expired);
    }
    let same = present.distinguished_name == request.subject
        && present.key_algorithm == request.key_algorithm
        && present.hash == request.hash;
    if same {
        return Ok(Reuse::SameAgain);
    }
    Err(Error::TransactionConflict(
        "the transaction_id was used for another request; use another one",
    ))
}
