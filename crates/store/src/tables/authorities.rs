//! The table `authorities`.

use ledger::{AccountId, CaId, ProjectId, Version, Versioned};
use pki::authority::{Authority, GenerationMode, Home, Issued, Issuer, State};
use rusqlite::{Connection, params};
use x509::extension::{KeyUsage, UnknownKeyUsage};
use x509::key::HashAlgorithm;
use x509::name::Name;
use x509::serial::SerialNumber;

use super::columns::Columns;
use super::texts::Text;
use super::{certificates, distinguished_names, select};

/// How many authorities of one subject are read at most.
const OF_ONE_SUBJECT: u32 = 100;

const COLUMNS: &str = "authorities.version, authorities.id, authorities.account, \
     authorities.home, authorities.project, authorities.kind, authorities.common_name, \
     authorities.country, authorities.province, authorities.locality, authorities.organization, \
     authorities.organizational_unit, authorities.key_id, authorities.key_algorithm, \
     authorities.key_usage, authorities.enterprise_project, authorities.created_at, \
     authorities.state, authorities.request, authorities.issuer, authorities.issuer_id, \
     authorities.issuer_name, authorities.generation_mode, authorities.hash, authorities.serial, \
     authorities.not_before, authorities.not_after, authorities.path_length, \
     authorities.effective_path_length, authorities.subject, authorities.key_identifier, \
     certificates.der";

const TABLES: &str =
    "authorities LEFT JOIN certificates ON certificates.authority = authorities.id";

fn from_columns(columns: &mut Columns<'_>) -> rusqlite::Result<Authority> {
    Ok(Authority {
        id: columns.parse()?,
        account: columns.parse()?,
        home: home(columns)?,
        kind: columns.choose()?,
        distinguished_name: distinguished_names::from_columns(columns)?,
        key: columns.parse()?,
        key_algorithm: columns.parse()?,
        key_usage: columns.convert(|names: String| key_usage(&names))?,
        enterprise_project: columns.take()?,
        created_at: columns.time()?,
        state: state(columns)?,
    })
}

fn home(columns: &mut Columns<'_>) -> rusqlite::Result<Home> {
    let home: String = columns.take()?;
    match (home.as_str(), columns.parse_optional()?) {
        ("private_ca", None) => Ok(Home::PrivateCa),
        ("workspace", Some(project)) => Ok(Home::Workspace(project)),
        _ => Err(columns.impossible("home of an authority")),
    }
}

/// The values of the columns `home` and `project`.
fn home_columns(home: Home) -> (&'static str, Option<String>) {
    match home {
        Home::PrivateCa => ("private_ca", None),
        Home::Workspace(project) => ("workspace", Some(ProjectId::to_string(&project))),
    }
}

/// Reads the columns `state` to the end.
fn state(columns: &mut Columns<'_>) -> rusqlite::Result<State> {
    let state: String = columns.take()?;
    let request: Option<Vec<u8>> = columns.take()?;
    match (state.as_str(), request) {
        ("active", None) => Ok(State::Active(Box::new(issued(columns)?))),
        ("pending", Some(request)) => Ok(State::Pending { request }),
        _ => Err(columns.impossible("state of an authority")),
    }
}

/// Reads the columns of a certificate. The chain has a table of its own.
fn issued(columns: &mut Columns<'_>) -> rusqlite::Result<Issued> {
    Ok(Issued {
        issuer: issuer(columns)?,
        issuer_name: columns.take()?,
        mode: columns.choose()?,
        hash: columns.parse::<HashAlgorithm>()?,
        serial: columns.convert(|hex: String| SerialNumber::from_hex(&hex))?,
        not_before: columns.time()?,
        not_after: columns.time()?,
        path_length: columns.take()?,
        effective_path_length: columns.take()?,
        subject: columns.convert(|der: Vec<u8>| Name::from_der(&der))?,
        key_identifier: columns.take()?,
        certificate: columns.take()?,
        imported_chain: Vec::new(),
    })
}

fn issuer(columns: &mut Columns<'_>) -> rusqlite::Result<Issuer> {
    let issuer: String = columns.take()?;
    match (issuer.as_str(), columns.parse_optional()?) {
        ("authority", Some(id)) => Ok(Issuer::Authority(id)),
        ("itself", None) => Ok(Issuer::Itself),
        ("outside", None) => Ok(Issuer::Outside),
        _ => Err(columns.impossible("issuer of an authority")),
    }
}

/// The values of the columns `issuer` and `issuer_id`.
fn issuer_columns(issuer: Issuer) -> (&'static str, Option<String>) {
    match issuer {
        Issuer::Authority(id) => ("authority", Some(id.to_string())),
        Issuer::Itself => ("itself", None),
        Issuer::Outside => ("outside", None),
    }
}

fn key_usage_names(usage: KeyUsage) -> String {
    usage.names().collect::<Vec<_>>().join(",")
}

fn key_usage(names: &str) -> Result<KeyUsage, UnknownKeyUsage> {
    names.split(',').filter(|name| !name.is_empty()).map(str::parse).collect()
}

pub(crate) fn insert(connection: &Connection, authority: &Authority) -> rusqlite::Result<()> {
    let sql = "INSERT INTO authorities
                   (id, version, account, home, project, kind, common_name, country, province,
                    locality, organization, organizational_unit, key_id, key_algorithm, key_usage,
                    enterprise_project, created_at, state)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                    'pending')";
    let (home, project) = home_columns(authority.home);
    let name = &authority.distinguished_name;
    connection.prepare_cached(sql)?.execute(params![
        authority.id.to_string(),
        authority.account.to_string(),
        home,
        project,
        authority.kind.text(),
        name.common_name,
        name.country,
        name.state,
        name.locality,
        name.organization,
        name.organizational_unit,
        authority.key.to_string(),
        authority.key_algorithm.as_str(),
        key_usage_names(authority.key_usage),
        authority.enterprise_project,
        authority.created_at.as_millis(),
    ])?;
    write_state(connection, authority)
}

/// Replaces what can change: the subject (an import brings its own), the key usage, the enterprise
/// project and the state.
pub(crate) fn replace(
    connection: &Connection,
    authority: &Authority,
    read_at: Version,
) -> rusqlite::Result<usize> {
    let sql = "UPDATE authorities SET version = version + 1,
                   common_name = ?3, country = ?4, province = ?5, locality = ?6,
                   organization = ?7, organizational_unit = ?8, key_usage = ?9,
                   enterprise_project = ?10
               WHERE id = ?1 AND version = ?2";
    let name = &authority.distinguished_name;
    let replaced = connection.prepare_cached(sql)?.execute(params![
        authority.id.to_string(),
        read_at.0,
        name.common_name,
        name.country,
        name.state,
        name.locality,
        name.organization,
        name.organizational_unit,
        key_usage_names(authority.key_usage),
        authority.enterprise_project,
    ])?;
    if replaced == 1 {
        write_state(connection, authority)?;
    }
    Ok(replaced)
}

/// Writes the columns of the state, and the certificate.
fn write_state(connection: &Connection, authority: &Authority) -> rusqlite::Result<()> {
    let id = authority.id.to_string();
    let issued = match &authority.state {
        State::Active(issued) => issued,
        State::Pending { request } => {
            let sql = "UPDATE authorities SET request = ?2 WHERE id = ?1";
            return connection.prepare_cached(sql)?.execute(params![id, request]).map(|_| ());
        }
    };
    let sql = "UPDATE authorities SET state = 'active', request = NULL,
                   issuer = ?2, issuer_id = ?3, issuer_name = ?4, generation_mode = ?5, hash = ?6,
                   serial = ?7, not_before = ?8, not_after = ?9, path_length = ?10,
                   effective_path_length = ?11, key_identifier = ?12, subject = ?13,
                   subject_key = ?14
               WHERE id = ?1";
    let (issuer, issuer_id) = issuer_columns(issued.issuer);
    connection.prepare_cached(sql)?.execute(params![
        id,
        issuer,
        issuer_id,
        issued.issuer_name,
        issued.mode.text(),
        issued.hash.as_str(),
        issued.serial.to_hex(),
        issued.not_before.as_millis(),
        issued.not_after.as_millis(),
        issued.path_length,
        issued.effective_path_length,
        issued.key_identifier,
        issued.subject.der(),
        issued.subject.comparison_key(),
    ])?;
    certificates::record(connection, authority.account, authority.id, issued)
}

/// Removes what belongs to an authority that goes away.
pub(crate) fn remove_parts(connection: &Connection, id: &str) -> rusqlite::Result<()> {
    certificates::remove_chain(connection, id)
}

pub(crate) fn by_id(
    connection: &Connection,
    account: AccountId,
    id: CaId,
) -> rusqlite::Result<Option<Versioned<Authority>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES} WHERE authorities.id = ?1 AND authorities.account = ?2"
    );
    let params = params![id.to_string(), account.to_string()];
    select::one(connection, &sql, params, from_columns)?
        .map(|found| with_chain(connection, found))
        .transpose()
}

/// The authorities of an account whose certificate has this subject, oldest first.
pub(crate) fn by_subject(
    connection: &Connection,
    account: AccountId,
    comparison_key: &[u8],
) -> rusqlite::Result<Vec<Versioned<Authority>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {TABLES}
         WHERE authorities.account = ?1 AND authorities.subject_key = ?2
         ORDER BY authorities.created_at, authorities.id LIMIT {OF_ONE_SUBJECT}"
    );
    select::all(connection, &sql, params![account.to_string(), comparison_key], from_columns)?
        .into_iter()
        .map(|found| with_chain(connection, found))
        .collect()
}

/// Adds the imported chain. Like the certificate it came in one commit with the state and never
/// changes, so a second statement reads nothing else.
fn with_chain(
    connection: &Connection,
    mut found: Versioned<Authority>,
) -> rusqlite::Result<Versioned<Authority>> {
    if let State::Active(issued) = &mut found.value.state
        && issued.mode == GenerationMode::Import
    {
        issued.imported_chain = certificates::chain(connection, &found.value.id.to_string())?;
    }
    Ok(found)
}
