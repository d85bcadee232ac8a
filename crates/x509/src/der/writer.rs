//! The DER writer.

use super::tag;
use crate::oid::Oid;

/// Writes elements one after another into one buffer.
#[derive(Debug, Default)]
pub struct Writer {
    buffer: Vec<u8>,
}

impl Writer {
    /// An empty writer.
    #[must_use]
    pub const fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    /// An empty writer that does not move its bytes before `capacity` octets are written. Secrets need that:
    /// what a growing buffer leaves behind is not wiped.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { buffer: Vec::with_capacity(capacity) }
    }

    /// The bytes that `write` writes.
    pub fn build(write: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut writer = Self::new();
        write(&mut writer);
        writer.buffer
    }

    /// What has been written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }

    /// Bytes that are DER already.
    pub fn raw(&mut self, der: &[u8]) {
        self.buffer.extend_from_slice(der);
    }

    /// An element with these contents.
    pub fn element(&mut self, tag: u8, content: &[u8]) {
        self.nested(tag, |w| w.raw(content));
    }

    /// An element whose contents `write` writes.
    pub fn nested(&mut self, tag: u8, write: impl FnOnce(&mut Self)) {
        let start = self.buffer.len();
        write(self);
        let length = self.buffer.len() - start;

        match u8::try_from(length) {
            Ok(short @ 0..0x80) => self.buffer.extend([tag, short]),
            Ok(_) | Err(_) => self.buffer.extend(header(tag, length as u64)),
        }

        let header = self.buffer.len() - start - length;
        if let Some(element) = self.buffer.get_mut(start..) {
            element.rotate_right(header);
        }
    }

    /// A `SEQUENCE`.
    pub fn sequence(&mut self, write: impl FnOnce(&mut Self)) {
        self.nested(tag::SEQUENCE, write);
    }

    /// A non-negative `INTEGER` from its octets, most significant first; leading zero octets are dropped.
    pub fn unsigned(&mut self, octets: &[u8]) {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        let significant = octets.get(zeros..).unwrap_or_default();
        self.nested(tag::INTEGER, |w| {
            if significant.first().is_none_or(|first| first & 0x80 != 0) {
                w.raw(&[0]);
            }
            w.raw(significant);
        });
    }

    /// `BOOLEAN` TRUE. (FALSE is a default wherever X.509 has a `BOOLEAN`, and defaults are not written.)
    pub fn boolean_true(&mut self) {
        self.element(tag::BOOLEAN, &[0xff]);
    }

    /// `NULL`.
    pub fn null(&mut self) {
        self.element(tag::NULL, &[]);
    }

    /// An `OBJECT IDENTIFIER`.
    pub fn oid(&mut self, oid: &Oid) {
        self.element(tag::OID, oid.content());
    }

    /// An `OCTET STRING`.
    pub fn octet_string(&mut self, octets: &[u8]) {
        self.element(tag::OCTET_STRING, octets);
    }

    /// A `BIT STRING` of whole octets.
    pub fn bit_string(&mut self, octets: &[u8]) {
        self.nested(tag::BIT_STRING, |w| {
            w.raw(&[0]);
            w.raw(octets);
        });
    }
}

/// Tag and length of an element whose content has `length` octets: where the content is written
/// apart.
#[must_use]
pub fn header(tag: u8, length: u64) -> Vec<u8> {
    let mut header = vec![tag];
    let octets = length.to_be_bytes();
    let significant = octets.into_iter().skip_while(|octet| *octet == 0);
    if length >= 0x80 {
        let count = significant.clone().count();
        header.push(0x80 | u8::try_from(count).unwrap_or(0x7f));
        header.extend(significant);
    } else {
        header.push(u8::try_from(length).unwrap_or(0x7f));
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::Reader;

    #[test]
    fn what_it_writes_is_read_back_at_every_length_form() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000] {
            let content = vec![7; length];

            let der = Writer::build(|w| w.octet_string(&content));

            let mut reader = Reader::new(&der);
            assert_eq!(reader.content(tag::OCTET_STRING), Ok(&content[..]));
            assert_eq!(reader.finish(), Ok(()));
        }
    }

    #[test]
    fn writes_integers_minimally() {
        assert_eq!(Writer::build(|w| w.unsigned(&[])), [2, 1, 0]);
        assert_eq!(Writer::build(|w| w.unsigned(&[0, 0, 5])), [2, 1, 5]);
        assert_eq!(Writer::build(|w| w.unsigned(&[0x80])), [2, 2, 0, 0x80]);
    }
}
