//! Authorities by their tags.

use ledger::{AccountId, Timestamp};
use pki::authority::Authority;
use pki::tag::TagSearch;
use pki::{Listed, Page};

use super::authority_page::PRESENT;
use super::authority_tags::COLUMN as TAGS;
use super::tag_conditions::Condition;
use super::{authorities, select};
use crate::sql::{self, Connection, ToSql};

/// A page of the authorities that a search finds, newest first, and how many it finds.
pub(crate) fn page(
    connection: &Connection,
    account: AccountId,
    search: &TagSearch,
    page: Page,
    now: Timestamp,
) -> sql::Result<Listed<Authority>> {
    let mut condition = Condition::empty();
    condition.and_tags(search, None, ("authority_tags", "authority", "authorities.id"));
    if let Some(name) = &search.name {
        let name = condition.parameter(name);
        condition.and(&format!("instr(common_name, {name}) > 0"));
    }
    let (account, now) = (account.to_string(), now.as_millis());
    let around: [(&str, &dyn ToSql); 2] = [(":account", &account), (":now", &now)];
    // Both statements see one state of the database.
    let reading = connection.reading()?;
    let sql = format!("SELECT count(*) FROM authorities WHERE {PRESENT}{}", condition.sql);
    let total: i64 =
        reading.prepare(&sql)?.query_row(&*condition.params(&around), |row| row.get(0))?;
    let total = u64::try_from(total).unwrap_or(0);
    if page.limit == 0 || page.offset >= total {
        return Ok(Listed { entries: Vec::new(), total });
    }
    let sql = format!(
        "WITH page AS (SELECT id FROM authorities WHERE {PRESENT}{found}
             ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset)
         SELECT authorities.version, {TAGS}, {columns}
         FROM page JOIN authorities ON authorities.id = page.id
             LEFT JOIN certificates ON certificates.authority = authorities.id
         ORDER BY authorities.created_at DESC, authorities.id DESC",
        found = condition.sql,
        columns = authorities::COLUMNS,
    );
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    let mut params = condition.params(&around);
    params.extend([(":limit", &page.limit as &dyn ToSql), (":offset", &offset)]);
    let found = select::all(&reading, &sql, &*params, authorities::from_columns)?;
    // A list shows no chains, so none are read.
    Ok(Listed { entries: found.into_iter().map(|found| found.value).collect(), total })
}
