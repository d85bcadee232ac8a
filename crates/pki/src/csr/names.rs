//! The names of a certification request: the main one and those in the list beside it.

use std::net::IpAddr;

use x509::GeneralName;

use crate::text::is_unseen;
use crate::{Error, Field};

/// The subject alternative names: the main name, then those of the list, which commas, semicolons
/// or white space separate; each once, in order.
///
/// # Errors
///
/// `Invalid` when the list is not empty and has no name; else it names the first that is neither a DNS name nor an IP address.
pub(super) fn alternative_names(domain_name: &str, sans: &str) -> Result<Vec<GeneralName>, Error> {
    let mut names = vec![parse(domain_name, Field::DomainName)?];
    let blank = |c: char| c.is_ascii_whitespace() || (c.is_whitespace() && !is_unseen(c));
    let further = sans.split(|c| matches!(c, ',' | ';') || blank(c));
    let mut further = further.filter(|text| !text.is_empty()).peekable();
    if !sans.is_empty() && further.peek().is_none() {
        return Err(Error::invalid(Field::Sans, "there is no name in it"));
    }
    for text in further {
        let name = parse(text, Field::Sans)?;
        if !names.iter().any(|present| same(present, &name)) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The text of a name, where it is one that people write.
pub(super) fn text(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::Dns(text) | GeneralName::Email(text) | GeneralName::Uri(text) => {
            Some(text.clone())
        }
        GeneralName::Ip(address) => Some(address.to_string()),
        GeneralName::Directory(_) | GeneralName::Other(_) => None,
    }
}

/// Reads a name as people write it.
pub(super) fn parse(text: &str, field: Field) -> Result<GeneralName, Error> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(GeneralName::Ip(address));
    }
    GeneralName::parse_dns(text).map_err(|_| {
        let shown: String = text.chars().take(64).collect();
        Error::invalid(field, format!("{shown:?} is neither a DNS name nor an IP address"))
    })
}

/// Whether two names are the same: DNS names know no case (RFC 5280 §7.2).
fn same(one: &GeneralName, other: &GeneralName) -> bool {
    match (one, other) {
        (GeneralName::Dns(one), GeneralName::Dns(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(domain_name: &str, sans: &str) -> Vec<String> {
        let names = alternative_names(domain_name, sans).unwrap();
        names.iter().filter_map(text).collect()
    }

    #[test]
    fn the_list_takes_commas_semicolons_and_white_space() {
        let names =
            texts("a.example", " b.example,c.example;d.example\r\ne.example\t ,; f.example");

        assert_eq!(
            names,
            ["a.example", "b.example", "c.example", "d.example", "e.example", "f.example"]
        );
    }

    #[test]
    fn a_name_appears_once_whatever_its_case() {
        assert_eq!(texts("a.example", "A.Example,b.example,B.EXAMPLE"), ["a.example", "b.example"]);
        assert_eq!(texts("::1", "0:0:0:0:0:0:0:1"), ["::1"]);
    }

    #[test]
    fn an_address_becomes_an_address() {
        let names = alternative_names("192.0.2.10", "2001:db8::1").unwrap();

        assert!(names.iter().all(|name| matches!(name, GeneralName::Ip(_))));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (domain_name, sans, field) in [
            ("", "", Field::DomainName),
            ("a b", "", Field::DomainName),
            ("-a.example", "", Field::DomainName),
            ("a..example", "", Field::DomainName),
            ("a.*.example", "", Field::DomainName),
            ("bücher.example", "", Field::DomainName),
            ("a.example", "b_c.example,https://x", Field::Sans),
            ("a.example", "b.example,me@example.org", Field::Sans),
            ("a.example", ",,;", Field::Sans),
            ("a.example", "b.example\u{2028}c.example", Field::Sans),
            ("a.example", " ", Field::Sans),
        ] {
            let refused = alternative_names(domain_name, sans);
            assert!(
                matches!(refused, Err(Error::Invalid { field: found, .. }) if found == field),
                "{domain_name} {sans}"
            );
        }
    }
}
