//! The table `workspace_transactions`.

use ledger::{CaId, ProjectId, Timestamp, Version, Versioned};
use pki::workspace::{Transaction, TransactionId, TransactionState};

use super::columns::Columns;
use super::{distinguished_names, select};
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "version, id, project, account, common_name, country, province, locality, \
     organization, organizational_unit, key_algorithm, hash, key_id, request, created_at, state, \
     authority";

/// How many waiting transactions of a project are read at most.
const WAITING: u32 = 100;

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Transaction> {
    Ok(Transaction {
        id: columns.parse()?,
        project: columns.parse()?,
        account: columns.parse()?,
        distinguished_name: distinguished_names::from_columns(columns)?,
        key_algorithm: columns.parse()?,
        hash: columns.parse()?,
        key: columns.parse()?,
        request: columns.take()?,
        created_at: columns.time()?,
        state: state(columns)?,
    })
}

fn state(columns: &mut Columns<'_>) -> sql::Result<TransactionState> {
    let state: String = columns.take()?;
    match (state.as_str(), columns.parse_optional()?) {
        ("consumed", Some(authority)) => Ok(TransactionState::Consumed(authority)),
        ("pending", None) => Ok(TransactionState::Pending),
        _ => Err(columns.impossible("state of a transaction")),
    }
}

/// The values of the columns `state` and `authority`.
fn state_columns(state: &TransactionState) -> (&'static str, Option<String>) {
    match state {
        TransactionState::Consumed(authority) => ("consumed", Some(CaId::to_string(authority))),
        TransactionState::Pending => ("pending", None),
    }
}

pub(crate) fn insert(connection: &Connection, transaction: &Transaction) -> sql::Result<()> {
    let sql = "INSERT INTO workspace_transactions
                   (project, id, version, account, common_name, country, province, locality,
                    organization, organizational_unit, key_algorithm, hash, key_id, created_at,
                    state, authority, request)
               VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    let name = &transaction.distinguished_name;
    let (state, authority) = state_columns(&transaction.state);
    connection.prepare_cached(sql)?.execute(params![
        transaction.project.to_string(),
        transaction.id.to_string(),
        transaction.account.to_string(),
        name.common_name,
        name.country,
        name.state,
        name.locality,
        name.organization,
        name.organizational_unit,
        transaction.key_algorithm.as_str(),
        transaction.hash.as_str(),
        transaction.key.to_string(),
        transaction.created_at.as_millis(),
        state,
        authority,
        transaction.request,
    ])?;
    Ok(())
}

/// Replaces everything but what names it: an expired one gives its place to another request.
pub(crate) fn replace(
    connection: &Connection,
    transaction: &Transaction,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE workspace_transactions SET version = version + 1, account = ?4,
                   common_name = ?5, country = ?6, province = ?7, locality = ?8,
                   organization = ?9, organizational_unit = ?10, key_algorithm = ?11, hash = ?12,
                   key_id = ?13, created_at = ?14, state = ?15, authority = ?16, request = ?17
               WHERE project = ?1 AND id = ?2 AND version = ?3";
    let name = &transaction.distinguished_name;
    let (state, authority) = state_columns(&transaction.state);
    connection.prepare_cached(sql)?.execute(params![
        transaction.project.to_string(),
        transaction.id.to_string(),
        read_at.0,
        transaction.account.to_string(),
        name.common_name,
        name.country,
        name.state,
        name.locality,
        name.organization,
        name.organizational_unit,
        transaction.key_algorithm.as_str(),
        transaction.hash.as_str(),
        transaction.key.to_string(),
        transaction.created_at.as_millis(),
        state,
        authority,
        transaction.request,
    ])
}

pub(crate) fn by_id(
    connection: &Connection,
    project: ProjectId,
    id: &TransactionId,
) -> sql::Result<Option<Versioned<Transaction>>> {
    let sql =
        format!("SELECT {COLUMNS} FROM workspace_transactions WHERE project = ?1 AND id = ?2");
    select::one(connection, &sql, params![project.to_string(), id.to_string()], from_columns)
}

/// The transactions of a project that wait for a certificate, oldest first.
pub(crate) fn waiting(
    connection: &Connection,
    project: ProjectId,
) -> sql::Result<Vec<Versioned<Transaction>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM workspace_transactions WHERE project = ?1 AND state = 'pending'
         ORDER BY created_at, id LIMIT {WAITING}"
    );
    select::all(connection, &sql, [project.to_string()], from_columns)
}

/// The transactions of all projects that were created at `created` or before and still wait for a
/// certificate, oldest first. The state stands in the statement, not in a parameter, so that the
/// partial index serves it.
pub(crate) fn waiting_since(
    connection: &Connection,
    created: Timestamp,
    limit: u32,
) -> sql::Result<Vec<Versioned<Transaction>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM workspace_transactions
         WHERE state = 'pending' AND created_at <= ?1 ORDER BY created_at, project, id LIMIT ?2"
    );
    select::all(connection, &sql, params![created.as_millis(), limit], from_columns)
}
