//! The string types in which attribute values come (RFC 5280 §4.1.2.4, appendix A.1).

use crate::der::tag;

/// Whether values with this tag are strings that [`decode`] decodes.
pub(super) const fn is_string(tag: u8) -> bool {
    matches!(
        tag,
        tag::UTF8_STRING
            | tag::PRINTABLE_STRING
            | tag::TELETEX_STRING
            | tag::IA5_STRING
            | tag::BMP_STRING
            | tag::UNIVERSAL_STRING
    )
}

/// The text of a string; `None` if it is not one, or not a correct one.
///
/// PrintableString may hold any ASCII character, since much is labelled so wrongly. TeletexString is read as
/// Latin-1, which is what writers meant by it.
pub(super) fn decode(tag: u8, octets: &[u8]) -> Option<String> {
    match tag {
        tag::UTF8_STRING => str::from_utf8(octets).ok().map(str::to_owned),
        tag::PRINTABLE_STRING | tag::IA5_STRING => {
            octets.is_ascii().then(|| octets.iter().copied().map(char::from).collect())
        }
        tag::TELETEX_STRING => Some(octets.iter().copied().map(char::from).collect()),
        tag::BMP_STRING => {
            let (units, []) = octets.as_chunks::<2>() else { return None };
            char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
                .collect::<Result<_, _>>()
                .ok()
        }
        tag::UNIVERSAL_STRING => {
            let (units, []) = octets.as_chunks::<4>() else { return None };
            units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit))).collect()
        }
        _ => None,
    }
}
