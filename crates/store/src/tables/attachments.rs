//! The table `attachments`.

use std::collections::BTreeMap;

use iam::policy::system_policy;
use iam::{AttachedPolicy, Attachment, AttachmentFilter, PolicyRef, Principal, Reach};
use ledger::{AccountId, PolicyId, UserId, Versioned};

use super::columns::Columns;
use super::select;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "version, account, user_id, group_id, policy, custom, reach, created_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Attachment> {
    let account = columns.parse()?;
    let principal = match (columns.parse_optional()?, columns.parse_optional()?) {
        (Some(user), None) => Principal::User(user),
        (None, Some(group)) => Principal::Group(group),
        _ => return Err(columns.impossible("principal of an attachment")),
    };
    let policy = columns.parse()?;
    let custom: Option<PolicyId> = columns.parse_optional()?;
    Ok(Attachment {
        account,
        principal,
        policy: custom.map_or(PolicyRef::System(policy), PolicyRef::Custom),
        reach: columns.parse()?,
        created_at: columns.time()?,
    })
}

/// The values of the columns `user_id` and `group_id`.
fn principal_columns(principal: Principal) -> (Option<String>, Option<String>) {
    match principal {
        Principal::Group(id) => (None, Some(id.to_string())),
        Principal::User(id) => (Some(id.to_string()), None),
    }
}

pub(crate) fn insert(connection: &Connection, attachment: &Attachment) -> sql::Result<()> {
    let sql = "INSERT INTO attachments
                   (id, version, account, user_id, group_id, policy, custom, reach, created_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let (user, group) = principal_columns(attachment.principal);
    let custom = match attachment.policy {
        PolicyRef::Custom(id) => Some(id.to_string()),
        PolicyRef::System(_) => None,
    };
    connection.prepare_cached(sql)?.execute(params![
        attachment.row().key,
        attachment.account.to_string(),
        user,
        group,
        attachment.policy.id().to_string(),
        custom,
        attachment.reach.to_string(),
        attachment.created_at.as_millis(),
    ])?;
    Ok(())
}

/// The statement for what `filter` names: one for each case, so that each finds its index. An
/// account has many attachments, a user, group or policy few of them.
fn selection(filter: &AttachmentFilter) -> String {
    // A `+` keeps a column from choosing the index.
    let what = match (filter.principal, filter.policy) {
        (None, None) => "account = ?1 ORDER BY id",
        (None, Some(_)) => "account = ?1 AND policy = ?4 ORDER BY +id",
        (Some(Principal::Group(_)), None) => "group_id = ?3 AND +account = ?1 ORDER BY id",
        (Some(Principal::Group(_)), Some(_)) => {
            "group_id = ?3 AND +account = ?1 AND +policy = ?4 ORDER BY id"
        }
        (Some(Principal::User(_)), None) => "user_id = ?2 AND +account = ?1 ORDER BY id",
        (Some(Principal::User(_)), Some(_)) => {
            "user_id = ?2 AND +account = ?1 AND +policy = ?4 ORDER BY id"
        }
    };
    format!("SELECT {COLUMNS} FROM attachments WHERE {what} LIMIT ?5")
}

/// The attachments that `filter` selects, in the order of their keys.
pub(crate) fn selected(
    connection: &Connection,
    filter: &AttachmentFilter,
) -> sql::Result<Vec<Versioned<Attachment>>> {
    let sql = selection(filter);
    let (user, group) = filter.principal.map(principal_columns).unwrap_or_default();
    let params = params![
        filter.account.to_string(),
        user,
        group,
        filter.policy.map(|id| id.to_string()),
        filter.limit,
    ];
    select::all(connection, &sql, params, from_columns)
}

/// How often a policy is attached in an account.
pub(crate) fn count(
    connection: &Connection,
    account: AccountId,
    policy: PolicyId,
) -> sql::Result<u32> {
    let sql = "SELECT count(*) FROM attachments WHERE account = ?1 AND policy = ?2";
    connection
        .prepare_cached(sql)?
        .query_row(params![account.to_string(), policy.to_string()], |row| row.get(0))
}

/// How often each policy is attached in an account in exactly this reach.
pub(crate) fn counts(
    connection: &Connection,
    account: AccountId,
    reach: Reach,
) -> sql::Result<BTreeMap<PolicyId, u32>> {
    let sql = "SELECT policy, count(*) FROM attachments
               WHERE account = ?1 AND reach = ?2 GROUP BY policy";
    connection
        .prepare_cached(sql)?
        .query_map(params![account.to_string(), reach.to_string()], |row| {
            let mut columns = Columns::of(row);
            Ok((columns.parse()?, columns.take()?))
        })?
        .collect()
}

/// Two ways to what reaches a user, each with its index: PostgreSQL takes none for the one condition or the
/// other.
const REACHING: &str =
    "SELECT attachments.policy, attachments.reach, attachments.group_id, policies.name,
         policy_versions.document
     FROM attachments
     LEFT JOIN policies ON policies.id = attachments.custom
     LEFT JOIN policy_versions ON policy_versions.policy = policies.id
         AND policy_versions.number = policies.default_version
     WHERE attachments.id IN (
         SELECT own.id FROM attachments AS own WHERE own.user_id = ?1
         UNION ALL
         SELECT theirs.id FROM memberships
             JOIN attachments AS theirs ON theirs.group_id = memberships.group_id
             WHERE memberships.user_id = ?1)
     ORDER BY attachments.id";

/// The policies that reach a user, directly and through its groups, each with its default
/// document.
pub(crate) fn reaching(connection: &Connection, user: UserId) -> sql::Result<Vec<AttachedPolicy>> {
    connection
        .prepare_cached(REACHING)?
        .query_map([user.to_string()], |row| {
            let mut columns = Columns::of(row);
            let policy = columns.parse()?;
            let reach = columns.parse()?;
            let group = columns.parse_optional()?;
            let (name, document) = match (columns.take()?, columns.take()?) {
                (Some(name), Some(document)) => (name, document),
                _ => match system_policy(policy) {
                    Some(system) => (system.name.to_owned(), system.document.clone()),
                    None => return Err(columns.impossible("attached policy")),
                },
            };
            Ok(AttachedPolicy { policy, name, document, reach, group })
        })?
        .collect()
}

#[cfg(test)]
mod tests {
    use ledger::system::{SystemClock, SystemRandom};
    use ledger::{GroupId, UserId};

    use super::*;

    #[test]
    fn nobody_looks_through_the_attachments_of_a_whole_account() {
        let connection = Connection::in_memory();
        let (clock, random) = (&SystemClock, &SystemRandom);
        let account = AccountId::generate(clock, random);
        let policy = PolicyId::generate(clock, random);
        let to = |principal| AttachmentFilter::to(account, principal);
        let user = to(Principal::User(UserId::generate(clock, random)));
        let group = to(Principal::Group(GroupId::generate(clock, random)));
        let with_policy =
            |filter: &AttachmentFilter| AttachmentFilter { policy: Some(policy), ..filter.clone() };

        for (filter, index) in [
            (user.clone(), "attachments_user"),
            (with_policy(&user), "attachments_user"),
            (group.clone(), "attachments_group"),
            (with_policy(&group), "attachments_group"),
            (AttachmentFilter::of(account, policy), "attachments_policy"),
        ] {
            let plan = connection.plan(&selection(&filter));
            assert!(plan.iter().any(|step| step.contains(index)), "{filter:?}: {plan:?}");
            assert!(selected(&connection, &filter).unwrap().is_empty(), "{filter:?}");
        }
    }

    #[test]
    fn what_reaches_a_user_is_found_from_the_user() {
        let plan = Connection::in_memory().plan(REACHING);

        for index in ["attachments_user", "memberships_user", "attachments_group"] {
            assert!(plan.iter().any(|step| step.contains(index)), "{index}: {plan:?}");
        }
        assert!(plan.iter().all(|step| !step.starts_with("SCAN")), "{plan:?}");
    }
}
