//! DER (X.690 §10, §11): a strict reader that never recurses, and a writer.

mod reader;
mod writer;

pub use reader::{Element, Reader};
pub use writer::{Writer, header};

/// Identifier octets of the types used in X.509 (X.680 §8.6).
pub mod tag {
    /// `BOOLEAN`
    pub const BOOLEAN: u8 = 0x01;
    /// `INTEGER`
    pub const INTEGER: u8 = 0x02;
    /// `BIT STRING`
    pub const BIT_STRING: u8 = 0x03;
    /// `OCTET STRING`
    pub const OCTET_STRING: u8 = 0x04;
    /// `NULL`
    pub const NULL: u8 = 0x05;
    /// `OBJECT IDENTIFIER`
    pub const OID: u8 = 0x06;
    /// `ENUMERATED`
    pub const ENUMERATED: u8 = 0x0a;
    /// `UTF8String`
    pub const UTF8_STRING: u8 = 0x0c;
    /// `PrintableString`
    pub const PRINTABLE_STRING: u8 = 0x13;
    /// `TeletexString` (`T61String`)
    pub const TELETEX_STRING: u8 = 0x14;
    /// `IA5String`
    pub const IA5_STRING: u8 = 0x16;
    /// `UTCTime`
    pub const UTC_TIME: u8 = 0x17;
    /// `GeneralizedTime`
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// `UniversalString`
    pub const UNIVERSAL_STRING: u8 = 0x1c;
    /// `BMPString`
    pub const BMP_STRING: u8 = 0x1e;
    /// `SEQUENCE` and `SEQUENCE OF`
    pub const SEQUENCE: u8 = 0x30;
    /// `SET` and `SET OF`
    pub const SET: u8 = 0x31;

    /// Context-specific, primitive: `[number] IMPLICIT` of a primitive type.
    #[must_use]
    pub const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// Context-specific, constructed: `[number] EXPLICIT`, or `IMPLICIT` of a constructed type.
    #[must_use]
    pub const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// Why bytes are not the DER that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DerError {
    /// The bytes end inside an element.
    #[error("unexpected end of the bytes")]
    Truncated,
    /// A length is indefinite, not minimal, or longer than four octets (X.690 §10.1).
    #[error("length not in DER")]
    Length,
    /// Another element was expected here.
    #[error("unexpected tag {0:#04x}")]
    Tag(u8),
    /// Something follows where nothing may.
    #[error("trailing bytes")]
    Trailing,
    /// The contents are not a value of their type.
    #[error("value not allowed")]
    Value,
}
