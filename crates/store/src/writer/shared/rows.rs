//! The rows that the change sets of a transaction rest on: locked, and read at their versions.

use std::collections::{BTreeMap, HashMap};

use ledger::{ChangeId, Parts, RowId, Table, Version};
use tokio_postgres::types::Type;

use super::gates::{self, Lock};
use crate::Record;
use crate::sql::postgres::{Column, Given, Session, Step};
use crate::sql::{self, Value};

/// The rows, each with the strongest lock that it needs.
#[derive(Default)]
pub(super) struct Rows(BTreeMap<RowId, Lock>);

impl Rows {
    /// Those that a change set rests on. What it inserts is not there to be locked.
    pub(super) fn add(&mut self, changes: &Parts<Record>) {
        for expectation in &changes.expectations {
            self.lock(expectation.row.clone(), Lock::Expected);
        }
        for row in changes.replacements.iter().filter_map(|one| one.record.row()) {
            self.lock(row, Lock::Replaced);
        }
        for removal in &changes.removals {
            self.lock(removal.row.clone(), Lock::Removed);
        }
    }

    fn lock(&mut self, row: RowId, lock: Lock) {
        let strongest = self.0.entry(row).or_insert(lock);
        *strongest = lock.max(*strongest);
    }

    /// The statements that lock and read them; the transaction is known by `transaction`.
    pub(super) fn steps(&self, session: &Session, transaction: ChangeId) -> sql::Result<Vec<Step>> {
        let rows = self.0.iter().map(|(row, lock)| (row, *lock));
        let mut steps = vec![gates::taken(session, transaction, rows)?];
        for ((table, lock), rows) in self.kinds() {
            let statement = session.prepare(&statement(table, lock))?.statement().clone();
            let params = if has_two_keys(table) {
                let halves =
                    || rows.iter().map(|row| row.key.split_once('/').unwrap_or((&row.key, "")));
                vec![
                    Column::of(Type::TEXT, halves().map(|(first, _)| Value::Text(first)))?,
                    Column::of(Type::TEXT, halves().map(|(_, second)| Value::Text(second)))?,
                ]
            } else {
                vec![Column::of(Type::TEXT, rows.iter().map(|row| Value::Text(&row.key)))?]
            };
            steps.push(Step::Query(statement, params));
        }
        Ok(steps)
    }

    /// The versions, from what the statements after the gates have given. A row that is not there has
    /// none.
    pub(super) fn versions(
        &self,
        given: impl Iterator<Item = Given>,
    ) -> sql::Result<HashMap<RowId, Option<Version>>> {
        let mut versions: HashMap<RowId, Option<Version>> =
            self.0.keys().map(|row| (row.clone(), None)).collect();
        for ((table, _), given) in self.kinds().into_keys().zip(given) {
            let Given::Rows(found) = given else { continue };
            for row in &found {
                let row_id = RowId { table, key: row.try_get(0)? };
                versions.insert(row_id, Some(Version(row.try_get(1)?)));
            }
        }
        Ok(versions)
    }

    /// By table and lock, in an order that is the same for everybody.
    fn kinds(&self) -> BTreeMap<(Table, Lock), Vec<&RowId>> {
        let mut kinds = BTreeMap::<_, Vec<&RowId>>::new();
        for (row, lock) in &self.0 {
            kinds.entry((row.table, *lock)).or_default().push(row);
        }
        kinds
    }
}

/// Locks and reads rows by their keys, in the order of the keys. A row that is to be replaced keeps its
/// key, so others may go on to refer to it.
fn statement(table: Table, lock: Lock) -> String {
    let (name, key) = table_and_key(table);
    let lock = match lock {
        Lock::Expected => "SHARE",
        Lock::Replaced => "NO KEY UPDATE",
        Lock::Removed => "UPDATE",
    };
    match key {
        Key::One(key) => format!(
            "SELECT {key}, version FROM {name} WHERE {key} = ANY($1) ORDER BY {key} FOR {lock}"
        ),
        Key::Two(first, second) => format!(
            "SELECT {name}.{first} || '/' || {name}.{second}, {name}.version
             FROM unnest($1::text[], $2::text[]) AS wanted (a, b)
             JOIN {name} ON {name}.{first} = wanted.a AND {name}.{second} = wanted.b
             ORDER BY {name}.{first}, {name}.{second} FOR {lock} OF {name}"
        ),
    }
}

/// The columns of a primary key.
enum Key {
    One(&'static str),
    Two(&'static str, &'static str),
}

fn has_two_keys(table: Table) -> bool {
    matches!(table_and_key(table).1, Key::Two(..))
}

fn table_and_key(table: Table) -> (&'static str, Key) {
    match table {
        Table::AccessKeys => ("access_keys", Key::One("access")),
        Table::Accounts => ("accounts", Key::One("id")),
        Table::Agencies => ("agencies", Key::One("account")),
        Table::Attachments => ("attachments", Key::One("id")),
        Table::Authorities => ("authorities", Key::One("id")),
        Table::Certificates => ("private_certificates", Key::One("id")),
        Table::Companies => ("companies", Key::One("account")),
        Table::CrlHeads => ("crl_heads", Key::One("list")),
        Table::CrlPlaces => ("crl_places", Key::One("id")),
        Table::Crls => ("crls", Key::One("authority")),
        Table::Csrs => ("csrs", Key::One("id")),
        Table::Groups => ("user_groups", Key::One("id")),
        Table::Keys => ("keys", Key::One("id")),
        Table::Leases => ("leases", Key::One("name")),
        Table::Memberships => ("memberships", Key::One("id")),
        Table::Policies => ("policies", Key::One("id")),
        Table::Projects => ("projects", Key::One("id")),
        Table::Responders => ("responders", Key::One("authority")),
        Table::Revocations => ("revocations", Key::Two("issuer", "serial")),
        Table::TemporaryKeys => ("temporary_keys", Key::One("access")),
        Table::Tokens => ("tokens", Key::One("digest")),
        Table::Users => ("users", Key::One("id")),
        Table::WorkspaceTransactions => ("workspace_transactions", Key::Two("project", "id")),
    }
}
