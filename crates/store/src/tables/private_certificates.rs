//! The tables `private_certificates` and `private_certificate_contents`.

use ledger::{AccountId, CertificateId, Timestamp, Version, Versioned};
use pki::RevocationReason;
use pki::certificate::{Certificate, EncryptionCertificate, Revoked};
use x509::key::HashAlgorithm;
use x509::serial::SerialNumber;

use super::authority_tags::from_column;
use super::certificate_tags::COLUMN as TAGS;
use super::columns::Columns;
use super::texts::Text;
use super::{certificate_tags, distinguished_names, select, serials};
use crate::sql::{self, Connection, params};

pub(crate) const COLUMNS: &str = "private_certificates.id, private_certificates.account, \
     private_certificates.issuer, private_certificates.issuer_name, \
     private_certificates.common_name, private_certificates.country, \
     private_certificates.province, private_certificates.locality, \
     private_certificates.organization, private_certificates.organizational_unit, \
     private_certificates.key_algorithm, private_certificates.hash, \
     private_certificates.generation_mode, private_certificates.serial, \
     private_certificates.not_before, private_certificates.not_after, \
     private_certificates.created_at, private_certificates.enterprise_project, \
     private_certificates.key_id, private_certificates.shard, private_certificates.revoked_at, \
     private_certificates.revocation_reason, private_certificates.encryption_serial, \
     private_certificates.encryption_key_id, contents.encryption_der, contents.der";

pub(crate) const TABLES: &str = "private_certificates JOIN private_certificate_contents AS \
     contents ON contents.certificate = private_certificates.id";

/// Reads [`TAGS`] and [`COLUMNS`].
pub(crate) fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Certificate> {
    Ok(Certificate {
        tags: from_column(columns.take::<Option<String>>()?.as_deref()),
        id: columns.parse()?,
        account: columns.parse()?,
        issuer: columns.parse()?,
        issuer_name: columns.take()?,
        distinguished_name: distinguished_names::from_columns(columns)?,
        key_algorithm: columns.parse()?,
        hash: columns.parse::<HashAlgorithm>()?,
        mode: columns.choose()?,
        serial: columns.convert(|hex: String| SerialNumber::from_hex(&hex))?,
        not_before: columns.time()?,
        not_after: columns.time()?,
        created_at: columns.time()?,
        enterprise_project: columns.take()?,
        key: columns.parse_optional()?,
        shard: columns.take()?,
        revoked: revoked(columns)?,
        encryption: encryption(columns)?,
        der: columns.take()?,
    })
}

fn revoked(columns: &mut Columns<'_>) -> sql::Result<Option<Revoked>> {
    let at: Option<i64> = columns.take()?;
    let reason: Option<u8> = columns.take()?;
    match (at, reason.map(RevocationReason::from_code)) {
        (None, None) => Ok(None),
        (Some(at), Some(Some(reason))) => {
            Ok(Some(Revoked { at: Timestamp::from_millis(at), reason }))
        }
        _ => Err(columns.impossible("revocation of a certificate")),
    }
}

fn encryption(columns: &mut Columns<'_>) -> sql::Result<Option<EncryptionCertificate>> {
    let serial = columns
        .convert(|hex: Option<String>| hex.as_deref().map(SerialNumber::from_hex).transpose())?;
    match (serial, columns.parse_optional()?, columns.take()?) {
        (None, None, None::<Vec<u8>>) => Ok(None),
        (Some(serial), Some(key), Some(der)) => {
            Ok(Some(EncryptionCertificate { serial, key, der }))
        }
        _ => Err(columns.impossible("encryption certificate")),
    }
}

pub(crate) fn insert(connection: &Connection, certificate: &Certificate) -> sql::Result<()> {
    let sql = "INSERT INTO private_certificates
                   (id, version, account, issuer, issuer_name, common_name, country, province,
                    locality, organization, organizational_unit, key_algorithm, hash,
                    generation_mode, serial, not_before, not_after, created_at,
                    enterprise_project, key_id, encryption_serial, encryption_key_id, shard,
                    revoked_at, revocation_reason)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                    ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)";
    let id = certificate.id.to_string();
    let name = &certificate.distinguished_name;
    let encryption = certificate.encryption.as_ref();
    connection.prepare_cached(sql)?.execute(params![
        id,
        certificate.account.to_string(),
        certificate.issuer.to_string(),
        certificate.issuer_name,
        name.common_name,
        name.country,
        name.state,
        name.locality,
        name.organization,
        name.organizational_unit,
        certificate.key_algorithm.as_str(),
        certificate.hash.as_str(),
        certificate.mode.text(),
        certificate.serial.to_hex(),
        certificate.not_before.as_millis(),
        certificate.not_after.as_millis(),
        certificate.created_at.as_millis(),
        certificate.enterprise_project,
        certificate.key.map(|key| key.to_string()),
        encryption.map(|encryption| encryption.serial.to_hex()),
        encryption.map(|encryption| encryption.key.to_string()),
        certificate.shard,
        certificate.revoked.map(|revoked| revoked.at.as_millis()),
        certificate.revoked.map(|revoked| revoked.reason.code()),
    ])?;
    let sql = "INSERT INTO private_certificate_contents (certificate, der, encryption_der)
               VALUES (?1, ?2, ?3)";
    let params = params![id, certificate.der, encryption.map(|encryption| &encryption.der)];
    connection.prepare_cached(sql)?.execute(params)?;
    serials::insert(connection, certificate.issuer, &certificate.serial, certificate.not_after)?;
    if let Some(encryption) = encryption {
        serials::insert(connection, certificate.issuer, &encryption.serial, certificate.not_after)?;
    }
    certificate_tags::insert(connection, certificate)
}

/// Replaces what can change: the revocation and the tags.
pub(crate) fn replace(
    connection: &Connection,
    certificate: &Certificate,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE private_certificates SET version = version + 1, revoked_at = ?3,
                   revocation_reason = ?4
               WHERE id = ?1 AND version = ?2";
    let replaced = connection.prepare_cached(sql)?.execute(params![
        certificate.id.to_string(),
        read_at.0,
        certificate.revoked.map(|revoked| revoked.at.as_millis()),
        certificate.revoked.map(|revoked| revoked.reason.code()),
    ])?;
    if replaced == 1 {
        certificate_tags::write(connection, certificate)?;
    }
    Ok(replaced)
}

/// Removes what belongs to a certificate that goes away. Its serial numbers stay.
pub(crate) fn remove_parts(connection: &Connection, id: &str) -> sql::Result<()> {
    certificate_tags::remove(connection, id)?;
    let sql = "DELETE FROM private_certificate_contents WHERE certificate = ?1";
    connection.prepare_cached(sql)?.execute([id]).map(|_| ())
}

pub(crate) fn by_id(
    connection: &Connection,
    account: AccountId,
    id: CertificateId,
) -> sql::Result<Option<Versioned<Certificate>>> {
    let sql = format!(
        "SELECT private_certificates.version, {TAGS}, {COLUMNS} FROM {TABLES}
         WHERE private_certificates.id = ?1 AND private_certificates.account = ?2"
    );
    select::one(connection, &sql, params![id.to_string(), account.to_string()], from_columns)
}
