//! A distinguished name as the APIs speak of it: six parts, each at most once.

use x509::{AttributeType, Name, NameError};

use crate::text::is_unseen;
use crate::{Error, Field};

/// The six parts of a distinguished name. A part that is not there is an empty text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DistinguishedName {
    /// CN.
    pub common_name: String,
    /// C.
    pub country: String,
    /// ST.
    pub state: String,
    /// L.
    pub locality: String,
    /// O.
    pub organization: String,
    /// OU.
    pub organizational_unit: String,
}

/// Whose order of the parts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum PartOrder {
    /// CN, C, ST, L, O, OU, as in the samples of the Private CA pages; C keeps its case.
    PrivateCa,
    /// C, ST, L, O, OU, CN; C is upper-case.
    Workspace,
}

impl DistinguishedName {
    /// The name with all six parts in this order.
    ///
    /// # Errors
    ///
    /// `Invalid` names the first part that is empty or breaks its bound (RFC 5280 appendix A.1).
    pub(crate) fn to_name(&self, order: PartOrder) -> Result<Name, Error> {
        let common_name = (AttributeType::CommonName, self.common_name.as_str());
        let country = (AttributeType::Country, self.country.as_str());
        let others = [
            (AttributeType::StateOrProvince, self.state.as_str()),
            (AttributeType::Locality, self.locality.as_str()),
            (AttributeType::Organization, self.organization.as_str()),
            (AttributeType::OrganizationalUnit, self.organizational_unit.as_str()),
        ];
        let [state, locality, organization, unit] = others;
        let parts = match order {
            PartOrder::PrivateCa => [common_name, country, state, locality, organization, unit],
            PartOrder::Workspace => {
                if !self.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
                    let problem = "the country must be two upper-case letters";
                    return Err(Error::invalid(Field::Country, problem));
                }
                [country, state, locality, organization, unit, common_name]
            }
        };
        Name::from_attributes(&parts).map_err(refused_part)
    }

    /// The name with those of the six parts that are there, in the order of Private CA.
    ///
    /// # Errors
    ///
    /// `Invalid` names the first part that breaks its bound (RFC 5280 appendix A.1).
    pub(crate) fn to_partial_name(&self) -> Result<Name, Error> {
        let parts = [
            (AttributeType::CommonName, self.common_name.as_str()),
            (AttributeType::Country, self.country.as_str()),
            (AttributeType::StateOrProvince, self.state.as_str()),
            (AttributeType::Locality, self.locality.as_str()),
            (AttributeType::Organization, self.organization.as_str()),
            (AttributeType::OrganizationalUnit, self.organizational_unit.as_str()),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        Name::from_attributes(&parts).map_err(refused_part)
    }

    /// This name, with the parts of `other` where it has none; the common name is its own.
    pub(crate) fn filled_from(self, other: &Self) -> Self {
        let or = |own: String, other: &String| if own.is_empty() { other.clone() } else { own };
        Self {
            common_name: self.common_name,
            country: or(self.country, &other.country),
            state: or(self.state, &other.state),
            locality: or(self.locality, &other.locality),
            organization: or(self.organization, &other.organization),
            organizational_unit: or(self.organizational_unit, &other.organizational_unit),
        }
    }

    /// The parts that a name has; the last one where a part appears more than once.
    pub(crate) fn of(name: &Name) -> Self {
        let part = |kind| name.attribute(kind).unwrap_or_default();
        Self {
            common_name: part(AttributeType::CommonName),
            country: part(AttributeType::Country),
            state: part(AttributeType::StateOrProvince),
            locality: part(AttributeType::Locality),
            organization: part(AttributeType::Organization),
            organizational_unit: part(AttributeType::OrganizationalUnit),
        }
    }
}

/// The subject of a certification request, written anew: the parts that the APIs know, in the order
/// of Private CA, one that is there twice as often as it is there; and what was left out.
///
/// # Errors
///
/// `Invalid` for the request when a part breaks its bound (RFC 5280 appendix A.1), is no text, or has
/// characters that nobody sees.
pub(crate) fn reencoded(subject: &Name) -> Result<(Name, Vec<String>), Error> {
    let refuse = |problem: String| Error::invalid(Field::Csr, problem);
    let mut parts = Vec::new();
    let mut notes = Vec::new();
    for attribute in subject.attributes() {
        let Some(kind) = attribute.kind() else {
            notes.push(format!("subject attribute {} dropped", attribute.oid()));
            continue;
        };
        match attribute.text() {
            Some(text) if !text.chars().any(is_unseen) => parts.push((kind, text)),
            _ => {
                let problem =
                    format!("the {kind} in the CSR's subject is not a text people can see");
                return Err(refuse(problem));
            }
        }
    }
    // The order of the types is that of Private CA.
    parts.sort_by_key(|(kind, _)| *kind);
    let parts: Vec<_> = parts.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
    let name = Name::from_attributes(&parts)
        .map_err(|error| refuse(format!("the CSR's subject cannot be used: {error}")))?;
    Ok((name, notes))
}

/// The refusal of a part of a subject.
pub(crate) fn refused_part(NameError { attribute, problem }: NameError) -> Error {
    let (field, part) = match attribute {
        AttributeType::CommonName => (Field::CommonName, "common name"),
        AttributeType::Country => (Field::Country, "country"),
        AttributeType::StateOrProvince => (Field::State, "state or province"),
        AttributeType::Locality => (Field::Locality, "locality"),
        AttributeType::Organization => (Field::Organization, "organization"),
        AttributeType::OrganizationalUnit => (Field::OrganizationalUnit, "organizational unit"),
    };
    Error::invalid(field, format!("the {part} {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> DistinguishedName {
        DistinguishedName {
            common_name: "Example CA".to_owned(),
            country: "cn".to_owned(),
            state: "Sichuan".to_owned(),
            locality: "Chengdu".to_owned(),
            organization: "Example".to_owned(),
            organizational_unit: "Test".to_owned(),
        }
    }

    fn refused(name: &DistinguishedName, order: PartOrder) -> Option<Field> {
        match name.to_name(order) {
            Err(Error::Invalid { field, .. }) => Some(field),
            _ => None,
        }
    }

    #[test]
    fn the_parts_survive_the_name() {
        let name = example().to_name(PartOrder::PrivateCa).unwrap();

        assert_eq!(DistinguishedName::of(&name), example());
    }

    #[test]
    fn private_ca_keeps_the_case_of_the_country_and_workspace_refuses_lower_case() {
        let upper = DistinguishedName { country: "CN".to_owned(), ..example() };

        assert_eq!(refused(&example(), PartOrder::PrivateCa), None);
        assert_eq!(refused(&example(), PartOrder::Workspace), Some(Field::Country));
        assert_eq!(refused(&upper, PartOrder::Workspace), None);
    }

    #[test]
    fn the_two_orders_are_the_same_name_in_another_order() {
        let upper = DistinguishedName { country: "CN".to_owned(), ..example() };
        let first = upper.to_name(PartOrder::PrivateCa).unwrap();
        let second = upper.to_name(PartOrder::Workspace).unwrap();

        assert!(!first.matches(&second));
        assert!(first.matches_in_any_order(&second));
    }

    #[test]
    fn a_refusal_names_the_part() {
        let long = "x".repeat(65);
        for (name, field) in [
            (DistinguishedName { common_name: String::new(), ..example() }, Field::CommonName),
            (DistinguishedName { common_name: long.clone(), ..example() }, Field::CommonName),
            (DistinguishedName { country: "C1".to_owned(), ..example() }, Field::Country),
            (DistinguishedName { state: "x".repeat(129), ..example() }, Field::State),
            (DistinguishedName { locality: "a\u{7}".to_owned(), ..example() }, Field::Locality),
            (DistinguishedName { organization: long.clone(), ..example() }, Field::Organization),
            (
                DistinguishedName { organizational_unit: long, ..example() },
                Field::OrganizationalUnit,
            ),
        ] {
            assert_eq!(refused(&name, PartOrder::PrivateCa), Some(field));
        }
    }
}
