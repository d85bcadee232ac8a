//! The subject of a certification request.

use x509::{AttributeType, Name};

use super::Usage;
use crate::company::Company;
use crate::text::is_unseen;
use crate::{Error, Field, subject};

/// The greatest length of the main name, in characters.
const LONGEST_DOMAIN_NAME: usize = 63;

/// The subject for a main name: CN alone for a person, C, ST, L, O, CN for a company, with C in
/// capitals (ISO 3166).
///
/// # Errors
///
/// `Invalid` names the first part that breaks its bound (RFC 5280 appendix A.1).
pub(super) fn subject(domain_name: &str, usage: Usage, company: &Company) -> Result<Name, Error> {
    if domain_name.chars().count() > LONGEST_DOMAIN_NAME {
        let problem = format!("the domain name is longer than {LONGEST_DOMAIN_NAME} characters");
        return Err(Error::invalid(Field::DomainName, problem));
    }
    let common_name = (AttributeType::CommonName, domain_name);
    let built = match usage {
        Usage::Personal => Name::from_attributes(&[common_name]),
        Usage::Enterprise => {
            let country = company.country.to_ascii_uppercase();
            let [country, state, locality, organization] = company.attributes(&country);
            Name::from_attributes(&[country, state, locality, organization, common_name])
        }
    };
    built.map_err(|refused| match subject::refused_part(refused) {
        Error::Invalid { field: Field::CommonName, problem } => {
            Error::invalid(Field::DomainName, problem)
        }
        error => error,
    })
}

/// Refuses a name of an object that is blank, too long, or has control or format characters.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let length = name.chars().count();
    if length <= 63 && !name.trim().is_empty() && !name.chars().any(is_unseen) {
        return Ok(());
    }
    let problem =
        "the name must have 1 to 63 characters, not all blank, and no control or format characters";
    Err(Error::invalid(Field::Name, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company() -> Company {
        Company {
            country: "de".to_owned(),
            province: "Hamburg".to_owned(),
            city: "Altona".to_owned(),
            name: "Example GmbH".to_owned(),
        }
    }

    #[test]
    fn a_person_has_a_common_name_alone() {
        let subject = subject("a.example", Usage::Personal, &company()).unwrap();

        assert_eq!(subject.attributes().count(), 1);
        assert_eq!(subject.attribute(AttributeType::CommonName).as_deref(), Some("a.example"));
    }

    #[test]
    fn a_company_comes_before_the_name_with_its_country_in_capitals() {
        let subject = subject("a.example", Usage::Enterprise, &company()).unwrap();

        let texts: Vec<String> =
            subject.attributes().filter_map(x509::name::Attribute::text).collect();
        assert_eq!(texts, ["DE", "Hamburg", "Altona", "Example GmbH", "a.example"]);
    }

    #[test]
    fn what_does_not_fit_is_refused_by_its_field() {
        let long = Company { name: "x".repeat(65), ..company() };
        let strange = Company { country: "D1".to_owned(), ..company() };
        let domain_name = "x".repeat(64);
        for (domain_name, company, field) in [
            (domain_name.as_str(), company(), Field::DomainName),
            ("a.example", long, Field::Organization),
            ("a.example", strange, Field::Country),
        ] {
            let refused = subject(domain_name, Usage::Enterprise, &company);
            assert!(matches!(refused, Err(Error::Invalid { field: found, .. }) if found == field));
        }
    }

    #[test]
    fn a_name_is_short_and_printable() {
        for (name, allowed) in [
            ("a", true),
            ("有 name", true),
            ("", false),
            ("a\nb", false),
            ("a\u{85}b", false),
            ("a\u{202e}b", false),
            (" ", false),
            (&"有".repeat(63), true),
            (&"x".repeat(64), false),
        ] {
            assert_eq!(check_name(name).is_ok(), allowed, "{name:?}");
        }
    }
}
