//! The table `companies`.

use ledger::{AccountId, Version, Versioned};
use pki::company::{Company, CompanyProfile};

use super::columns::Columns;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "companies.version, companies.account, companies.country, \
     companies.province, companies.city, companies.name, companies.origin";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<CompanyProfile> {
    Ok(CompanyProfile {
        account: columns.parse()?,
        company: Company {
            country: columns.take()?,
            province: columns.take()?,
            city: columns.take()?,
            name: columns.take()?,
        },
        origin: columns.choose()?,
    })
}

pub(crate) fn insert(connection: &Connection, profile: &CompanyProfile) -> sql::Result<()> {
    let sql = "INSERT INTO companies (account, version, country, province, city, name, origin)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)";
    let CompanyProfile { account, company, origin } = profile;
    connection.prepare_cached(sql)?.execute(params![
        account.to_string(),
        company.country,
        company.province,
        company.city,
        company.name,
        origin.text(),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    profile: &CompanyProfile,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE companies SET version = version + 1,
                   country = ?3, province = ?4, city = ?5, name = ?6, origin = ?7
               WHERE account = ?1 AND version = ?2";
    let CompanyProfile { account, company, origin } = profile;
    connection.prepare_cached(sql)?.execute(params![
        account.to_string(),
        read_at.0,
        company.country,
        company.province,
        company.city,
        company.name,
        origin.text(),
    ])
}

pub(crate) fn by_account(
    connection: &Connection,
    account: AccountId,
) -> sql::Result<Option<Versioned<CompanyProfile>>> {
    let sql = format!("SELECT {COLUMNS} FROM companies WHERE account = ?1");
    select::one(connection, &sql, [account.to_string()], from_columns)
}
