//! The table `user_groups`.

use iam::{Group, GroupFilter};
use ledger::{GroupId, Version, Versioned};

use super::columns::Columns;
use super::select;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "user_groups.version, user_groups.id, user_groups.account, \
     user_groups.name, user_groups.description, user_groups.created_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Group> {
    Ok(Group {
        id: columns.parse()?,
        account: columns.parse()?,
        name: columns.take()?,
        description: columns.take()?,
        created_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, group: &Group) -> sql::Result<()> {
    let sql = "INSERT INTO user_groups (id, version, account, name, description, created_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![
        group.id.to_string(),
        group.account.to_string(),
        group.name,
        group.description,
        group.created_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    group: &Group,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE user_groups SET version = version + 1, name = ?3, description = ?4
               WHERE id = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![
        group.id.to_string(),
        read_at.0,
        group.name,
        group.description,
    ])
}

pub(crate) fn by_id(connection: &Connection, id: GroupId) -> sql::Result<Option<Versioned<Group>>> {
    let sql = format!("SELECT {COLUMNS} FROM user_groups WHERE id = ?1");
    select::one(connection, &sql, [id.to_string()], from_columns)
}

/// The groups that `filter` selects, in the order of their identifiers.
pub(crate) fn selected(
    connection: &Connection,
    filter: &GroupFilter,
) -> sql::Result<Vec<Versioned<Group>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM user_groups
         WHERE account = ?1 AND (name = ?2 OR ?2 IS NULL) AND (id > ?4 OR ?4 IS NULL)
             AND (id IN (SELECT group_id FROM memberships WHERE memberships.user_id = ?3)
                  OR ?3 IS NULL)
         ORDER BY id LIMIT ?5"
    );
    let params = params![
        filter.account.to_string(),
        filter.name,
        filter.member.map(|user| user.to_string()),
        filter.after.map(|id| id.to_string()),
        filter.limit,
    ];
    select::all(connection, &sql, params, from_columns)
}
