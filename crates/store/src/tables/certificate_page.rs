//! Lists of certificates: pages of them, and how many there are.

use ledger::{AccountId, Counter, Quota, Timestamp};
use pki::certificate::{
    Certificate, CertificateFilter, CertificateOrder, CertificateQuery, CertificateStatus,
};
use pki::{Listed, MOST_COUNTED, Page};

use super::certificate_tags::COLUMN as TAGS;
use super::cut::{Cut, keyword};
use super::{counters, private_certificates, select};
use crate::sql::{self, Connection, ToSql};

/// So many rows are sorted by hand rather than sought along the index of their order.
pub(super) const FEW: u64 = 5_000;

/// A page of an account's certificates and how many pass the filter. The page is cut from the
/// index of its order before anything large is read.
pub(crate) fn page(
    connection: &Connection,
    account: AccountId,
    query: &CertificateQuery,
    page: Page,
    now: Timestamp,
) -> sql::Result<Listed<Certificate>> {
    // Both statements see one state of the database.
    let reading = connection.reading()?;
    let selection = Selection { account, filter: &query.filter, now };
    let total = selection.total(&reading)?;
    let Some(cut) = Cut::of(page, total, query.direction) else {
        return Ok(Listed { entries: Vec::new(), total });
    };
    let narrow = selection.is_narrow(total);
    let within = order(query.order, keyword(cut.direction), narrow);
    let outside = order(query.order, keyword(cut.direction), false);
    let sql = format!(
        "WITH page AS (SELECT id FROM private_certificates {index} WHERE {passes}
             ORDER BY {within} LIMIT :limit OFFSET :offset)
         {chosen} ORDER BY {outside}",
        index = selection.index(narrow),
        passes = selection.passes(),
        chosen = chosen(),
    );
    let entries = selection.with_params(|params| {
        let mut params = params.to_vec();
        params.extend([(":limit", &cut.limit as &dyn ToSql), (":offset", &cut.offset)]);
        select::all(&reading, &sql, &*params, private_certificates::from_columns)
    })?;
    let entries = entries.into_iter().map(|found| found.value).collect();
    Ok(Listed { entries: cut.arrange(entries), total })
}

/// Selects the certificates whose identifiers a table `page` has.
pub(super) fn chosen() -> String {
    format!(
        "SELECT private_certificates.version, {TAGS}, {columns}
         FROM page CROSS JOIN private_certificates ON private_certificates.id = page.id
             CROSS JOIN private_certificate_contents AS contents ON contents.certificate = page.id",
        columns = private_certificates::COLUMNS,
    )
}

/// The certificates that pass a filter at a time.
#[derive(Clone, Copy)]
struct Selection<'a> {
    account: AccountId,
    filter: &'a CertificateFilter,
    now: Timestamp,
}

impl Selection<'_> {
    /// The condition of the rows.
    fn passes(&self) -> String {
        let mut passes = "account = :account".to_owned();
        if self.filter.name.is_some() {
            // `instr` knows no wildcards.
            passes.push_str(" AND instr(common_name, :name) > 0");
        }
        if self.filter.enterprise_project.is_some() {
            passes.push_str(" AND enterprise_project = :enterprise_project");
        }
        passes.push_str(match self.filter.status {
            None => "",
            Some(CertificateStatus::Expired) => " AND revoked_at IS NULL AND not_after <= :now",
            Some(CertificateStatus::Issued) => " AND revoked_at IS NULL AND not_after > :now",
            // Not just that there is one: a range leads to the index of the revoked ones.
            Some(CertificateStatus::Revoked) => " AND revoked_at >= 0",
        });
        passes
    }

    /// Runs a statement with the parameters of the condition.
    fn with_params<T>(&self, run: impl FnOnce(&[(&str, &dyn ToSql)]) -> T) -> T {
        let account = self.account.to_string();
        let now = self.now.as_millis();
        let mut params: Vec<(&str, &dyn ToSql)> = vec![(":account", &account)];
        if let Some(name) = &self.filter.name {
            params.push((":name", name));
        }
        if let Some(enterprise_project) = &self.filter.enterprise_project {
            params.push((":enterprise_project", enterprise_project));
        }
        if let Some(CertificateStatus::Expired | CertificateStatus::Issued) = self.filter.status {
            params.push((":now", &now));
        }
        run(&params)
    }

    /// How many rows there are, as far as the API tells. Whatever can be is told from the account's
    /// counter, and what is few is counted instead of what is many.
    fn total(&self, connection: &Connection) -> sql::Result<u64> {
        if self.filter.name.is_some() || self.filter.enterprise_project.is_some() {
            return self.counted(connection);
        }
        let of = |status| {
            let filter = CertificateFilter { status: Some(status), ..CertificateFilter::default() };
            Selection { filter: &filter, ..*self }.counted(connection)
        };
        let all = || {
            let counter = Counter::of_account(Quota::Certificates, self.account);
            counters::used(connection, &counter).map(|used| u64::try_from(used).unwrap_or(0))
        };
        let total = match self.filter.status {
            None => all()?,
            Some(CertificateStatus::Issued) => all()?
                .saturating_sub(of(CertificateStatus::Revoked)?)
                .saturating_sub(of(CertificateStatus::Expired)?),
            Some(status @ (CertificateStatus::Expired | CertificateStatus::Revoked)) => of(status)?,
        };
        Ok(total.min(MOST_COUNTED))
    }

    fn counted(&self, connection: &Connection) -> sql::Result<u64> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM private_certificates WHERE {passes}
                 LIMIT {MOST_COUNTED}) AS counted",
            passes = self.passes(),
        );
        let count: i64 = self.with_params(|params| {
            connection.prepare_cached(&sql)?.query_row(params, |row| row.get(0))
        })?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The index that must be taken where few rows are in one enterprise project: the planner
    /// prefers a whole account's index that has all columns.
    fn index(&self, narrow: bool) -> &'static str {
        match self.filter.enterprise_project {
            Some(_) if narrow => "INDEXED BY private_certificates_of_projects",
            _ => "",
        }
    }

    /// Whether the index of a filter alone leads to few rows.
    fn is_narrow(&self, total: u64) -> bool {
        // With two conditions the total says nothing of what one of them leads to.
        let CertificateFilter { name, status, enterprise_project } = self.filter;
        let leads = matches!(
            (status, enterprise_project),
            (Some(CertificateStatus::Expired | CertificateStatus::Revoked), None) | (None, Some(_))
        );
        total <= FEW && name.is_none() && leads
    }
}

/// The order of a list, as an index has it from one end or the other; with `narrow` no index is
/// to be chosen for it.
fn order(order: CertificateOrder, direction: &str, narrow: bool) -> String {
    let column = match order {
        CertificateOrder::CommonName => "common_name",
        CertificateOrder::CreationTime => "created_at",
        CertificateOrder::IssuerName => "issuer_name",
        CertificateOrder::NotAfter => "not_after",
    };
    let sign = if narrow { "+" } else { "" };
    format!(
        "{sign}private_certificates.{column} {direction}, {sign}private_certificates.id {direction}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: [CertificateOrder; 4] = [
        CertificateOrder::CommonName,
        CertificateOrder::CreationTime,
        CertificateOrder::IssuerName,
        CertificateOrder::NotAfter,
    ];
    const STATUSES: [Option<CertificateStatus>; 4] = [
        None,
        Some(CertificateStatus::Expired),
        Some(CertificateStatus::Issued),
        Some(CertificateStatus::Revoked),
    ];
    const PROJECTS: [Option<&str>; 3] = [None, Some("0"), Some("p")];

    fn database() -> Connection {
        Connection::in_memory()
    }

    fn selection(filter: &CertificateFilter) -> Selection<'_> {
        let account = "01a2011fe6c47960acd3c15c182aaa00".parse().unwrap();
        Selection { account, filter, now: Timestamp::from_millis(1) }
    }

    /// How SQLite would run a statement. The parameters need no values for that.
    fn steps(connection: &Connection, sql: &str) -> String {
        connection.plan(sql).join("; ")
    }

    fn plan(connection: &Connection, filter: &CertificateFilter, by: &str) -> String {
        let index = selection(filter).index(by.starts_with('+'));
        let passes = selection(filter).passes();
        let sql = format!(
            "SELECT id FROM private_certificates {index} WHERE {passes} ORDER BY {by} LIMIT 9"
        );
        steps(connection, &sql)
    }

    fn filters() -> impl Iterator<Item = CertificateFilter> {
        STATUSES.into_iter().flat_map(|status| {
            PROJECTS.into_iter().flat_map(move |project| {
                [None, Some("x")].into_iter().map(move |name| CertificateFilter {
                    name: name.map(str::to_owned),
                    status,
                    enterprise_project: project.map(str::to_owned),
                })
            })
        })
    }

    #[test]
    fn what_a_page_passes_over_is_told_from_the_index_of_its_order_alone() {
        let connection = database();
        for by in ORDERS {
            for direction in ["ASC", "DESC"] {
                let by = order(by, direction, false);
                let plan = plan(&connection, &CertificateFilter::default(), &by);
                assert!(plan.contains("COVERING INDEX"), "{by}: {plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{by} is sorted by hand: {plan}");
            }
        }
    }

    #[test]
    fn no_page_and_no_count_reads_the_rows_of_other_accounts() {
        let connection = database();
        for filter in filters() {
            for by in ORDERS {
                let plan = plan(&connection, &filter, &order(by, "DESC", false));
                assert!(plan.contains("(account=?"), "{by:?} {filter:?}: {plan}");
            }
            let passes = selection(&filter).passes();
            let sql = format!("SELECT count(*) FROM private_certificates WHERE {passes}");
            let plan = steps(&connection, &sql);
            assert!(plan.contains("(account=?"), "{filter:?}: {plan}");
        }
    }

    #[test]
    fn what_few_are_is_reached_by_an_index_of_its_own() {
        let connection = database();
        for (status, project, index) in [
            (Some(CertificateStatus::Expired), None, "not_after<?"),
            (Some(CertificateStatus::Revoked), None, "private_certificates_revoked"),
            (None, Some("p"), "private_certificates_of_projects"),
        ] {
            let enterprise_project = project.map(str::to_owned);
            let filter = CertificateFilter { name: None, status, enterprise_project };
            assert!(selection(&filter).is_narrow(FEW));
            assert!(!selection(&filter).is_narrow(FEW + 1));
            for by in ORDERS {
                let plan = plan(&connection, &filter, &order(by, "ASC", true));
                assert!(plan.contains(index), "{by:?} {filter:?}: {plan}");
            }
        }
    }
}
