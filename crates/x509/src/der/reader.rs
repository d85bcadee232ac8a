//! The strict DER reader.

use super::{DerError, tag};
use crate::oid::Oid;

/// One element: identifier, length and contents.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: u8,
    /// The contents octets.
    pub content: &'a [u8],
    /// The whole element, from its identifier octet on.
    pub encoded: &'a [u8],
}

/// Reads elements one after another; descends only when told to, so hostile nesting costs nothing.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether everything has been read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The identifier octet of the next element.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The next element, whatever it is.
    ///
    /// # Errors
    /// [`DerError`] if it is incomplete, or its tag or length is not of the short, definite, minimal form.
    pub fn any(&mut self) -> Result<Element<'a>, DerError> {
        let (&tag, after_tag) = self.rest.split_first().ok_or(DerError::Truncated)?;
        // Numbers above 30 do not occur in X.509; universal 0 ends indefinite lengths (X.690 §8.1.5).
        if tag & 0x1f == 0x1f || tag & 0xdf == 0 {
            return Err(DerError::Tag(tag));
        }
        let (length, after_length) = read_length(after_tag)?;
        let (content, rest) = after_length.split_at_checked(length).ok_or(DerError::Truncated)?;
        let (encoded, _) =
            self.rest.split_at_checked(self.rest.len() - rest.len()).ok_or(DerError::Truncated)?;
        self.rest = rest;
        Ok(Element { tag, content, encoded })
    }

    /// The contents of the next element, which must have `tag`.
    ///
    /// # Errors
    /// [`DerError`] if the element is malformed or another one.
    pub fn content(&mut self, tag: u8) -> Result<&'a [u8], DerError> {
        match self.peek() {
            None => Err(DerError::Truncated),
            Some(other) if other != tag => Err(DerError::Tag(other)),
            Some(_) => Ok(self.any()?.content),
        }
    }

    /// A reader of the contents of the next element, which must have `tag`.
    ///
    /// # Errors
    /// As [`Reader::content`].
    pub fn nested(&mut self, tag: u8) -> Result<Reader<'a>, DerError> {
        self.content(tag).map(Reader::new)
    }

    /// As [`Reader::nested`], or `None` if the next element is another one or there is none.
    ///
    /// # Errors
    /// [`DerError`] if the element is there but malformed.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Reader<'a>>, DerError> {
        if self.peek() == Some(tag) { self.nested(tag).map(Some) } else { Ok(None) }
    }

    /// The octets not read yet.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`DerError::Trailing`] if something is left.
    pub const fn finish(&self) -> Result<(), DerError> {
        if self.rest.is_empty() { Ok(()) } else { Err(DerError::Trailing) }
    }

    /// The octets of a non-negative `INTEGER`, most significant first, without the leading zero octet.
    ///
    /// # Errors
    /// [`DerError`] if it is negative, empty or not minimal (X.690 §8.3.2).
    pub fn unsigned(&mut self) -> Result<&'a [u8], DerError> {
        match self.content(tag::INTEGER)? {
            [] => Err(DerError::Value),
            [0] => Ok(&[0]),
            [0, rest @ ..] if rest.first().is_some_and(|first| first & 0x80 != 0) => Ok(rest),
            [first, ..] if *first == 0 || first & 0x80 != 0 => Err(DerError::Value),
            content => Ok(content),
        }
    }

    /// A `BOOLEAN`.
    ///
    /// # Errors
    /// [`DerError`] if its octet is neither 00 nor FF (X.690 §11.1).
    pub fn boolean(&mut self) -> Result<bool, DerError> {
        match self.content(tag::BOOLEAN)? {
            [0x00] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(DerError::Value),
        }
    }

    /// An `OBJECT IDENTIFIER`.
    ///
    /// # Errors
    /// [`DerError`] if an arc is not minimal, incomplete or longer than 128 bits.
    pub fn oid(&mut self) -> Result<Oid, DerError> {
        Oid::from_content(self.content(tag::OID)?)
    }

    /// A `BIT STRING` of whole octets.
    ///
    /// # Errors
    /// [`DerError`] if it has unused bits.
    pub fn bit_string(&mut self) -> Result<&'a [u8], DerError> {
        match self.content(tag::BIT_STRING)?.split_first() {
            Some((0, bits)) => Ok(bits),
            _ => Err(DerError::Value),
        }
    }
}

/// Reads a definite, minimal length of at most four octets (X.690 §10.1).
fn read_length(bytes: &[u8]) -> Result<(usize, &[u8]), DerError> {
    let (&first, rest) = bytes.split_first().ok_or(DerError::Truncated)?;
    if first < 0x80 {
        return Ok((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return Err(DerError::Length);
    }
    let (octets, rest) = rest.split_at_checked(count).ok_or(DerError::Truncated)?;
    let length = octets.iter().fold(0_usize, |length, octet| length << 8 | usize::from(*octet));
    if length < 0x80 || octets.first() == Some(&0) {
        return Err(DerError::Length);
    }
    Ok((length, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_lengths_that_are_not_der() {
        for bytes in [
            &[0x04, 0x80, 0x00, 0x00][..],
            &[0x04, 0x81, 0x01, 0x00],
            &[0x04, 0x82, 0x00, 0x80],
            &[0x04, 0x85, 0x01, 0x00, 0x00, 0x00, 0x00],
        ] {
            assert_eq!(Reader::new(bytes).any().unwrap_err(), DerError::Length, "{bytes:?}");
        }
    }

    #[test]
    fn refuses_an_element_longer_than_the_bytes() {
        assert_eq!(Reader::new(&[0x04, 0x02, 0x00]).any().unwrap_err(), DerError::Truncated);
        assert_eq!(
            Reader::new(&[0x04, 0x84, 0xff, 0xff, 0xff, 0xff]).any().unwrap_err(),
            DerError::Truncated
        );
    }

    #[test]
    fn refuses_the_tag_that_ends_indefinite_lengths() {
        assert_eq!(Reader::new(&[0, 0]).any().unwrap_err(), DerError::Tag(0));
        assert_eq!(Reader::new(&[0x20, 0]).any().unwrap_err(), DerError::Tag(0x20));
    }

    #[test]
    fn reads_only_minimal_non_negative_integers() {
        assert_eq!(Reader::new(&[2, 1, 0]).unsigned(), Ok(&[0][..]));
        assert_eq!(Reader::new(&[2, 2, 0, 0x80]).unsigned(), Ok(&[0x80][..]));
        for bytes in [&[2, 0][..], &[2, 1, 0x80], &[2, 2, 0, 0x7f], &[2, 2, 0, 0]] {
            assert_eq!(Reader::new(bytes).unsigned(), Err(DerError::Value), "{bytes:?}");
        }
    }

    #[test]
    fn keeps_the_whole_encoding_of_an_element() {
        let bytes = [0x30, 0x03, 0x02, 0x01, 0x05, 0x05, 0x00];
        let mut reader = Reader::new(&bytes);

        let element = reader.any().unwrap();

        assert_eq!(element.encoded, &bytes[..5]);
        assert_eq!(reader.rest(), &bytes[5..]);
    }
}
