//! The rows of one certificate that was issued through the API: what copies are made of.

use super::cell::Cell;
use crate::failure::Failure;

/// The tables that an issuance writes, with the columns in which copies differ, and how to find the
/// row of the certificate `{id}` that `{issuer}` issued with the serial number `{serial}`.
pub(super) const TABLES: [Table; 5] = [
    Table {
        name: "private_certificates",
        differing: &["id", "common_name", "serial", "not_after", "created_at"],
        condition: "id = '{id}'",
    },
    Table {
        name: "private_certificate_contents",
        differing: &["certificate", "der"],
        condition: "certificate = '{id}'",
    },
    Table {
        name: "serials",
        differing: &["serial", "not_after"],
        condition: "issuer = '{issuer}' AND serial = '{serial}'",
    },
    Table {
        name: "certificate_tags",
        differing: &["certificate", "value"],
        condition: "certificate = '{id}'",
    },
    Table {
        name: "audit_events",
        differing: &["change_id", "at", "object", "detail"],
        condition: "object = '{id}' AND detail LIKE '%serial number%'",
    },
];

/// A table that an issuance writes.
pub(super) struct Table {
    /// Its name.
    pub(super) name: &'static str,
    /// The columns in which copies differ.
    pub(super) differing: &'static [&'static str],
    condition: &'static str,
}

/// A row by the names of its columns.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The columns in the table's order.
    pub(crate) columns: Vec<(String, Cell)>,
}

/// All rows of one certificate.
pub(super) struct Template {
    /// A row of each table.
    pub(super) rows: Vec<Row>,
    /// Its serial number, hexadecimal.
    pub(super) serial: String,
    /// Its bytes.
    pub(super) der: Vec<u8>,
    /// When it was created, in milliseconds.
    pub(super) created_at: i64,
    /// When it ends, in milliseconds.
    pub(super) not_after: i64,
    /// What its audit event tells.
    pub(super) detail: String,
    /// Its account.
    pub(super) account: String,
}

impl Template {
    /// Reads it with `row`, which is given SQL that finds exactly one.
    ///
    /// # Errors
    ///
    /// A row is not where it was when this was written.
    pub(super) fn read(
        id: &str,
        issuer: &str,
        mut row: impl FnMut(&str) -> Result<Row, Failure>,
    ) -> Result<Self, Failure> {
        let sql = format!("SELECT serial FROM private_certificates WHERE id = '{id}'");
        let serial = row(&sql)?.text("serial")?.to_owned();
        let mut rows = Vec::with_capacity(TABLES.len());
        for table in &TABLES {
            let condition = table.condition.replace("{id}", id);
            let condition = condition.replace("{issuer}", issuer).replace("{serial}", &serial);
            rows.push(row(&format!("SELECT * FROM {} WHERE {condition}", table.name))?);
        }
        let (certificate, contents, event) = match rows.as_slice() {
            [certificate, contents, _, _, event] => (certificate, contents, event),
            _ => return Err(unlike("the tables")),
        };
        let template = Self {
            serial,
            der: contents.blob("der")?.to_vec(),
            created_at: certificate.integer("created_at")?,
            not_after: certificate.integer("not_after")?,
            detail: event.text("detail")?.to_owned(),
            account: certificate.text("account")?.to_owned(),
            rows: Vec::new(),
        };
        Ok(Self { rows, ..template })
    }
}

impl Row {
    /// What a column has.
    ///
    /// # Errors
    ///
    /// There is no such column.
    pub(crate) fn column(&self, name: &str) -> Result<&Cell, Failure> {
        let found = self.columns.iter().find(|(own, _)| own == name);
        found.map(|(_, cell)| cell).ok_or_else(|| unlike(name))
    }

    /// A text.
    ///
    /// # Errors
    ///
    /// The column has none.
    pub(super) fn text(&self, name: &str) -> Result<&str, Failure> {
        match self.column(name)? {
            Cell::Text(text) => Ok(text),
            _ => Err(unlike(name)),
        }
    }

    /// An integer.
    ///
    /// # Errors
    ///
    /// The column has none.
    pub(super) fn integer(&self, name: &str) -> Result<i64, Failure> {
        match self.column(name)? {
            Cell::Integer(integer) => Ok(*integer),
            _ => Err(unlike(name)),
        }
    }

    /// Octets.
    ///
    /// # Errors
    ///
    /// The column has none.
    pub(super) fn blob(&self, name: &str) -> Result<&[u8], Failure> {
        match self.column(name)? {
            Cell::Blob(octets) => Ok(octets),
            _ => Err(unlike(name)),
        }
    }
}

/// The database is not as it was when this was written.
pub(super) fn unlike(what: &str) -> Failure {
    let text = format!("{what} is not where it was when this was written");
    Failure::Unintelligible { what: "the server's database", text }
}
