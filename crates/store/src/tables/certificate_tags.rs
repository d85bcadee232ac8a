//! The tables `certificate_tags` and `certificate_tag_uses`.

use pki::certificate::Certificate;

use crate::sql::{self, Connection, params};

/// The tags of the certificate in the row, as one column that
/// [`super::authority_tags::from_column`] reads.
pub(crate) const COLUMN: &str = "(SELECT group_concat(tags.key || char(31) || tags.value, \
     char(30)) FROM certificate_tags AS tags WHERE tags.certificate = private_certificates.id)";

/// Makes the stored tags those of `certificate`.
pub(crate) fn write(connection: &Connection, certificate: &Certificate) -> sql::Result<()> {
    let id = certificate.id.to_string();
    remove(connection, &id)?;
    insert(connection, certificate)
}

/// Stores the tags of a new certificate.
pub(crate) fn insert(connection: &Connection, certificate: &Certificate) -> sql::Result<()> {
    let sql =
        "INSERT INTO certificate_tags (certificate, key, value, account) VALUES (?1, ?2, ?3, ?4)";
    let (id, account) = (certificate.id.to_string(), certificate.account.to_string());
    let mut statement = connection.prepare_cached(sql)?;
    let sql = "INSERT INTO certificate_tag_uses (account, key, value, uses) VALUES (?1, ?2, ?3, 1)
               ON CONFLICT (account, key, value) DO UPDATE SET uses = certificate_tag_uses.uses + 1";
    let mut uses = connection.prepare_cached(sql)?;
    for (key, value) in certificate.tags.iter() {
        statement.execute(params![id, key, value, account])?;
        uses.execute(params![account, key, value])?;
    }
    Ok(())
}

/// Forgets the tags of a certificate.
pub(crate) fn remove(connection: &Connection, certificate: &str) -> sql::Result<()> {
    const USED: &str = "(account, key, value) IN
         (SELECT account, key, value FROM certificate_tags WHERE certificate = ?1)";
    // What is locked by the first is seen by the second as it is then, whoever else writes it.
    let sql = format!("UPDATE certificate_tag_uses SET uses = uses - 1 WHERE {USED}");
    connection.prepare_cached(&sql)?.execute([certificate])?;
    let sql = format!("DELETE FROM certificate_tag_uses WHERE {USED} AND uses <= 0");
    connection.prepare_cached(&sql)?.execute([certificate])?;
    let sql = "DELETE FROM certificate_tags WHERE certificate = ?1";
    connection.prepare_cached(sql)?.execute([certificate]).map(|_| ())
}
