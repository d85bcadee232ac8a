//! Lists of authorities: pages of them, how many there are, and those that are gone.

use ledger::{AccountId, ProjectId, Timestamp, Versioned};
use pki::authority::{
    Authority, AuthorityFilter, AuthorityOrder, AuthorityQuery, Direction, Status,
};
use pki::{Listed, Page};

use super::authorities::{self, with_chain};
use super::authority_tags::COLUMN as TAGS;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, ToSql, named_params, params};

/// What is there for Private CA at the time `:now`.
pub(super) const PRESENT: &str = "account = :account AND home = 'private_ca' \
     AND (delete_at IS NULL OR delete_at > :now)";

/// A page of an account's authorities and how many pass the filter. The page is cut from the
/// index of its order before anything large is read.
pub(crate) fn page(
    connection: &Connection,
    account: AccountId,
    query: &AuthorityQuery,
    page: Page,
    now: Timestamp,
) -> sql::Result<Listed<Authority>> {
    let passes = passes(&query.filter);
    let order = order(query.order, query.direction);
    let account = account.to_string();
    let now = now.as_millis();
    let kind = query.filter.kind.map(|kind| kind.text());
    let mut params: Vec<(&str, &dyn ToSql)> = vec![(":account", &account), (":now", &now)];
    if let Some(name) = &query.filter.name {
        params.push((":name", name));
    }
    if let Some(kind) = &kind {
        params.push((":kind", kind));
    }
    if let Some(enterprise_project) = &query.filter.enterprise_project {
        params.push((":enterprise_project", enterprise_project));
    }
    // Both statements see one state of the database.
    let reading = connection.reading()?;
    let sql = format!("SELECT count(*) FROM authorities WHERE {passes}");
    let total: i64 = reading.prepare_cached(&sql)?.query_row(&*params, |row| row.get(0))?;
    let total = u64::try_from(total).unwrap_or(0);
    if page.limit == 0 {
        return Ok(Listed { entries: Vec::new(), total });
    }
    let sql = format!(
        "WITH page AS (SELECT id FROM authorities WHERE {passes}
             ORDER BY {order} LIMIT :limit OFFSET :offset)
         SELECT authorities.version, {TAGS}, {columns}
         FROM page JOIN authorities ON authorities.id = page.id
             LEFT JOIN certificates ON certificates.authority = authorities.id
         ORDER BY {order}",
        columns = authorities::COLUMNS,
    );
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    params.extend([(":limit", &page.limit as &dyn ToSql), (":offset", &offset)]);
    let found = select::all(&reading, &sql, &*params, authorities::from_columns)?;
    // A list shows no chains, so none are read.
    Ok(Listed { entries: found.into_iter().map(|found| found.value).collect(), total })
}

/// The condition of the rows that pass a filter.
fn passes(filter: &AuthorityFilter) -> String {
    let mut passes = PRESENT.to_owned();
    if filter.name.is_some() {
        // `instr` knows no wildcards.
        passes.push_str(" AND instr(common_name, :name) > 0");
    }
    if filter.kind.is_some() {
        passes.push_str(" AND kind = :kind AND state <> 'ordered'");
    }
    if filter.enterprise_project.is_some() {
        passes.push_str(" AND enterprise_project = :enterprise_project");
    }
    passes.push_str(match filter.status {
        None => "",
        Some(Status::Active) => " AND state = 'issued' AND phase = 'active' AND not_after > :now",
        Some(Status::Deleted) => " AND state = 'issued' AND phase = 'deletion_scheduled'",
        Some(Status::Disabled) => " AND state = 'issued' AND phase = 'disabled'",
        Some(Status::Expired) => " AND state = 'issued' AND phase = 'active' AND not_after <= :now",
        Some(Status::Pending) => " AND state IN ('ordered', 'pending')",
        Some(Status::Revoked) => " AND state = 'issued' AND phase = 'revoked'",
    });
    passes
}

/// The order of a list, as an index has it from one end or the other.
fn order(order: AuthorityOrder, direction: Direction) -> String {
    let columns: &[&str] = match order {
        AuthorityOrder::CommonName => &["common_name", "id"],
        AuthorityOrder::CreationTime => &["created_at", "id"],
        AuthorityOrder::Kind => &["kind", "created_at", "id"],
        AuthorityOrder::NotAfter => &["not_after", "id"],
    };
    // What has no end comes before what has one. Where a column always has a value PostgreSQL has to be
    // asked for the order of its index, letter for letter.
    let (direction, absent) = match direction {
        Direction::Ascending => ("ASC", " NULLS FIRST"),
        Direction::Descending => ("DESC", " NULLS LAST"),
    };
    let terms = columns.iter().map(|column| {
        let absent = if *column == "not_after" { absent } else { "" };
        format!("authorities.{column} {direction}{absent}")
    });
    terms.collect::<Vec<_>>().join(", ")
}

/// A page of the authorities that live in a project, newest first.
pub(crate) fn of_project(
    connection: &Connection,
    account: AccountId,
    project: ProjectId,
    page: Page,
) -> sql::Result<Vec<Authority>> {
    let sql = format!(
        "SELECT authorities.version, {TAGS}, {columns} FROM {tables}
         WHERE authorities.project = ?1 AND authorities.account = ?2
             AND authorities.home = 'workspace'
         ORDER BY authorities.created_at DESC, authorities.id DESC LIMIT ?3 OFFSET ?4",
        columns = authorities::COLUMNS,
        tables = authorities::TABLES,
    );
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    let params = params![project.to_string(), account.to_string(), page.limit, offset];
    let found = select::all(connection, &sql, params, authorities::from_columns)?;
    Ok(found.into_iter().map(|found| found.value).collect())
}

/// How many authorities of an account are counted and not gone.
pub(crate) fn in_use(
    connection: &Connection,
    account: AccountId,
    now: Timestamp,
) -> sql::Result<u64> {
    // The counter counts what is gone until it is destroyed. The `+` keeps the account's index
    // out: what is gone is little, whatever the account has.
    let sql = "SELECT coalesce((SELECT used FROM counters
                                WHERE quota = 'authorities' AND scope = ?1), 0)
                    - (SELECT count(*) FROM authorities
                       WHERE delete_at <= ?2 AND +account = ?1 AND home = 'private_ca')";
    let params = params![account.to_string(), now.as_millis()];
    let used: i64 = connection.prepare_cached(sql)?.query_row(params, |row| row.get(0))?;
    Ok(u64::try_from(used).unwrap_or(0))
}

/// Authorities that are gone, those that went first before the others.
pub(crate) fn due(
    connection: &Connection,
    account: Option<AccountId>,
    now: Timestamp,
    limit: u32,
) -> sql::Result<Vec<Versioned<Authority>>> {
    let sql = format!(
        "SELECT authorities.version, {TAGS}, {columns} FROM {tables}
         WHERE authorities.delete_at <= :now
             AND (authorities.account = :account OR :account IS NULL)
         ORDER BY authorities.delete_at LIMIT :limit",
        columns = authorities::COLUMNS,
        tables = authorities::TABLES,
    );
    let params = named_params! {
        ":now": now.as_millis(),
        ":account": account.map(|account| account.to_string()),
        ":limit": limit,
    };
    select::all(connection, &sql, params, authorities::from_columns)?
        .into_iter()
        .map(|found| with_chain(connection, found))
        .collect()
}

/// The tags of what is there for Private CA: those of the few that are gone or live in Workspace
/// are left out, so that the others need not be read.
const TAGS_PRESENT: &str = "SELECT DISTINCT key, value FROM authority_tags
     WHERE account = ?1
         AND authority NOT IN (SELECT id FROM authorities WHERE delete_at <= ?2
                               UNION ALL
                               SELECT id FROM authorities WHERE project IS NOT NULL)
     ORDER BY key, value";

/// The tags of an account's authorities, each pair of key and value once, sorted.
pub(crate) fn tags(
    connection: &Connection,
    account: AccountId,
    now: Timestamp,
) -> sql::Result<Vec<(String, String)>> {
    let params = params![account.to_string(), now.as_millis()];
    connection
        .prepare_cached(TAGS_PRESENT)?
        .query_map(params, |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How SQLite would find the rows of a list.
    fn plan(connection: &Connection, filter: &AuthorityFilter, by: AuthorityOrder) -> String {
        let passes = passes(filter);
        let order = order(by, Direction::Descending);
        let sql = format!("SELECT id FROM authorities WHERE {passes} ORDER BY {order} LIMIT 9");
        steps(connection, &sql)
    }

    /// How SQLite would run a statement. The parameters need no values for that.
    fn steps(connection: &Connection, sql: &str) -> String {
        connection.plan(sql).join("; ")
    }

    #[test]
    fn a_late_page_is_found_without_reading_what_it_passes_over() {
        let connection = Connection::in_memory();
        for by in [
            AuthorityOrder::CommonName,
            AuthorityOrder::CreationTime,
            AuthorityOrder::Kind,
            AuthorityOrder::NotAfter,
        ] {
            let plan = plan(&connection, &AuthorityFilter::default(), by);
            assert!(plan.contains("COVERING INDEX"), "{by:?}: {plan}");
        }
    }

    #[test]
    fn tags_are_told_from_the_index_alone() {
        let connection = Connection::in_memory();

        let plan = steps(&connection, TAGS_PRESENT);

        assert!(plan.contains("COVERING INDEX authority_tags_account (account=?)"), "{plan}");
        assert!(plan.contains("authorities_due (delete_at<?)"), "{plan}");
        assert!(plan.contains("COVERING INDEX authorities_of_projects"), "{plan}");
    }

    #[test]
    fn no_list_reads_the_rows_of_other_accounts() {
        let connection = Connection::in_memory();
        let statuses = [
            Status::Active,
            Status::Deleted,
            Status::Disabled,
            Status::Expired,
            Status::Pending,
            Status::Revoked,
        ];
        for by in [
            AuthorityOrder::CommonName,
            AuthorityOrder::CreationTime,
            AuthorityOrder::Kind,
            AuthorityOrder::NotAfter,
        ] {
            let plain = plan(&connection, &AuthorityFilter::default(), by);
            assert!(!plain.contains("TEMP B-TREE"), "{by:?} is sorted by hand: {plain}");
            for status in statuses.into_iter().map(Some).chain([None]) {
                for name in [None, Some("x".to_owned())] {
                    let kind = Some(pki::authority::Kind::Root);
                    let enterprise_project = Some("0".to_owned());
                    let filter = AuthorityFilter { name, status, kind, enterprise_project };
                    let plan = plan(&connection, &filter, by);
                    assert!(plan.contains("(account=?"), "{by:?} {filter:?}: {plan}");
                }
            }
        }
    }
}
