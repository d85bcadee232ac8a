//! The tables `csrs` and `csr_requests`.

use ledger::{AccountId, CsrId, KeyId, Version, Versioned};
use pki::company::Company;
use pki::csr::{Csr, CsrFilter};
use pki::{Listed, Page};

use super::columns::Columns;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, ToSql, params};

const COLUMNS: &str = "csrs.version, csrs.id, csrs.account, csrs.name, csrs.domain_name, \
     csrs.sans, csrs.algorithm, csrs.usage, csrs.country, csrs.province, csrs.city, \
     csrs.company_name, csr_requests.pem, csrs.key_id, csrs.created_at, csrs.updated_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Csr> {
    Ok(Csr {
        id: columns.parse()?,
        account: columns.parse()?,
        name: columns.take()?,
        domain_name: columns.take()?,
        sans: columns.take()?,
        algorithm: columns.parse()?,
        usage: columns.choose()?,
        company: Company {
            country: columns.take()?,
            province: columns.take()?,
            city: columns.take()?,
            name: columns.take()?,
        },
        request: columns.take()?,
        key: columns.parse_optional()?,
        created_at: columns.time()?,
        updated_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, csr: &Csr) -> sql::Result<()> {
    let id = csr.id.to_string();
    let sql = "INSERT INTO csrs
                   (id, version, account, name, domain_name, sans, algorithm, usage, country,
                    province, city, company_name, key_id, created_at, updated_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    connection.prepare_cached(sql)?.execute(params![
        id,
        csr.account.to_string(),
        csr.name,
        csr.domain_name,
        csr.sans,
        csr.algorithm.as_str(),
        csr.usage.text(),
        csr.company.country,
        csr.company.province,
        csr.company.city,
        csr.company.name,
        csr.key.as_ref().map(KeyId::to_string),
        csr.created_at.as_millis(),
        csr.updated_at.as_millis(),
    ])?;
    let sql = "INSERT INTO csr_requests (csr, pem) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![id, csr.request])?;
    Ok(())
}

/// Replaces what a caller can change; the request and what was read from it stay.
pub(crate) fn replace(connection: &Connection, csr: &Csr, read_at: Version) -> sql::Result<usize> {
    let sql = "UPDATE csrs SET version = version + 1, name = ?3, key_id = ?4, updated_at = ?5
               WHERE id = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![
        csr.id.to_string(),
        read_at.0,
        csr.name,
        csr.key.as_ref().map(KeyId::to_string),
        csr.updated_at.as_millis(),
    ])
}

/// Removes what belongs to a request that goes away.
pub(crate) fn remove_parts(connection: &Connection, id: &str) -> sql::Result<()> {
    connection.prepare_cached("DELETE FROM csr_requests WHERE csr = ?1")?.execute([id])?;
    Ok(())
}

pub(crate) fn by_id(
    connection: &Connection,
    account: AccountId,
    id: CsrId,
) -> sql::Result<Option<Versioned<Csr>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM csrs JOIN csr_requests ON csr_requests.csr = csrs.id
         WHERE csrs.id = ?1 AND csrs.account = ?2"
    );
    select::one(connection, &sql, params![id.to_string(), account.to_string()], from_columns)
}

/// A page of an account's requests, newest first, and how many pass the filter. The page is cut
/// from the index before anything of a request is read, so that a late page costs little more
/// than an early one.
pub(crate) fn page(
    connection: &Connection,
    account: AccountId,
    filter: &CsrFilter,
    page: Page,
) -> sql::Result<Listed<Csr>> {
    // `instr` knows no wildcards; a filter that is not there is not in the statement either, or
    // the rows would have to be read for it.
    let mut passes = "account = :account".to_owned();
    if filter.name.is_some() {
        passes.push_str(" AND instr(name, :name) > 0");
    }
    if filter.algorithm.is_some() {
        passes.push_str(" AND algorithm = :algorithm");
    }
    let account = account.to_string();
    let algorithm = filter.algorithm.map(|algorithm| algorithm.as_str());
    let mut params: Vec<(&str, &dyn ToSql)> = vec![(":account", &account)];
    if let Some(name) = &filter.name {
        params.push((":name", name));
    }
    if let Some(algorithm) = &algorithm {
        params.push((":algorithm", algorithm));
    }
    // Both statements see one state of the database.
    let reading = connection.reading()?;
    let sql = format!("SELECT count(*) FROM csrs WHERE {passes}");
    let total: i64 = reading.prepare_cached(&sql)?.query_row(&*params, |row| row.get(0))?;
    let sql = format!(
        "WITH page AS (SELECT id FROM csrs WHERE {passes}
             ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset)
         SELECT {COLUMNS} FROM page JOIN csrs ON csrs.id = page.id
             JOIN csr_requests ON csr_requests.csr = csrs.id
         ORDER BY csrs.created_at DESC, csrs.id DESC"
    );
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    params.extend([(":limit", &page.limit as &dyn ToSql), (":offset", &offset)]);
    let entries = select::all(&reading, &sql, &*params, from_columns)?;
    let entries = entries.into_iter().map(|found| found.value).collect();
    Ok(Listed { entries, total: u64::try_from(total).unwrap_or(0) })
}
