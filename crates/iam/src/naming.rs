//! What names and descriptions may look like.

use crate::{Error, bounds};

/// Checks a name of at most `longest` characters: no control character, no space at its ends.
pub(crate) fn check_name(field: &'static str, name: &str, longest: usize) -> Result<(), Error> {
    if name.is_empty() || name.chars().count() > longest {
        return Err(Error::invalid(field, format!("it has 1 to {longest} characters")));
    }
    if name.contains(char::is_control) {
        return Err(Error::invalid(field, "it has no control character"));
    }
    if name.trim() != name {
        return Err(Error::invalid(field, "it neither begins nor ends with a space"));
    }
    Ok(())
}

/// Checks a description, which may be empty.
pub(crate) fn check_description(text: &str) -> Result<(), Error> {
    if text.chars().count() > bounds::DESCRIPTION {
        let problem = format!("it has at most {} characters", bounds::DESCRIPTION);
        return Err(Error::invalid("description", problem));
    }
    if text.contains(char::is_control) {
        return Err(Error::invalid("description", "it has no control character"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_in_characters_and_plain_at_their_ends() {
        for (name, legal) in [
            ("a", true),
            ("运维 team", true),
            ("", false),
            (" a", false),
            ("a ", false),
            ("a\nb", false),
            ("abcde", true),
            ("abcdef", false),
        ] {
            let longest = if name.is_ascii() { 5 } else { 10 };
            assert_eq!(check_name("name", name, longest).is_ok(), legal, "{name:?}");
        }
    }
}
