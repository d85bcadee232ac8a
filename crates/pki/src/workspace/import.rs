//! Imports the certificate that completes a Workspace transaction.

use ledger::{Author, CaId, ProjectId, Versioned};
use x509::{KeyAlgorithm, KeyUsage, Name};

use super::{Transaction, TransactionId, TransactionState};
use crate::authority::examine::Incoming;
use crate::authority::{Authority, Charging, Home, Kind, OcspSwitch, State};
use crate::commit::{Decisions, Settled};
use crate::crl::{Crl, CrlConfiguration, Sharding};
use crate::subject::PartOrder;
use crate::{DistinguishedName, Error, Field, Pki, Tags, profile};

/// A certificate for a transaction's key, and what the transaction was about.
#[derive(Clone, Debug)]
pub struct WorkspaceImport {
    /// The caller's key for the transaction.
    pub transaction: TransactionId,
    /// The subject, repeated.
    pub subject: DistinguishedName,
    /// The kind of the key, repeated.
    pub key_algorithm: KeyAlgorithm,
    /// The certificate, then optionally its chain: PEM with LF, CRLF or `\n` as two characters.
    pub pem: String,
    /// What its CRL is to be, where anybody says so.
    pub crl: Option<CrlConfiguration>,
}

impl Pki {
    /// Completes a transaction of `project`: its key becomes an authority.
    ///
    /// # Errors
    ///
    /// `TransactionNotFound`; `TransactionConflict` when it was completed before; what the rules
    /// refuse, which leaves it waiting.
    pub async fn import_workspace_authority(
        &self,
        author: &Author,
        project: ProjectId,
        import: WorkspaceImport,
    ) -> Result<CaId, Error> {
        let repeated = import.subject.to_name(PartOrder::Workspace)?;
        let id = CaId::generate(&*self.clock, &*self.random);
        let mut decisions = Decisions::default();
        loop {
            let Versioned { value: waiting, version } =
                self.waiting_transaction(author, project, &import.transaction).await?;
            let asked = waiting.distinguished_name.to_name(PartOrder::Workspace)?;
            check_repetition(&import, &repeated, &waiting, &asked)?;
            let incoming = Incoming::read_together(&with_line_ends(&import.pem))?;
            let Some(Versioned { value: key, .. }) = self.store.key(waiting.key).await? else {
                let now = self.waiting_transaction(author, project, &import.transaction).await?;
                if now.version == version {
                    return Err(Error::inconsistent("a transaction has no key"));
                }
                // It expired, and another one has taken its place since.
                continue;
            };
            let home = Home::Workspace(project);
            let accepted = self.accept(author.account, home, incoming, &key.public_key).await?;
            let now = self.clock.now();
            let mut event = author.event(now, "import_workspace_authority", id);
            event.detail = accepted.differences(&asked, &key.public_key);
            let authority = Authority {
                id,
                account: author.account,
                home,
                kind: Kind::Subordinate,
                distinguished_name: DistinguishedName::of(&accepted.issued.subject),
                key: Some(waiting.key),
                key_algorithm: waiting.key_algorithm,
                key_usage: profile::authority_usage(KeyUsage::EMPTY),
                enterprise_project: "0".to_owned(),
                charging: Charging::PayPerUse,
                ocsp: OcspSwitch::Off,
                created_at: now,
                tags: Tags::default(),
                state: State::active(accepted.issued.clone()),
            };
            // The id stays taken; the request has done its work.
            let state = TransactionState::Consumed(id);
            let consumed = Transaction { request: Vec::new(), state, ..waiting };
            let changes = self.changes(author, event).insert(authority).replace(consumed, version);
            let changes = match import.crl.clone() {
                Some(configuration) => changes.insert(Crl {
                    authority: id,
                    account: author.account,
                    configuration,
                    sharding: Sharding::Off,
                }),
                None => changes,
            };
            let changes = accepted.expected_by(changes);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(id);
            }
        }
    }

    /// The transaction of the author's account that still waits for its certificate.
    async fn waiting_transaction(
        &self,
        author: &Author,
        project: ProjectId,
        id: &TransactionId,
    ) -> Result<Versioned<Transaction>, Error> {
        let found = self.own_transaction(author, project, id).await?;
        let found = found.ok_or(Error::TransactionNotFound)?;
        match found.value.state {
            TransactionState::Consumed(_) => Err(Error::TransactionConflict(
                "the transaction is completed; start another one for another certificate",
            )),
            TransactionState::Pending if found.value.has_expired(self.clock.now()) => {
                Err(Error::TransactionNotFound)
            }
            TransactionState::Pending => Ok(found),
        }
    }
}

/// Compares what the caller repeats with the transaction, the subject's parts in any order.
fn check_repetition(
    import: &WorkspaceImport,
    repeated: &Name,
    waiting: &Transaction,
    asked: &Name,
) -> Result<(), Error> {
    if !repeated.matches_in_any_order(asked) {
        let problem = "the distinguished name is not that of the transaction's CSR";
        return Err(Error::invalid(Field::Subject, problem));
    }
    if import.key_algorithm != waiting.key_algorithm {
        let problem = "the key algorithm is not that of the transaction's CSR";
        return Err(Error::invalid(Field::KeyAlgorithm, problem));
    }
    Ok(())
}

/// PEM text in which somebody wrote line ends as a backslash and a letter.
fn with_line_ends(pem: &str) -> String {
    pem.replace("\\r\\n", "\n").replace("\\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_may_be_written_out() {
        assert_eq!(with_line_ends(r"a\nb\r\nc"), "a\nb\nc");
        assert_eq!(with_line_ends("a\r\nb\n"), "a\r\nb\n");
    }
}
