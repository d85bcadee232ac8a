//! The tables `policies` and `policy_versions`.

use iam::{CustomPolicy, PolicyFilter, PolicyVersion};
use ledger::{PolicyId, Version, Versioned};

use super::columns::Columns;
use super::texts::Text;
use crate::sql::{self, Connection, Params, params};

/// The policy's columns, then those of one of its versions.
const COLUMNS: &str = "policies.version, policies.id, policies.account, policies.name, \
     policies.description, policies.kind, policies.default_version, policies.latest_version, \
     policies.created_at, policies.updated_at, policy_versions.number, policy_versions.document, \
     policy_versions.created_at";

/// A policy with one of its versions.
fn from_columns(columns: &mut Columns<'_>) -> sql::Result<CustomPolicy> {
    Ok(CustomPolicy {
        id: columns.parse()?,
        account: columns.parse()?,
        name: columns.take()?,
        description: columns.take()?,
        kind: columns.choose()?,
        default_version: columns.take()?,
        latest_version: columns.take()?,
        created_at: columns.time()?,
        updated_at: columns.time()?,
        versions: vec![PolicyVersion {
            number: columns.take()?,
            document: columns.take()?,
            created_at: columns.time()?,
        }],
    })
}

pub(crate) fn insert(connection: &Connection, policy: &CustomPolicy) -> sql::Result<()> {
    let sql = "INSERT INTO policies
                   (id, version, account, name, description, kind, default_version,
                    latest_version, created_at, updated_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    connection.prepare_cached(sql)?.execute(params![
        policy.id.to_string(),
        policy.account.to_string(),
        policy.name,
        policy.description,
        policy.kind.text(),
        policy.default_version,
        policy.latest_version,
        policy.created_at.as_millis(),
        policy.updated_at.as_millis(),
    ])?;
    insert_versions(connection, policy)
}

fn insert_versions(connection: &Connection, policy: &CustomPolicy) -> sql::Result<()> {
    let sql = "INSERT INTO policy_versions (policy, number, document, created_at)
               VALUES (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql)?;
    for version in &policy.versions {
        statement.execute(params![
            policy.id.to_string(),
            version.number,
            version.document,
            version.created_at.as_millis(),
        ])?;
    }
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    policy: &CustomPolicy,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE policies SET version = version + 1, name = ?3, description = ?4,
                   default_version = ?5, latest_version = ?6, updated_at = ?7
               WHERE id = ?1 AND version = ?2";
    let replaced = connection.prepare_cached(sql)?.execute(params![
        policy.id.to_string(),
        read_at.0,
        policy.name,
        policy.description,
        policy.default_version,
        policy.latest_version,
        policy.updated_at.as_millis(),
    ])?;
    if replaced == 1 {
        remove_parts(connection, &policy.id.to_string())?;
        insert_versions(connection, policy)?;
    }
    Ok(replaced)
}

/// Removes the versions of a policy.
pub(crate) fn remove_parts(connection: &Connection, policy: &str) -> sql::Result<()> {
    let sql = "DELETE FROM policy_versions WHERE policy = ?1";
    connection.prepare_cached(sql)?.execute([policy])?;
    Ok(())
}

pub(crate) fn by_id(
    connection: &Connection,
    id: PolicyId,
) -> sql::Result<Option<Versioned<CustomPolicy>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM policies
         JOIN policy_versions ON policy_versions.policy = policies.id
         WHERE policies.id = ?1 ORDER BY policy_versions.number"
    );
    Ok(gathered(connection, &sql, [id.to_string()])?.pop())
}

/// The policies that `filter` selects, in the order of their identifiers.
pub(crate) fn selected(
    connection: &Connection,
    filter: &PolicyFilter,
) -> sql::Result<Vec<Versioned<CustomPolicy>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM policies
         JOIN policy_versions ON policy_versions.policy = policies.id
         WHERE policies.id IN (
             SELECT id FROM policies
             WHERE account = ?1 AND (name = ?2 OR ?2 IS NULL) AND (id > ?3 OR ?3 IS NULL)
             ORDER BY id LIMIT ?4)
         ORDER BY policies.id, policy_versions.number"
    );
    let params = params![
        filter.account.to_string(),
        filter.name,
        filter.after.map(|id| id.to_string()),
        filter.limit,
    ];
    gathered(connection, &sql, params)
}

/// The policies of a query that gives each of their versions a row, one policy after the other.
fn gathered(
    connection: &Connection,
    sql: &str,
    params: impl Params,
) -> sql::Result<Vec<Versioned<CustomPolicy>>> {
    let mut policies: Vec<Versioned<CustomPolicy>> = Vec::new();
    for row in super::select::all(connection, sql, params, from_columns)? {
        match policies.last_mut() {
            Some(last) if last.value.id == row.value.id => {
                last.value.versions.extend(row.value.versions);
            }
            _ => policies.push(row),
        }
    }
    Ok(policies)
}
