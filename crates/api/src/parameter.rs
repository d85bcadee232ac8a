//! Checking what a request says, field by field.

use std::fmt;

use pki::text::is_unseen;

/// A field of a request and what is wrong with it, for the user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct BadParameter {
    /// The field, with the objects around it: `distinguished_name.country`.
    pub(crate) field: String,
    /// What is wrong, and what would be right.
    pub(crate) problem: String,
}

impl BadParameter {
    pub(crate) fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { field: field.into(), problem: problem.into() }
    }
}

impl fmt::Display for BadParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            f.write_str(&self.problem)
        } else {
            write!(f, "Invalid parameter {}: {}", self.field, self.problem)
        }
    }
}

/// The value of a mandatory field; `null` counts as missing.
pub(crate) fn required<T>(field: &str, value: Option<T>) -> Result<T, BadParameter> {
    value.ok_or_else(|| BadParameter::new(field, "it is mandatory and missing"))
}

/// The value of an optional text: clients send an empty one where they mean none.
pub(crate) fn given(value: Option<String>) -> Option<String> {
    value.filter(|text| !text.is_empty())
}

/// A text of 1 to `longest` characters.
pub(crate) fn bounded(field: &str, value: String, longest: usize) -> Result<String, BadParameter> {
    if value.is_empty() {
        Err(BadParameter::new(field, "it is mandatory and empty"))
    } else if value.chars().count() > longest {
        Err(BadParameter::new(field, format!("it is longer than {longest} characters")))
    } else {
        Ok(value)
    }
}

/// A text of 1 to `longest` characters, none of them a control or format character, and not all
/// of them blank.
pub(crate) fn line(field: &str, value: String, longest: usize) -> Result<String, BadParameter> {
    let value = bounded(field, value, longest)?;
    if value.chars().any(is_unseen) {
        Err(BadParameter::new(field, "it has a control or format character"))
    } else if value.trim().is_empty() {
        Err(BadParameter::new(field, "it is blank"))
    } else {
        Ok(value)
    }
}

/// A mandatory [`line`].
pub(crate) fn required_line(
    field: &str,
    value: Option<String>,
    longest: usize,
) -> Result<String, BadParameter> {
    line(field, required(field, value)?, longest)
}

/// An optional [`line`]; empty when it is not given.
pub(crate) fn optional_line(
    field: &str,
    value: Option<String>,
    longest: usize,
) -> Result<String, BadParameter> {
    given(value).map_or(Ok(String::new()), |value| line(field, value, longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(line("name", "北".repeat(63), 63).is_ok());
        assert!(line("name", "北".repeat(64), 63).is_err());
    }

    #[test]
    fn control_characters_are_refused() {
        for text in ["a\0b", "a\nb", "\u{7f}", "\u{85}"] {
            assert!(line("name", text.to_owned(), 63).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_refused_and_letters_of_any_script_are_not() {
        for text in ["a\u{202e}b", "a\u{200b}", "\u{feff}a", " ", "\u{3000}"] {
            assert!(line("name", text.to_owned(), 63).is_err(), "{text:?}");
        }
        for text in ["Société Générale", "示例 公司", "Größe"] {
            assert!(line("name", text.to_owned(), 63).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn a_problem_names_its_field() {
        let problem = required_line("name", None, 63).unwrap_err();

        assert_eq!(problem.to_string(), "Invalid parameter name: it is mandatory and missing");
    }
}
