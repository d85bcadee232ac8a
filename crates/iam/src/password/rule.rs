//! Which passwords are accepted as new ones.

use crate::Error;

/// How few characters a password may have (NIST SP 800-63B §3.1.1.2).
const SHORTEST: usize = 8;
/// How many it may have: a bound of work, beyond what anybody types.
const LONGEST: usize = 128;

/// Refuses what is no password for the user of this name: too short, too long, not typeable, the
/// user's name, or one character again and again. Which kinds of characters it mixes is the user's
/// own affair. `PasswordUnfit` says why.
pub(crate) fn check_password(password: &str, user: &str) -> Result<(), Error> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Error::PasswordUnfit("it has fewer than 8 characters"));
    }
    if length > LONGEST {
        return Err(Error::PasswordUnfit("it has more than 128 characters"));
    }
    if password.contains(char::is_control) {
        return Err(Error::PasswordUnfit("it has a control character"));
    }
    let (lower, user) = (password.to_lowercase(), user.to_lowercase());
    let reversed: String = user.chars().rev().collect();
    if lower == user || lower == reversed {
        return Err(Error::PasswordUnfit("it is the user's name"));
    }
    let mut characters = password.chars();
    let first = characters.next();
    if characters.all(|character| Some(character) == first) {
        return Err(Error::PasswordUnfit("it is one character again and again"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_accepted_or_refused() {
        let longest = "ab".repeat(64);
        let too_long = format!("{longest}c");
        for (password, accepted) in [
            ("abcdefgh", true),
            ("correct horse battery", true),
            ("пароль-密码-x", true),
            (longest.as_str(), true),
            ("", false),
            ("abcdefg", false),
            (too_long.as_str(), false),
            ("abcdefg\n", false),
            ("Operator", false),
            ("ROTAREPO", false),
            ("aaaaaaaaaaaa", false),
        ] {
            let answer = check_password(password, "operator");

            assert_eq!(answer.is_ok(), accepted, "{password}: {answer:?}");
        }
    }
}
