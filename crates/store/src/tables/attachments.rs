//! The table `attachments`.

use iam::policy::system_policy;
use iam::{AttachedPolicy, Attachment, AttachmentFilter, PolicyRef, Principal};
use ledger::{AccountId, PolicyId, UserId, Versioned};
use rusqlite::{Connection, params};

use super::columns::Columns;
use super::select;

const COLUMNS: &str = "version, account, user_id, group_id, policy, custom, reach, created_at";

fn from_columns(columns: &mut Columns<'_>) -> rusqlite::Result<Attachment> {
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

pub(crate) fn insert(connection: &Connection, attachment: &Attachment) -> rusqlite::Result<()> {
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

/// The attachments that `filter` selects, in the order of their keys.
pub(crate) fn selected(
    connection: &Connection,
    filter: &AttachmentFilter,
) -> rusqlite::Result<Vec<Versioned<Attachment>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM attachments
         WHERE account = ?1 AND (?2 IS NULL OR user_id = ?2) AND (?3 IS NULL OR group_id = ?3)
             AND (?4 IS NULL OR policy = ?4)
         ORDER BY id LIMIT ?5"
    );
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
) -> rusqlite::Result<u32> {
    let sql = "SELECT count(*) FROM attachments WHERE account = ?1 AND policy = ?2";
    connection
        .prepare_cached(sql)?
        .query_row(params![account.to_string(), policy.to_string()], |row| row.get(0))
}

/// The policies that reach a user, directly and through its groups, each with its default
/// document.
pub(crate) fn reaching(
    connection: &Connection,
    user: UserId,
) -> rusqlite::Result<Vec<AttachedPolicy>> {
    let sql = "SELECT attachments.policy, attachments.reach, attachments.group_id, policies.name,
                   policy_versions.document
               FROM attachments
               LEFT JOIN policies ON policies.id = attachments.custom
               LEFT JOIN policy_versions ON policy_versions.policy = policies.id
                   AND policy_versions.number = policies.default_version
               WHERE attachments.user_id = ?1
                   OR attachments.group_id IN
                      (SELECT group_id FROM memberships WHERE memberships.user_id = ?1)
               ORDER BY attachments.id";
    connection
        .prepare_cached(sql)?
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
