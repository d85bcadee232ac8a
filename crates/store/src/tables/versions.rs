//! Versions and removals: what is the same for every table that change sets speak of.

use ledger::{RowId, Table, Version};

use super::{authorities, csrs, policies, private_certificates, users};
use crate::sql::{self, Connection, OptionalExtension, Several, ToSql};

/// The version of a row; `None` when it is not there.
pub(crate) fn read(connection: &Connection, row: &RowId) -> sql::Result<Option<Version>> {
    let sql = match row.table {
        Table::AccessKeys => "SELECT version FROM access_keys WHERE access = ?1",
        Table::Accounts => "SELECT version FROM accounts WHERE id = ?1",
        Table::Agencies => "SELECT version FROM agencies WHERE account = ?1",
        Table::Attachments => "SELECT version FROM attachments WHERE id = ?1",
        Table::Authorities => "SELECT version FROM authorities WHERE id = ?1",
        Table::Certificates => "SELECT version FROM private_certificates WHERE id = ?1",
        Table::Companies => "SELECT version FROM companies WHERE account = ?1",
        Table::CrlHeads => "SELECT version FROM crl_heads WHERE list = ?1",
        Table::CrlPlaces => "SELECT version FROM crl_places WHERE id = ?1",
        Table::Crls => "SELECT version FROM crls WHERE authority = ?1",
        Table::Csrs => "SELECT version FROM csrs WHERE id = ?1",
        Table::Groups => "SELECT version FROM user_groups WHERE id = ?1",
        Table::Keys => "SELECT version FROM keys WHERE id = ?1",
        Table::Leases => "SELECT version FROM leases WHERE name = ?1",
        Table::Memberships => "SELECT version FROM memberships WHERE id = ?1",
        Table::Policies => "SELECT version FROM policies WHERE id = ?1",
        Table::Projects => "SELECT version FROM projects WHERE id = ?1",
        Table::Responders => "SELECT version FROM responders WHERE authority = ?1",
        Table::Revocations => "SELECT version FROM revocations WHERE issuer = ?1 AND serial = ?2",
        Table::TemporaryKeys => "SELECT version FROM temporary_keys WHERE access = ?1",
        Table::Tokens => "SELECT version FROM tokens WHERE digest = ?1",
        Table::Users => "SELECT version FROM users WHERE id = ?1",
        Table::WorkspaceTransactions => {
            "SELECT version FROM workspace_transactions WHERE project = ?1 AND id = ?2"
        }
    };
    let mut statement = connection.prepare_cached(sql)?;
    let version = statement.query_row(Several(key(row)), |row| row.get(0)).optional()?;
    Ok(version.map(Version))
}

/// Removes a row that is still at `version`, with what belongs to it; how many there were. A
/// certificate stays, so that its serial number cannot come again.
pub(crate) fn remove(connection: &Connection, row: &RowId, version: Version) -> sql::Result<usize> {
    let sql = match row.table {
        Table::AccessKeys => "DELETE FROM access_keys WHERE version = ?1 AND access = ?2",
        Table::Accounts => "DELETE FROM accounts WHERE version = ?1 AND id = ?2",
        Table::Agencies => "DELETE FROM agencies WHERE version = ?1 AND account = ?2",
        Table::Attachments => "DELETE FROM attachments WHERE version = ?1 AND id = ?2",
        Table::Authorities => "DELETE FROM authorities WHERE version = ?1 AND id = ?2",
        Table::Certificates => "DELETE FROM private_certificates WHERE version = ?1 AND id = ?2",
        Table::Companies => "DELETE FROM companies WHERE version = ?1 AND account = ?2",
        Table::CrlHeads => "DELETE FROM crl_heads WHERE version = ?1 AND list = ?2",
        // Certificates name it.
        Table::CrlPlaces => return Ok(0),
        Table::Crls => "DELETE FROM crls WHERE version = ?1 AND authority = ?2",
        Table::Csrs => "DELETE FROM csrs WHERE version = ?1 AND id = ?2",
        Table::Groups => "DELETE FROM user_groups WHERE version = ?1 AND id = ?2",
        Table::Keys => "DELETE FROM keys WHERE version = ?1 AND id = ?2",
        // Its fence must not come again.
        Table::Leases => return Ok(0),
        Table::Memberships => "DELETE FROM memberships WHERE version = ?1 AND id = ?2",
        Table::Policies => "DELETE FROM policies WHERE version = ?1 AND id = ?2",
        Table::Projects => "DELETE FROM projects WHERE version = ?1 AND id = ?2",
        Table::Responders => "DELETE FROM responders WHERE version = ?1 AND authority = ?2",
        Table::Revocations => {
            "DELETE FROM revocations WHERE version = ?1 AND issuer = ?2 AND serial = ?3"
        }
        Table::TemporaryKeys => "DELETE FROM temporary_keys WHERE version = ?1 AND access = ?2",
        Table::Tokens => "DELETE FROM tokens WHERE version = ?1 AND digest = ?2",
        Table::Users => "DELETE FROM users WHERE version = ?1 AND id = ?2",
        Table::WorkspaceTransactions => {
            "DELETE FROM workspace_transactions WHERE version = ?1 AND project = ?2 AND id = ?3"
        }
    };
    // These refer to their owner, so they go first. The version was checked before, and a removal that
    // finds no row is rolled back.
    match row.table {
        Table::Policies => policies::remove_parts(connection, &row.key)?,
        Table::Users => users::remove_parts(connection, &row.key)?,
        _ => {}
    }
    let mut params: Vec<&dyn ToSql> = vec![&version.0];
    let key = key(row);
    params.extend(key.iter().map(|part| part as &dyn ToSql));
    let removed = connection.prepare_cached(sql)?.execute(&*params)?;
    if removed == 1 {
        match row.table {
            Table::Authorities => authorities::remove_parts(connection, &row.key)?,
            Table::Certificates => private_certificates::remove_parts(connection, &row.key)?,
            Table::Csrs => csrs::remove_parts(connection, &row.key)?,
            _ => {}
        }
    }
    Ok(removed)
}

/// The values of the key's columns.
fn key(row: &RowId) -> Vec<&str> {
    match (row.table, row.key.split_once('/')) {
        (Table::Revocations | Table::WorkspaceTransactions, Some((first, second))) => {
            vec![first, second]
        }
        // Half a key names no row: two parameters, the second empty.
        (Table::Revocations | Table::WorkspaceTransactions, None) => vec![&row.key, ""],
        _ => vec![&row.key],
    }
}
