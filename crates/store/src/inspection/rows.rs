//! The rows that have to be looked at one by one: what is signed, and what is sealed.

use super::Page;
use crate::contents::{ContentsError, Snapshot};
use crate::sql::{self, Class, params};
use crate::{SealedColumn, SealedRow, sealed};

/// A certificate that an authority issued to others.
#[derive(Clone, Debug)]
pub struct StoredCertificate {
    /// Its identifier.
    pub id: String,
    /// Its issuer's.
    pub issuer: String,
    /// When it ends, UTC milliseconds.
    pub not_after: i64,
    /// The certificate, and with SM2 pairs the one for encryption.
    pub issued: Vec<Issued>,
}

/// What is kept of one certificate.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its serial number, in hexadecimal digits.
    pub serial: String,
    /// The SubjectPublicKeyInfo of its key, if that is kept here.
    pub public_key: Option<Vec<u8>>,
    /// The certificate, DER.
    pub der: Vec<u8>,
}

/// The certificate of an authority. The authority itself may be gone.
#[derive(Clone, Debug)]
pub struct StoredAuthority {
    /// Its identifier.
    pub id: String,
    /// What is kept of its certificate.
    pub issued: Issued,
    /// Whose signature it has: a certificate, DER; `None` is not known here.
    pub issuer: Option<Vec<u8>>,
    /// The certificates that were brought along, DER, each followed by its issuer's.
    pub chain: Vec<Vec<u8>>,
}

/// The certificate by which an authority's OCSP answers are signed.
#[derive(Clone, Debug)]
pub struct StoredResponder {
    /// The authority.
    pub authority: String,
    /// When it ends, UTC milliseconds.
    pub not_after: i64,
    /// What is kept of it.
    pub issued: Issued,
}

/// The last CRL of a list.
#[derive(Clone, Debug)]
pub struct StoredCrl {
    /// The list.
    pub list: String,
    /// The authority that signed it.
    pub authority: String,
    /// Its number.
    pub number: i64,
    /// The body that has its octets.
    pub body: String,
}

impl Snapshot {
    /// Certificates after the identifier `after`, by identifier.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn certificates(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Page<StoredCertificate>, ContentsError> {
        let sql = "SELECT c.id, c.issuer, c.not_after, c.serial, one.public_key, o.der,
                          c.encryption_serial, two.public_key, o.encryption_der
                   FROM private_certificates AS c
                   JOIN private_certificate_contents AS o ON o.certificate = c.id
                   LEFT JOIN keys AS one ON one.id = c.key_id
                   LEFT JOIN keys AS two ON two.id = c.encryption_key_id
                   WHERE c.id > ?1 ORDER BY c.id LIMIT ?2";
        let mut statement = self.connection().prepare_cached(sql)?;
        let page = Page::read(&mut statement, params![after, limit], (after, limit), |row| {
            let mut issued =
                vec![Issued { serial: row.get(3)?, public_key: row.get(4)?, der: row.get(5)? }];
            if let (Some(serial), Some(der)) = (row.get(6)?, row.get(8)?) {
                issued.push(Issued { serial, public_key: row.get(7)?, der });
            }
            Ok(StoredCertificate {
                id: row.get(0)?,
                issuer: row.get(1)?,
                not_after: row.get(2)?,
                issued,
            })
        })?;
        Ok(page)
    }

    /// The certificates of authorities after the identifier `after`, by identifier.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn authorities(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Page<StoredAuthority>, ContentsError> {
        let sql = "SELECT c.authority, c.serial, k.public_key, c.der,
                          CASE a.issuer WHEN 'itself' THEN c.der
                                        WHEN 'authority' THEN above.der
                                        ELSE (SELECT chain.der FROM imported_chains AS chain
                                              WHERE chain.authority = c.authority
                                              ORDER BY position LIMIT 1) END
                   FROM certificates AS c
                   LEFT JOIN authorities AS a ON a.id = c.authority
                   LEFT JOIN certificates AS above ON above.authority = a.issuer_id
                   LEFT JOIN keys AS k ON k.id = a.key_id
                   WHERE c.authority > ?1 ORDER BY c.authority LIMIT ?2";
        let mut statement = self.connection().prepare_cached(sql)?;
        let page = Page::read(&mut statement, params![after, limit], (after, limit), |row| {
            Ok(StoredAuthority {
                id: row.get(0)?,
                issued: Issued { serial: row.get(1)?, public_key: row.get(2)?, der: row.get(3)? },
                issuer: row.get(4)?,
                chain: Vec::new(),
            })
        })?;
        let complete = page.complete(
            |authority| authority.id.clone(),
            |authority| {
                authority.chain = self.chain_of(&authority.id)?;
                Ok(())
            },
        );
        Ok(complete?)
    }

    fn chain_of(&self, authority: &str) -> sql::Result<Vec<Vec<u8>>> {
        let sql = "SELECT der FROM imported_chains WHERE authority = ?1 ORDER BY position";
        let mut statement = self.connection().prepare_cached(sql)?;
        statement.query_map([authority], |row| row.get(0))?.collect()
    }

    /// The certificates of OCSP responders after that of the authority `after`, by authority.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn responders(
        &self,
        after: &str,
        limit: u32,
    ) -> Result<Page<StoredResponder>, ContentsError> {
        let sql = "SELECT o.authority, o.not_after, o.serial, k.public_key, o.certificate
                   FROM responders AS o LEFT JOIN keys AS k ON k.id = o.key_id
                   WHERE o.authority > ?1 ORDER BY o.authority LIMIT ?2";
        let mut statement = self.connection().prepare_cached(sql)?;
        let page = Page::read(&mut statement, params![after, limit], (after, limit), |row| {
            Ok(StoredResponder {
                authority: row.get(0)?,
                not_after: row.get(1)?,
                issued: Issued { serial: row.get(2)?, public_key: row.get(3)?, der: row.get(4)? },
            })
        })?;
        Ok(page)
    }

    /// The certificate of an authority, DER, if there is one that can be read; it stays when the
    /// authority goes.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn certificate_of(&self, authority: &str) -> Result<Option<Vec<u8>>, ContentsError> {
        let sql = "SELECT der FROM certificates WHERE authority = ?1";
        let mut statement = self.connection().prepare_cached(sql)?;
        let mut rows = statement.query([authority])?;
        readable(rows.next()?.map(|row| row.get(0)).transpose())
    }

    /// The last CRLs of the lists after the list `after`, by list.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn crls(&self, after: &str, limit: u32) -> Result<Page<StoredCrl>, ContentsError> {
        let sql = "SELECT list, authority, number, body FROM crl_heads
                   WHERE list > ?1 AND body IS NOT NULL AND number IS NOT NULL
                   ORDER BY list LIMIT ?2";
        let mut statement = self.connection().prepare_cached(sql)?;
        let page = Page::read(&mut statement, params![after, limit], (after, limit), |row| {
            Ok(StoredCrl {
                list: row.get(0)?,
                authority: row.get(1)?,
                number: row.get(2)?,
                body: row.get(3)?,
            })
        })?;
        Ok(page)
    }

    /// The octets of a CRL's body, if they can be read.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn crl_body(&self, body: &str) -> Result<Option<Vec<u8>>, ContentsError> {
        let sql = "SELECT octets FROM crl_chunks WHERE body = ?1 ORDER BY number";
        let mut statement = self.connection().prepare_cached(sql)?;
        let chunks = statement.query_map([body], |row| row.get::<Vec<u8>>(0))?;
        readable(chunks.collect::<sql::Result<Vec<_>>>().map(|chunks| Some(chunks.concat())))
    }

    /// Rows with a sealed blob after the key `after`, by key.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn sealed(
        &self,
        of: SealedColumn,
        after: &str,
        limit: u32,
    ) -> Result<Page<SealedRow>, ContentsError> {
        let sql = sealed::every(of);
        let mut statement = self.connection().prepare_cached(&sql)?;
        let page = Page::read(&mut statement, params![after, limit], (after, limit), |row| {
            sealed::read(of, row)
        })?;
        Ok(page)
    }
}

/// What cannot be read is as if it were not there.
fn readable<T>(read: sql::Result<Option<T>>) -> Result<Option<T>, ContentsError> {
    match read {
        Err(error) if error.class() == Class::Value => Ok(None),
        read => Ok(read?),
    }
}
