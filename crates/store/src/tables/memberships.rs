//! The table `memberships`.

use iam::Membership;
use ledger::{AccountId, GroupId, UserId, Versioned};
use rusqlite::{Connection, params};

use super::columns::Columns;
use super::select;

const COLUMNS: &str = "version, group_id, user_id, account, created_at";

fn from_columns(columns: &mut Columns<'_>) -> rusqlite::Result<Membership> {
    Ok(Membership {
        group: columns.parse()?,
        user: columns.parse()?,
        account: columns.parse()?,
        created_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, membership: &Membership) -> rusqlite::Result<()> {
    let sql = "INSERT INTO memberships (id, version, group_id, user_id, account, created_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![
        membership.row().key,
        membership.group.to_string(),
        membership.user.to_string(),
        membership.account.to_string(),
        membership.created_at.as_millis(),
    ])?;
    Ok(())
}

/// The memberships of an account that are of this group and of this user, where they are given.
pub(crate) fn selected(
    connection: &Connection,
    account: AccountId,
    (group, user): (Option<GroupId>, Option<UserId>),
) -> rusqlite::Result<Vec<Versioned<Membership>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM memberships
         WHERE account = ?1 AND (?2 IS NULL OR group_id = ?2) AND (?3 IS NULL OR user_id = ?3)
         ORDER BY id"
    );
    let params = params![
        account.to_string(),
        group.map(|id| id.to_string()),
        user.map(|id| id.to_string()),
    ];
    select::all(connection, &sql, params, from_columns)
}
