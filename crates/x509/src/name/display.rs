//! Names as text (RFC 4514).

use std::fmt;

use super::{Attribute, Name};
use crate::{der::Writer, oid};

/// The form of RFC 4514: relative names in reverse order, special and control characters escaped.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.rdns.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (index, attribute) in rdn.iter().enumerate() {
                if index > 0 {
                    f.write_str("+")?;
                }
                write_attribute(f, attribute)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

/// `type=value`; a type without a short name is written with its value's DER in hex (RFC 4514 §2.4).
fn write_attribute(f: &mut fmt::Formatter<'_>, attribute: &Attribute) -> fmt::Result {
    let short_name = match attribute.kind() {
        Some(kind) => Some(kind.short_name()),
        None if attribute.oid == oid::EMAIL_ADDRESS => Some("emailAddress"),
        None if attribute.oid == oid::DOMAIN_COMPONENT => Some("DC"),
        None => None,
    };
    match (short_name, attribute.text()) {
        (Some(short_name), Some(text)) => {
            write!(f, "{short_name}=")?;
            write_escaped(f, &text)
        }
        _ => {
            write!(f, "{}=#", attribute.oid)?;
            let der = Writer::build(|w| w.element(attribute.tag, &attribute.value));
            der.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
        }
    }
}

/// Escapes as in RFC 4514 §2.4.
fn write_escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let last = text.char_indices().next_back().map(|(index, _)| index);
    for (index, character) in text.char_indices() {
        match character {
            ' ' if index == 0 || Some(index) == last => f.write_str("\\ ")?,
            '#' if index == 0 => f.write_str("\\#")?,
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{character}")?,
            _ if character.is_control() => {
                let mut octets = [0; 4];
                for octet in character.encode_utf8(&mut octets).bytes() {
                    write!(f, "\\{octet:02x}")?;
                }
            }
            _ => write!(f, "{character}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::name::{AttributeType::*, Name};

    #[test]
    fn is_in_reverse_order_and_escaped() {
        let name = Name::from_attributes(&[
            (Country, "CN"),
            (Organization, "Sue, Grabbit & \"Runn\""),
            (CommonName, "#é "),
        ])
        .unwrap();

        assert_eq!(name.to_string(), "CN=\\#é\\ ,O=Sue\\, Grabbit & \\\"Runn\\\",C=CN");
    }
}
