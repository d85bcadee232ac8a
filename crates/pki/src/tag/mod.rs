//! Tags: what users write on an authority or a certificate, and what policies may ask about.

mod search;

pub use search::TagSearch;

use std::collections::BTreeMap;

use crate::text::is_unseen;
use crate::{Error, Field};

/// How many tags an authority or a certificate may have.
pub const MOST_TAGS: usize = 20;

/// How many characters a key may have.
const KEY_CHARACTERS: usize = 128;

/// How many characters a value may have.
const VALUE_CHARACTERS: usize = 255;

/// The tags of an account: each key with the values that it has, both sorted.
pub type AccountTags = BTreeMap<String, Vec<String>>;

/// A tag: a key and its value, which may be empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tag {
    key: String,
    value: String,
}

impl Tag {
    /// The tag of this key and value.
    ///
    /// # Errors
    ///
    /// `Invalid` when one is too long or has other characters than letters and digits of any
    /// script, spaces and `_.:=+-@` (a value also `/`), or when the key is empty, begins or ends
    /// with a space or begins with `_sys_`.
    pub fn new(key: &str, value: &str) -> Result<Self, Error> {
        check_key(key)?;
        if value.chars().count() > VALUE_CHARACTERS {
            let problem = format!("it must have at most {VALUE_CHARACTERS} characters");
            return Err(Error::invalid(Field::TagValue, problem));
        }
        if !value.chars().all(|c| is_allowed(c) || c == '/') {
            let problem = "it may have letters, digits, spaces and _.:/=+-@ only";
            return Err(Error::invalid(Field::TagValue, problem));
        }
        Ok(Self { key: key.to_owned(), value: value.to_owned() })
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Checks the key of a tag.
///
/// # Errors
///
/// `Invalid`, as [`Tag::new`] says.
pub fn check_key(key: &str) -> Result<(), Error> {
    let refuse = |problem: String| Err(Error::invalid(Field::TagKey, problem));
    if key.is_empty() || key.chars().count() > KEY_CHARACTERS {
        return refuse(format!("it must have 1 to {KEY_CHARACTERS} characters"));
    }
    if !key.chars().all(is_allowed) {
        return refuse("it may have letters, digits, spaces and _.:=+-@ only".to_owned());
    }
    if key.starts_with(' ') || key.ends_with(' ') {
        return refuse("it must not begin or end with a space".to_owned());
    }
    if key.starts_with("_sys_") {
        return refuse("keys that begin with _sys_ are reserved".to_owned());
    }
    Ok(())
}

/// The values of each key, of pairs that are sorted and different.
pub(crate) fn by_key(pairs: Vec<(String, String)>) -> AccountTags {
    let mut tags = AccountTags::new();
    for (key, value) in pairs {
        tags.entry(key).or_default().push(value);
    }
    tags
}

/// What the audit trail tells of tags: the keys. A value may be long, and is in the record.
pub(crate) fn told<'a>(keys: impl Iterator<Item = &'a str>) -> String {
    format!("keys: {}", keys.collect::<Vec<_>>().join(", "))
}

fn is_allowed(character: char) -> bool {
    (character.is_alphanumeric() || " _.:=+-@".contains(character)) && !is_unseen(character)
}

/// The tags of one authority or certificate: each key once, sorted by key.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tags(BTreeMap<String, String>);

impl Tags {
    /// Adds a tag; one with the same key is overwritten.
    ///
    /// # Errors
    ///
    /// `TooManyTags` when there are as many as there may be.
    pub fn put(&mut self, tag: Tag) -> Result<(), Error> {
        if self.0.len() >= MOST_TAGS && !self.0.contains_key(&tag.key) {
            return Err(Error::TooManyTags { most: MOST_TAGS });
        }
        self.0.insert(tag.key, tag.value);
        Ok(())
    }

    /// Removes the tag with this key, if there is one.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Keys and values, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tags as they were stored, whose form was checked before that.
    pub fn stored(tags: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(tags.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_takes_every_script_and_the_marks_of_the_rule() {
        for (key, value) in [
            ("a", ""),
            ("环境", "生产"),
            ("a b_.:=+-@9", "x/y z"),
            (&"k".repeat(128), &"v".repeat(255)),
        ] {
            assert!(Tag::new(key, value).is_ok(), "{key} {value}");
        }
    }

    #[test]
    fn a_tag_that_breaks_a_rule_is_refused_naming_the_part() {
        for (key, value, refused) in [
            ("", "v", Field::TagKey),
            (" a", "v", Field::TagKey),
            ("a ", "v", Field::TagKey),
            ("_sys_a", "v", Field::TagKey),
            ("a/b", "v", Field::TagKey),
            ("a\nb", "v", Field::TagKey),
            ("a\u{200b}", "v", Field::TagKey),
            (&"k".repeat(129), "v", Field::TagKey),
            ("a", "v#", Field::TagValue),
            ("a", "v\u{1f}", Field::TagValue),
            ("a", &"v".repeat(256), Field::TagValue),
        ] {
            match Tag::new(key, value) {
                Err(Error::Invalid { field, .. }) => assert_eq!(field, refused, "{key:?}"),
                other => panic!("{key:?} {value:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_full_set_takes_a_known_key_and_no_new_one() {
        let mut tags = Tags::default();
        for number in 0..MOST_TAGS {
            tags.put(Tag::new(&format!("k{number}"), "v").unwrap()).unwrap();
        }

        assert!(tags.put(Tag::new("k0", "other").unwrap()).is_ok());
        assert_eq!(tags.value("k0"), Some("other"));
        let refused = tags.put(Tag::new("new", "v").unwrap());
        assert!(matches!(refused, Err(Error::TooManyTags { most: MOST_TAGS })));
    }
}
