//! Building names from text, within the bounds of X.520.

use super::{AttributeType, Name};
use crate::der::{Writer, tag};

/// Why a value cannot go into a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{attribute}: {problem}")]
pub struct NameError {
    /// Which attribute it was for.
    pub attribute: AttributeType,
    /// What is wrong with it.
    pub problem: NameProblem,
}

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    /// It has no characters.
    #[error("is empty")]
    Empty,
    /// It has more characters than X.520's upper bound (RFC 5280 appendix A.1).
    #[error("is longer than {limit} characters")]
    TooLong {
        /// The most characters allowed.
        limit: usize,
    },
    /// A country is two ASCII letters (ISO 3166).
    #[error("is not two letters")]
    NotTwoLetters,
    /// It has a control character.
    #[error("has a control character")]
    ControlCharacter,
}

impl Name {
    /// The name with these attributes, in this order, each in a relative name of its own.
    ///
    /// A country is a PrintableString, all else UTF8String (RFC 5280 §4.1.2.4).
    ///
    /// # Errors
    /// [`NameError`] naming the first attribute that is out of X.520's bounds (RFC 5280 appendix A.1).
    pub fn from_attributes(attributes: &[(AttributeType, &str)]) -> Result<Self, NameError> {
        for (attribute, text) in attributes {
            check(*attribute, text)
                .map_err(|problem| NameError { attribute: *attribute, problem })?;
        }
        let der = Writer::build(|w| {
            w.sequence(|w| {
                for (attribute, text) in attributes {
                    w.nested(tag::SET, |w| write_attribute(w, *attribute, text));
                }
            });
        });
        let rdns = attributes
            .iter()
            .map(|(attribute, text)| {
                vec![super::Attribute {
                    oid: attribute.oid(),
                    tag: string_tag(*attribute),
                    value: text.as_bytes().to_vec(),
                }]
            })
            .collect();
        Ok(Self { der: der.into(), rdns })
    }
}

fn write_attribute(w: &mut Writer, attribute: AttributeType, text: &str) {
    w.sequence(|w| {
        w.oid(&attribute.oid());
        w.element(string_tag(attribute), text.as_bytes());
    });
}

const fn string_tag(attribute: AttributeType) -> u8 {
    match attribute {
        AttributeType::Country => tag::PRINTABLE_STRING,
        _ => tag::UTF8_STRING,
    }
}

/// Checks a value against the bounds of its type.
fn check(attribute: AttributeType, text: &str) -> Result<(), NameProblem> {
    let limit = match attribute {
        AttributeType::Country => {
            let two_letters =
                text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_alphabetic());
            return if two_letters { Ok(()) } else { Err(NameProblem::NotTwoLetters) };
        }
        AttributeType::StateOrProvince | AttributeType::Locality => 128,
        AttributeType::CommonName
        | AttributeType::Organization
        | AttributeType::OrganizationalUnit => 64,
    };
    if text.is_empty() {
        Err(NameProblem::Empty)
    } else if text.chars().count() > limit {
        Err(NameProblem::TooLong { limit })
    } else if text.chars().any(char::is_control) {
        Err(NameProblem::ControlCharacter)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(attribute: AttributeType, text: &str) -> Option<NameProblem> {
        Name::from_attributes(&[(attribute, text)]).err().map(|error| error.problem)
    }

    #[test]
    fn bounds_are_counted_in_characters() {
        for (attribute, limit) in [
            (AttributeType::CommonName, 64),
            (AttributeType::Organization, 64),
            (AttributeType::OrganizationalUnit, 64),
            (AttributeType::Locality, 128),
            (AttributeType::StateOrProvince, 128),
        ] {
            assert_eq!(problem(attribute, &"é".repeat(limit)), None);
            assert_eq!(
                problem(attribute, &"é".repeat(limit + 1)),
                Some(NameProblem::TooLong { limit })
            );
            assert_eq!(problem(attribute, ""), Some(NameProblem::Empty));
        }
    }

    #[test]
    fn a_country_is_two_letters_of_either_case() {
        assert_eq!(problem(AttributeType::Country, "cn"), None);
        assert_eq!(problem(AttributeType::Country, "CN"), None);
        for text in ["", "C", "CHN", "C1", "é"] {
            assert_eq!(problem(AttributeType::Country, text), Some(NameProblem::NotTwoLetters));
        }
    }

    #[test]
    fn control_characters_are_refused() {
        for text in ["a\nb", "a\0", "\u{7f}", "\u{85}"] {
            assert_eq!(
                problem(AttributeType::CommonName, text),
                Some(NameProblem::ControlCharacter)
            );
        }
    }
}
