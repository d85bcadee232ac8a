//! The table `memberships`.

use iam::Membership;
use ledger::{AccountId, GroupId, UserId, Versioned};

use super::columns::Columns;
use super::select;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "version, group_id, user_id, account, created_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Membership> {
    Ok(Membership {
        group: columns.parse()?,
        user: columns.parse()?,
        account: columns.parse()?,
        created_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, membership: &Membership) -> sql::Result<()> {
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

/// The statement for this group and this user, where they are given: one for each case, so that
/// each finds its index.
fn selection(group: Option<GroupId>, user: Option<UserId>) -> String {
    let of = match (group, user) {
        (Some(_), Some(_)) => "group_id = ?2 AND user_id = ?3",
        (Some(_), None) => "group_id = ?2 AND CAST(?3 AS TEXT) IS NULL",
        (None, Some(_)) => "user_id = ?3 AND CAST(?2 AS TEXT) IS NULL",
        (None, None) => "CAST(?2 AS TEXT) IS NULL AND CAST(?3 AS TEXT) IS NULL",
    };
    format!("SELECT {COLUMNS} FROM memberships WHERE {of} AND account = ?1 ORDER BY id")
}

/// The memberships of an account that are of this group and of this user, where they are given.
pub(crate) fn selected(
    connection: &Connection,
    account: AccountId,
    (group, user): (Option<GroupId>, Option<UserId>),
) -> sql::Result<Vec<Versioned<Membership>>> {
    let sql = selection(group, user);
    let params = params![
        account.to_string(),
        group.map(|id| id.to_string()),
        user.map(|id| id.to_string()),
    ];
    select::all(connection, &sql, params, from_columns)
}

#[cfg(test)]
mod tests {
    use ledger::system::{SystemClock, SystemRandom};

    use super::*;

    #[test]
    fn who_is_in_a_group_is_found_without_looking_through_all_memberships() {
        let connection = Connection::in_memory();
        let group = Some(GroupId::generate(&SystemClock, &SystemRandom));
        let user = Some(UserId::generate(&SystemClock, &SystemRandom));

        for (group, user) in [(group, user), (group, None), (None, user)] {
            let plan = connection.plan(&selection(group, user));
            assert!(plan.iter().all(|step| !step.starts_with("SCAN")), "{plan:?}");
        }
    }
}
