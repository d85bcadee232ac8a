//! Certificates by their tags.
//!
//! One key of the search leads: the one that fewest certificates have. Its rows are read in the
//! order of the certificates, and whatever else is asked for is looked up for each of them.

use ledger::{AccountId, Timestamp};
use pki::authority::Direction;
use pki::certificate::{Certificate, CertificateFilter, CertificateQuery};
use pki::tag::TagSearch;
use pki::{Listed, MOST_COUNTED, Page};

use super::certificate_page::{self, FEW};
use super::cut::{Cut, keyword};
use super::tag_conditions::Condition;
use super::{private_certificates, select};
use crate::sql::{self, Connection, ToSql, params};

/// A page of the certificates that a search finds, newest first, and how many it finds.
pub(crate) fn page(
    connection: &Connection,
    account: AccountId,
    search: &TagSearch,
    page: Page,
) -> sql::Result<Listed<Certificate>> {
    if search.tags.is_empty() {
        let filter =
            CertificateFilter { name: search.name.clone(), ..CertificateFilter::default() };
        let query = CertificateQuery { filter, ..CertificateQuery::default() };
        // No status is asked for, so the time does not matter.
        return certificate_page::page(
            connection,
            account,
            &query,
            page,
            Timestamp::from_millis(0),
        );
    }
    // All statements see one state of the database.
    let reading = connection.reading()?;
    let account = account.to_string();
    let mut leading: Option<(&str, &[String], u64)> = None;
    for (key, values) in &search.tags {
        let uses = uses(&reading, &account, key, values)?;
        if leading.is_none_or(|(_, _, least)| uses < least) {
            leading = Some((key, values, uses));
        }
    }
    let Some((key, values, uses)) = leading.filter(|(_, _, uses)| *uses > 0) else {
        return Ok(Listed { entries: Vec::new(), total: 0 });
    };
    let way = Way::of(values, uses);
    let condition = condition(search, key, values, way);
    let around: [(&str, &dyn ToSql); 1] = [(":account", &account)];
    let total = if search.tags.len() == 1 && search.name.is_none() {
        uses.min(MOST_COUNTED)
    } else {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM certificate_tags AS tag
                 WHERE tag.account = :account{} LIMIT {MOST_COUNTED}) AS counted",
            condition.sql
        );
        let count: i64 =
            reading.prepare(&sql)?.query_row(&*condition.params(&around), |row| row.get(0))?;
        u64::try_from(count).unwrap_or(0)
    };
    let Some(cut) = Cut::of(page, total, Direction::Descending) else {
        return Ok(Listed { entries: Vec::new(), total });
    };
    let sql = statement(&condition, way, cut);
    let mut params = condition.params(&around);
    params.extend([(":limit", &cut.limit as &dyn ToSql), (":offset", &cut.offset)]);
    let found = select::all(&reading, &sql, &*params, private_certificates::from_columns)?;
    let entries = found.into_iter().map(|found| found.value).collect();
    Ok(Listed { entries: cut.arrange(entries), total })
}

/// How many certificates have this key with one of these values, or with any. A certificate has a
/// key once, so none is counted twice.
fn uses(connection: &Connection, account: &str, key: &str, values: &[String]) -> sql::Result<u64> {
    let uses: i64 = if values.is_empty() {
        let sql = "SELECT CAST(coalesce(sum(uses), 0) AS BIGINT) FROM certificate_tag_uses
                   WHERE account = ?1 AND key = ?2";
        connection.prepare_cached(sql)?.query_row(params![account, key], |row| row.get(0))?
    } else {
        let sql = "SELECT CAST(coalesce(sum(uses), 0) AS BIGINT) FROM certificate_tag_uses
                   WHERE account = ?1 AND key = ?2 AND value = ?3";
        let mut statement = connection.prepare_cached(sql)?;
        let mut uses = 0;
        for value in values {
            let of_one: i64 =
                statement.query_row(params![account, key, value], |row| row.get(0))?;
            uses += of_one;
        }
        uses
    };
    Ok(u64::try_from(uses).unwrap_or(0))
}

/// How the rows of the leading key are reached in the order of the certificates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// Along all certificates that have the key.
    Key,
    /// By the values, sorted by hand since there are few.
    Sorted,
    /// Along those that have the one value.
    Value,
}

impl Way {
    fn of(values: &[String], uses: u64) -> Self {
        match values {
            [] => Self::Key,
            [_] => Self::Value,
            _ if uses <= FEW => Self::Sorted,
            _ => Self::Key,
        }
    }
}

/// What a row of the leading key must fulfil.
fn condition(search: &TagSearch, key: &str, values: &[String], way: Way) -> Condition {
    let mut condition = Condition::empty();
    let name = condition.parameter(key);
    condition.and(&format!("tag.key = {name}"));
    // The sign keeps the index of values out.
    let column = if way == Way::Key { "+tag.value" } else { "tag.value" };
    let one_of = condition.one_of(column, values);
    condition.and(&one_of);
    condition.and_tags(search, Some(key), ("certificate_tags", "certificate", "tag.certificate"));
    if let Some(name) = &search.name {
        let name = condition.parameter(name);
        condition.and(&format!(
            "EXISTS (SELECT 1 FROM private_certificates AS own WHERE own.id = tag.certificate \
             AND +own.account = :account AND instr(own.common_name, {name}) > 0)"
        ));
    }
    condition
}

fn statement(condition: &Condition, way: Way, cut: Cut) -> String {
    let sign = if way == Way::Sorted { "+" } else { "" };
    let direction = keyword(cut.direction);
    format!(
        "WITH page AS (SELECT tag.certificate AS id FROM certificate_tags AS tag
             WHERE tag.account = :account{found}
             ORDER BY {sign}tag.certificate {direction} LIMIT :limit OFFSET :offset)
         {chosen} ORDER BY private_certificates.id {direction}",
        found = condition.sql,
        chosen = certificate_page::chosen(),
    )
}

/// The tags of an account's certificates, each pair of key and value once, sorted.
pub(crate) fn tags(
    connection: &Connection,
    account: AccountId,
) -> sql::Result<Vec<(String, String)>> {
    let sql = "SELECT key, value FROM certificate_tag_uses WHERE account = ?1 ORDER BY key, value";
    connection
        .prepare_cached(sql)?
        .query_map([account.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(values: &[&str], uses: u64) -> String {
        let connection = Connection::in_memory();
        let values: Vec<String> = values.iter().copied().map(String::from).collect();
        let tags = [("k", &values), ("l", &values)];
        let tags = tags.map(|(key, values)| (key.to_owned(), values.clone())).into();
        let search = TagSearch { tags, name: Some("x".to_owned()) };
        let way = Way::of(&values, uses);
        let page = Page { limit: 10, offset: 0 };
        let cut = Cut::of(page, uses, Direction::Descending).unwrap();
        let sql = statement(&condition(&search, "k", &values, way), way, cut);
        connection.plan(&sql).join("; ")
    }

    #[test]
    fn what_many_have_is_read_in_the_order_of_the_list() {
        for (values, index) in [
            (vec![], "certificate_tags_by_key (account=? AND key=?)"),
            (vec!["a", "b"], "certificate_tags_by_key (account=? AND key=?)"),
            (vec!["a"], "certificate_tags_by_value (account=? AND key=? AND value=?)"),
        ] {
            let plan = plan(&values, FEW + 1);
            assert!(plan.contains(&format!("COVERING INDEX {index}")), "{values:?}: {plan}");
            let (within, _) = plan.split_once("SCAN page").unwrap();
            assert!(!within.contains("TEMP B-TREE"), "{values:?} are sorted by hand: {plan}");
        }
    }

    #[test]
    fn what_few_have_is_found_by_its_values() {
        let plan = plan(&["a", "b"], FEW);

        let index = "COVERING INDEX certificate_tags_by_value (account=? AND key=? AND value=?)";
        assert!(plan.contains(index), "{plan}");
    }
}
