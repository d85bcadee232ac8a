//! The table `authorities`.

use ledger::{AccountId, CaId, ProjectId, Timestamp, Version, Versioned};
use pki::RevocationReason;
use pki::authority::{
    Authority, AuthorityAttributes, GenerationMode, Home, Issued, Issuer, Phase, State,
};
use x509::extension::{KeyUsage, UnknownKeyUsage};
use x509::key::HashAlgorithm;
use x509::name::Name;
use x509::serial::SerialNumber;

use super::authority_tags::COLUMN as TAGS;
use super::columns::Columns;
use super::texts::Text;
use super::{authority_tags, certificates, distinguished_names, select};
use crate::sql::{self, Connection, OptionalExtension, Row, params};

/// How many authorities of one subject are read at most.
const OF_ONE_SUBJECT: u32 = 100;

pub(crate) const COLUMNS: &str = "authorities.id, authorities.account, \
     authorities.home, authorities.project, authorities.kind, authorities.common_name, \
     authorities.country, authorities.province, authorities.locality, authorities.organization, \
     authorities.organizational_unit, nullif(authorities.key_id, ''), authorities.key_algorithm, \
     authorities.key_usage, authorities.enterprise_project, authorities.charging, \
     authorities.ocsp, authorities.created_at, \
     authorities.state, authorities.request, authorities.issuer, authorities.issuer_id, \
     authorities.issuer_name, authorities.generation_mode, authorities.hash, authorities.serial, \
     authorities.not_before, authorities.not_after, authorities.path_length, \
     authorities.effective_path_length, authorities.subject, authorities.key_identifier, \
     certificates.der, authorities.phase, authorities.delete_at, authorities.revoked_at, \
     authorities.revocation_reason";

pub(crate) const TABLES: &str =
    "authorities LEFT JOIN certificates ON certificates.authority = authorities.id";

pub(crate) fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Authority> {
    let tags = authority_tags::from_column(columns.take::<Option<String>>()?.as_deref());
    Ok(Authority {
        id: columns.parse()?,
        account: columns.parse()?,
        home: home(columns)?,
        kind: columns.choose()?,
        distinguished_name: distinguished_names::from_columns(columns)?,
        key: columns.parse_optional()?,
        key_algorithm: columns.parse()?,
        key_usage: columns.convert(|names: String| key_usage(&names))?,
        enterprise_project: columns.take()?,
        charging: columns.choose()?,
        ocsp: columns.choose()?,
        created_at: columns.time()?,
        tags,
        state: state(columns)?,
    })
}

fn home(columns: &mut Columns<'_>) -> sql::Result<Home> {
    let home: String = columns.take()?;
    match (home.as_str(), columns.parse_optional()?) {
        ("outside", None) => Ok(Home::Outside),
        ("private_ca", None) => Ok(Home::PrivateCa),
        ("workspace", Some(project)) => Ok(Home::Workspace(project)),
        _ => Err(columns.impossible("home of an authority")),
    }
}

/// The values of the columns `home` and `project`.
fn home_columns(home: Home) -> (&'static str, Option<String>) {
    match home {
        Home::Outside => ("outside", None),
        Home::PrivateCa => ("private_ca", None),
        Home::Workspace(project) => ("workspace", Some(ProjectId::to_string(&project))),
    }
}

/// Reads the columns `state` to the end.
fn state(columns: &mut Columns<'_>) -> sql::Result<State> {
    let state: String = columns.take()?;
    let request: Option<Vec<u8>> = columns.take()?;
    match (state.as_str(), request) {
        ("issued", None) => {
            Ok(State::Issued { issued: Box::new(issued(columns)?), phase: phase(columns)? })
        }
        ("ordered", None) => Ok(State::Ordered),
        ("pending", Some(request)) => Ok(State::Pending { request }),
        _ => Err(columns.impossible("state of an authority")),
    }
}

/// Reads the columns of a certificate. The chain has a table of its own.
fn issued(columns: &mut Columns<'_>) -> sql::Result<Issued> {
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

/// Reads the columns of a phase.
fn phase(columns: &mut Columns<'_>) -> sql::Result<Phase> {
    let phase: String = columns.take()?;
    let delete_at: Option<i64> = columns.take()?;
    let revoked_at: Option<i64> = columns.take()?;
    let reason: Option<u8> = columns.take()?;
    let reason = reason.and_then(RevocationReason::from_code);
    match (phase.as_str(), delete_at, revoked_at, reason) {
        ("active", None, None, None) => Ok(Phase::Active),
        ("deletion_scheduled", Some(until), None, None) => {
            Ok(Phase::DeletionScheduled { until: Timestamp::from_millis(until) })
        }
        ("disabled", None, None, None) => Ok(Phase::Disabled),
        ("revoked", None, Some(at), Some(reason)) => {
            Ok(Phase::Revoked { at: Timestamp::from_millis(at), reason })
        }
        _ => Err(columns.impossible("phase of an authority")),
    }
}

/// The values of the columns of a phase.
fn phase_columns(phase: Phase) -> (&'static str, Option<i64>, Option<i64>, Option<u8>) {
    match phase {
        Phase::Active => ("active", None, None, None),
        Phase::DeletionScheduled { until } => {
            ("deletion_scheduled", Some(until.as_millis()), None, None)
        }
        Phase::Disabled => ("disabled", None, None, None),
        Phase::Revoked { at, reason } => {
            ("revoked", None, Some(at.as_millis()), Some(reason.code()))
        }
    }
}

fn issuer(columns: &mut Columns<'_>) -> sql::Result<Issuer> {
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

pub(crate) fn insert(connection: &Connection, authority: &Authority) -> sql::Result<()> {
    let sql = "INSERT INTO authorities
                   (id, version, account, home, project, kind, common_name, country, province,
                    locality, organization, organizational_unit, key_id, key_algorithm, key_usage,
                    enterprise_project, charging, ocsp, created_at, state)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                    ?17, ?18, 'pending')";
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
        key_column(authority),
        authority.key_algorithm.as_str(),
        key_usage_names(authority.key_usage),
        authority.enterprise_project,
        authority.charging.text(),
        authority.ocsp.text(),
        authority.created_at.as_millis(),
    ])?;
    if !authority.tags.is_empty() {
        authority_tags::write(connection, authority)?;
    }
    write_state(connection, authority)
}

/// Replaces what can change: the subject (an import brings its own), the key usage, the enterprise
/// project, the OCSP switch, the tags and the state; of one that was ordered all that it becomes.
pub(crate) fn replace(
    connection: &Connection,
    authority: &Authority,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE authorities SET version = version + 1,
                   common_name = ?3, country = ?4, province = ?5, locality = ?6,
                   organization = ?7, organizational_unit = ?8, key_usage = ?9,
                   enterprise_project = ?10, kind = ?11, key_id = ?12, key_algorithm = ?13,
                   charging = ?14, ocsp = ?15
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
        authority.kind.text(),
        key_column(authority),
        authority.key_algorithm.as_str(),
        authority.charging.text(),
        authority.ocsp.text(),
    ])?;
    if replaced == 1 {
        authority_tags::write(connection, authority)?;
        write_state(connection, authority)?;
    }
    Ok(replaced)
}

/// Writes the columns of the state, and the certificate.
fn write_state(connection: &Connection, authority: &Authority) -> sql::Result<()> {
    let id = authority.id.to_string();
    let (issued, phase) = match &authority.state {
        State::Issued { issued, phase } => (issued, phase_columns(*phase)),
        State::Ordered => {
            let sql = "UPDATE authorities SET state = 'ordered', request = NULL WHERE id = ?1";
            return connection.prepare_cached(sql)?.execute(params![id]).map(|_| ());
        }
        State::Pending { request } => {
            let sql = "UPDATE authorities SET state = 'pending', request = ?2 WHERE id = ?1";
            return connection.prepare_cached(sql)?.execute(params![id, request]).map(|_| ());
        }
    };
    let sql = "UPDATE authorities SET state = 'issued', request = NULL,
                   issuer = ?2, issuer_id = ?3, issuer_name = ?4, generation_mode = ?5, hash = ?6,
                   serial = ?7, not_before = ?8, not_after = ?9, path_length = ?10,
                   effective_path_length = ?11, key_identifier = ?12, subject = ?13,
                   subject_key = ?14, phase = ?15, delete_at = ?16, revoked_at = ?17,
                   revocation_reason = ?18
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
        phase.0,
        phase.1,
        phase.2,
        phase.3,
    ])?;
    certificates::record(connection, authority.account, authority.id, issued)
}

/// The value of the column `key_id`, which is empty where there is no key here.
fn key_column(authority: &Authority) -> String {
    authority.key.map_or_else(String::new, |key| key.to_string())
}

/// Removes what belongs to an authority that goes away.
pub(crate) fn remove_parts(connection: &Connection, id: &str) -> sql::Result<()> {
    authority_tags::remove(connection, id)?;
    certificates::remove_chain(connection, id)
}

pub(crate) fn by_id(
    connection: &Connection,
    account: AccountId,
    id: CaId,
) -> sql::Result<Option<Versioned<Authority>>> {
    let sql = format!(
        "SELECT authorities.version, {TAGS}, {COLUMNS} FROM {TABLES}
         WHERE authorities.id = ?1 AND authorities.account = ?2"
    );
    let params = params![id.to_string(), account.to_string()];
    select::one(connection, &sql, params, from_columns)?
        .map(|found| with_chain(connection, found))
        .transpose()
}

/// What policies ask about an authority.
pub(crate) fn attributes(
    connection: &Connection,
    account: AccountId,
    id: CaId,
) -> sql::Result<Option<AuthorityAttributes>> {
    let sql = format!(
        "SELECT home, project, enterprise_project, delete_at, {TAGS} FROM authorities
         WHERE id = ?1 AND account = ?2"
    );
    let read = |row: &Row<'_>| {
        let columns = &mut Columns::of(row);
        Ok(AuthorityAttributes {
            home: home(columns)?,
            enterprise_project: columns.take()?,
            deletion_time: columns.take::<Option<i64>>()?.map(Timestamp::from_millis),
            tags: authority_tags::from_column(columns.take::<Option<String>>()?.as_deref()),
        })
    };
    connection
        .prepare_cached(&sql)?
        .query_row(params![id.to_string(), account.to_string()], read)
        .optional()
}

/// The authorities of an account whose certificate has this subject, oldest first.
pub(crate) fn by_subject(
    connection: &Connection,
    account: AccountId,
    comparison_key: &[u8],
) -> sql::Result<Vec<Versioned<Authority>>> {
    let sql = format!(
        "SELECT authorities.version, {TAGS}, {COLUMNS} FROM {TABLES}
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
pub(crate) fn with_chain(
    connection: &Connection,
    mut found: Versioned<Authority>,
) -> sql::Result<Versioned<Authority>> {
    if let State::Issued { issued, .. } = &mut found.value.state
        && issued.mode == GenerationMode::Import
    {
        issued.imported_chain = certificates::chain(connection, &found.value.id.to_string())?;
    }
    Ok(found)
}
