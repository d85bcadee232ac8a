//! Texts with wildcards.

/// Whether upper and lower case are the same. Only the letters of ASCII have cases here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Case {
    Ignored,
    Kept,
}

/// A text in which `*` stands for any run of characters, none as well, and `?` for one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Pattern {
    text: String,
    case: Case,
}

impl Pattern {
    pub(crate) fn new(text: impl Into<String>, case: Case) -> Self {
        Self { text: text.into(), case }
    }

    /// Whether it is nothing but wildcards that take everything.
    pub(crate) fn is_all(&self) -> bool {
        !self.text.is_empty() && self.text.chars().all(|c| c == '*')
    }

    /// Whether it stands for more than one text.
    pub(crate) fn has_wildcards(&self) -> bool {
        self.text.contains(['*', '?'])
    }

    /// As it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it takes the whole of `text`. Only the last `*` is ever tried again, so the time is
    /// bounded by the product of both lengths, whatever the pattern.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (mut pattern, mut text) = (self.text.chars(), text.chars());
        let mut last_star = None;
        loop {
            let (mut next_pattern, mut next_text) = (pattern.clone(), text.clone());
            match (next_pattern.next(), next_text.next()) {
                (Some('*'), _) => {
                    pattern = next_pattern;
                    last_star = Some((pattern.clone(), text.clone()));
                    continue;
                }
                (Some(wanted), Some(found)) if self.takes(wanted, found) => {
                    (pattern, text) = (next_pattern, next_text);
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            // Let the last star take one more character.
            let Some((after_star, taken)) = &mut last_star else { return false };
            if taken.next().is_none() {
                return false;
            }
            (pattern, text) = (after_star.clone(), taken.clone());
        }
    }

    fn takes(&self, wanted: char, found: char) -> bool {
        wanted == '?'
            || wanted == found
            || (self.case == Case::Ignored && wanted.eq_ignore_ascii_case(&found))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, Case::Kept).matches(text)
    }

    /// The definition, in exponential time.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|taken| slowly(rest, &text[taken..])),
            Some((wanted, rest)) => text.split_first().is_some_and(|(found, text)| {
                (*wanted == '?' || wanted == found) && slowly(rest, text)
            }),
        }
    }

    #[test]
    fn wildcards_take_what_they_stand_for() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("?", "", false),
            ("?", "é", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("*ab", "aab", true),
            ("get*", "getCsr", true),
            ("get*", "GetCsr", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn case_counts_only_where_it_is_kept() {
        assert!(Pattern::new("GET?sr", Case::Ignored).matches("getCsr"));
        assert!(!Pattern::new("GET?sr", Case::Kept).matches("getCsr"));
    }

    #[test]
    fn a_pattern_of_many_stars_does_not_take_long() {
        let pattern = format!("{}b", "a*".repeat(2000));

        assert!(!matches(&pattern, &"a".repeat(6000)));
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            let slow = slowly(
                &pattern.chars().collect::<Vec<_>>(),
                &text.chars().collect::<Vec<_>>(),
            );
            prop_assert_eq!(matches(&pattern, &text), slow);
        }
    }
}
