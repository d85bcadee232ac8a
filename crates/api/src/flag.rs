//! Truth values that some clients write as texts.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

/// Whether something is so: `true`, `false`, `"true"` or `"false"`; an empty text is [`Flag::Unset`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Flag {
    /// It is so.
    On,
    /// It is not.
    Off,
    /// Nothing is said of it.
    Unset,
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl Visitor<'_> for Either {
    type Value = Flag;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false, or one of them as a string")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Flag, E> {
        Ok(if value { Flag::On } else { Flag::Off })
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Flag, E> {
        match value {
            "true" => Ok(Flag::On),
            "false" => Ok(Flag::Off),
            "" => Ok(Flag::Unset),
            _ => Err(E::invalid_value(serde::de::Unexpected::Str(value), &self)),
        }
    }
}

/// The schema of a mandatory flag.
pub(crate) fn mandatory() -> RefOr<Schema> {
    let values = [Value::from(true), false.into(), "true".into(), "false".into()];
    let kinds = SchemaType::from_iter([Type::Boolean, Type::String]);
    Schema::Object(ObjectBuilder::new().schema_type(kinds).enum_values(Some(values)).build()).into()
}

/// The schema of a mandatory flag that may be an empty text.
pub(crate) fn mandatory_or_empty() -> RefOr<Schema> {
    let values = [Value::from(true), false.into(), "true".into(), "false".into(), "".into()];
    let kinds = SchemaType::from_iter([Type::Boolean, Type::String]);
    Schema::Object(ObjectBuilder::new().schema_type(kinds).enum_values(Some(values)).build()).into()
}

/// The schema of an optional flag.
pub(crate) fn optional() -> RefOr<Schema> {
    let values =
        [Value::from(true), false.into(), "true".into(), "false".into(), "".into(), Value::Null];
    let kinds = SchemaType::from_iter([Type::Boolean, Type::String, Type::Null]);
    Schema::Object(ObjectBuilder::new().schema_type(kinds).enum_values(Some(values)).build()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_truth_values_and_their_texts() {
        for (json, flag) in [
            ("true", Flag::On),
            ("\"true\"", Flag::On),
            ("false", Flag::Off),
            ("\"false\"", Flag::Off),
            ("\"\"", Flag::Unset),
        ] {
            assert_eq!(serde_json::from_str::<Flag>(json).unwrap(), flag);
        }
    }

    #[test]
    fn refuses_everything_else_saying_what_would_be_right() {
        for json in ["1", "\"True\"", "\"yes\"", "[]", "{}"] {
            let problem = serde_json::from_str::<Flag>(json).unwrap_err().to_string();
            assert!(problem.contains("true or false"), "{problem}");
        }
    }
}
