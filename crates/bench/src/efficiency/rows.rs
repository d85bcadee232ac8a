//! The rows and the audit event of one issuance, as the server has written them.

use crate::failure::Failure;
use crate::seed::{Cell, Ledger, Row};

/// The rows of one issuance, and the texts by which copies differ.
pub(super) struct Rows {
    /// Tables and rows in the order in which they are inserted.
    pub(super) all: Vec<(&'static str, Row)>,
    /// The account whose certificates are counted.
    pub(super) account: String,
    /// The certificates themselves: one, or the two of an SM2 pair.
    pub(super) ders: Vec<Vec<u8>>,
    differing: Vec<String>,
    /// How many copies were made in the server's own tables.
    copies: std::cell::Cell<u64>,
}

impl Rows {
    /// Those of the certificate `id`.
    ///
    /// # Errors
    ///
    /// They are not where they were when this was written.
    pub(super) fn of(ledger: &Ledger, id: &str) -> Result<Self, Failure> {
        let mut all = Vec::new();
        let mut add = |table: &'static str, condition: &str| {
            let rows = ledger.rows(&format!("SELECT * FROM {table} WHERE {condition}"))?;
            let first = rows.first().cloned();
            all.extend(rows.into_iter().map(|row| (table, row)));
            Ok::<_, Failure>(first)
        };
        let missing = || Failure::Exhausted("rows of the certificate");
        let certificate =
            add("private_certificates", &format!("id = '{id}'"))?.ok_or_else(missing)?;
        let text = |name: &str| match certificate.column(name) {
            Ok(Cell::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let contents = add("private_certificate_contents", &format!("certificate = '{id}'"))?;
        let contents = contents.ok_or_else(missing)?;
        let mut differing = vec![id.to_owned()];
        for serial in [text("serial"), text("encryption_serial")].into_iter().flatten() {
            add("serials", &format!("serial = '{serial}'"))?;
            differing.push(serial);
        }
        for key in [text("key_id"), text("encryption_key_id")].into_iter().flatten() {
            add("keys", &format!("id = '{key}'"))?;
            differing.push(key);
        }
        let event = add("audit_events", &format!("object = '{id}'"))?.ok_or_else(missing)?;
        if let Ok(Cell::Text(change)) = event.column("change_id") {
            differing.push(change.clone());
        }
        let octets = |name: &str| match contents.column(name) {
            Ok(Cell::Blob(octets)) => Some(octets.clone()),
            _ => None,
        };
        let ders = ["der", "encryption_der"].into_iter().filter_map(octets).collect();
        let account = text("account").ok_or_else(missing)?;
        Ok(Self { all, account, ders, differing, copies: Default::default() })
    }

    /// The number of the last copy in the server's own tables, after so many more.
    pub(super) fn copies(&self, more: u64) -> u64 {
        self.copies.set(self.copies.get() + more);
        self.copies.get()
    }

    /// A cell of the copy with this number.
    pub(super) fn cell(&self, cell: &Cell, number: u64) -> Cell {
        match cell {
            Cell::Text(text) => {
                let mut copy = text.clone();
                for own in &self.differing {
                    if copy.contains(own.as_str()) {
                        copy = copy.replace(own.as_str(), &other(own, number));
                    }
                }
                Cell::Text(copy)
            }
            cell => cell.clone(),
        }
    }
}

/// Another identifier or serial number of the same length: the last digits count.
fn other(text: &str, number: u64) -> String {
    let digits = format!("{number:012x}");
    let kept = text.len().saturating_sub(digits.len());
    let kept: String = text.chars().take(kept).collect();
    kept + &digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_identifier_has_the_same_length() {
        let id = "01a20272-c5fc-7462-9abf-f189f3b30b95";

        assert_eq!(other(id, 255), "01a20272-c5fc-7462-9abf-0000000000ff");
        assert_ne!(other(id, 1), other(id, 2));
    }
}
