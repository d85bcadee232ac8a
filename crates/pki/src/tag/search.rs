//! A search by tags: which tags the things found must have.

use std::collections::BTreeMap;

use super::Tags;

/// What is searched for: every condition holds. Without any, everything is found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TagSearch {
    /// The keys that a thing must have, each with the values of which it must have one; without
    /// values any will do.
    pub tags: BTreeMap<String, Vec<String>>,
    /// A part of the common name; upper and lower case differ, and no character is a wildcard.
    pub name: Option<String>,
}

impl TagSearch {
    /// Whether a thing with this common name and these tags is found.
    pub fn finds(&self, common_name: &str, tags: &Tags) -> bool {
        let has = |(key, values): (&String, &Vec<String>)| {
            let value = tags.value(key);
            value.is_some_and(|own| values.is_empty() || values.iter().any(|value| value == own))
        };
        self.name.as_deref().is_none_or(|name| common_name.contains(name))
            && self.tags.iter().all(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tag;

    #[test]
    fn keys_are_all_needed_and_of_their_values_one() {
        let mut tags = Tags::default();
        for (key, value) in [("team", "web"), ("stage", "")] {
            tags.put(Tag::new(key, value).unwrap()).unwrap();
        }

        for (asked, name, found) in [
            (vec![], None, true),
            (vec![("team", vec!["web"])], None, true),
            (vec![("team", vec!["shop", "web"])], None, true),
            (vec![("team", vec![])], None, true),
            (vec![("stage", vec![""])], None, true),
            (vec![("team", vec!["we"])], None, false),
            (vec![("team", vec!["web"]), ("stage", vec!["x"])], None, false),
            (vec![("owner", vec![])], None, false),
            (vec![], Some("b.ex"), true),
            (vec![], Some("B.ex"), false),
            (vec![("team", vec![])], Some("%"), false),
        ] {
            let wanted = |(key, values): &(&str, Vec<&str>)| {
                (String::from(*key), values.iter().copied().map(String::from).collect())
            };
            let search = TagSearch {
                tags: asked.iter().map(wanted).collect(),
                name: name.map(str::to_owned),
            };
            assert_eq!(search.finds("b.example", &tags), found, "{asked:?} {name:?}");
        }
    }
}
