//! Policy documents as they are written: the shape only.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct RawDocument {
    pub(crate) version: String,
    pub(crate) statement: Vec<RawStatement>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct RawStatement {
    #[serde(default, deserialize_with = "present")]
    pub(crate) sid: Option<String>,
    pub(crate) effect: RawEffect,
    #[serde(default, deserialize_with = "present")]
    pub(crate) action: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) not_action: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) resource: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) not_resource: Option<Texts>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) condition: Option<Members<Members<Texts>>>,
}

#[derive(serde::Deserialize)]
pub(crate) enum RawEffect {
    Allow,
    Deny,
}

/// What is there is not `null`: an absent resource is every resource, and should be meant.
fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A text, or a list of texts.
pub(crate) enum Texts {
    Many(Vec<String>),
    One(String),
}

impl Texts {
    pub(crate) fn into_vec(self) -> Vec<String> {
        match self {
            Self::Many(texts) => texts,
            Self::One(text) => vec![text],
        }
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = seq.next_element()? {
                    texts.push(text);
                }
                Ok(Texts::Many(texts))
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

/// The members of an object, in order, none of them twice.
pub(crate) struct Members<T>(pub(crate) Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Distinct<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Distinct<T> {
            type Value = Members<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<T>, A::Error> {
                let mut members: Vec<(String, T)> = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if members.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format_args!("{name} is there twice")));
                    }
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Distinct(PhantomData))
    }
}
