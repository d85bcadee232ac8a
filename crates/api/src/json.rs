//! JSON bodies: exact types, and refusals in the words of the API that was called.

use std::fmt;
use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use crate::family::Family;
use crate::gateway::Gateway;
use crate::parameter::BadParameter;

/// A request's body: one JSON object. Members that nobody asked for are ignored, `null` counts as
/// missing, the Content-Type is not looked at, since clients send odd ones.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let (family, body) = read(request).await?;
        parse(&body).map(Self).map_err(|bad| family.bad_parameter(bad))
    }
}

/// The whole body, and in whose words it is refused.
async fn read(request: Request) -> Result<(Family, Bytes), Response> {
    let family = request.extensions().get::<Family>().copied();
    // The gate has read it within the route's bound; axum's own would stop at 2 MiB.
    let body = axum::body::to_bytes(request.into_body(), usize::MAX).await;
    match (family, body) {
        (Some(family), Ok(body)) => Ok((family, body)),
        _ => Err(Gateway::internal().into_response()),
    }
}

/// Reads one JSON object.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, BadParameter> {
    if body.trim_ascii().is_empty() {
        let problem = "The request body is empty; a JSON object is expected.";
        return Err(BadParameter::new("", problem));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let Object(value) = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = match error.path().to_string() {
            path if path == "." => String::new(),
            path => path,
        };
        refusal(field, error.inner())
    })?;
    reader.end().map_err(|error| refusal(String::new(), &error))?;
    Ok(value)
}

/// The problem with the JSON at `field`.
fn refusal(field: String, error: &serde_json::Error) -> BadParameter {
    if error.is_data() && !field.is_empty() {
        BadParameter::new(field, worded(error))
    } else {
        let problem = format!("The request body is not the expected JSON: {}.", worded(error));
        BadParameter::new("", problem)
    }
}

/// The problem with JSON's words for what is expected in the place of Rust's.
fn worded(error: &serde_json::Error) -> String {
    const WORDS: [(&str, &str); 3] = [
        ("i32", "a whole number of at most 32 bits"),
        ("i64", "a whole number of at most 64 bits"),
        ("a sequence", "an array"),
    ];
    let text = error.to_string();
    // The last such part is always serde's own: what is before it may quote the request.
    let Some((found, expected)) = text.rsplit_once(", expected ") else { return text };
    for (word, ours) in WORDS {
        if let Some(rest) = expected.strip_prefix(word) {
            return format!("{found}, expected {ours}{rest}");
        }
    }
    text
}

/// A JSON object. Serde alone would take an array in the place of any object.
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
                T::deserialize(serde::de::value::MapAccessDeserializer::new(members))
            }
        }

        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Outer {
        name: Option<String>,
        inner: Option<Object<Inner>>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Inner {
        count: Option<i64>,
    }

    impl<T: fmt::Debug> fmt::Debug for Object<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }

    impl<T: PartialEq> PartialEq for Object<T> {
        fn eq(&self, other: &Self) -> bool {
            self.0 == other.0
        }
    }

    #[test]
    fn what_is_expected_is_told_in_the_words_of_json() {
        let problem = |body: &str| parse::<Outer>(body.as_bytes()).unwrap_err().problem;

        let quoted = problem(r#"{"inner":{"count":", expected i64 "}}"#);
        assert!(quoted.contains("\", expected a whole number of at most 64 bits at"), "{quoted}");
        assert!(problem(r#"{"name":1}"#).contains("expected a string at line 1"));
    }

    fn field(body: &str) -> Option<String> {
        parse::<Outer>(body.as_bytes()).err().map(|bad| bad.field)
    }

    #[test]
    fn unknown_members_and_nulls_are_nothing() {
        let outer: Outer = parse(br#"{"name":null,"other":[1,{}]}"#).unwrap();

        assert_eq!(outer, Outer { name: None, inner: None });
    }

    #[test]
    fn a_wrong_type_names_its_field() {
        assert_eq!(field(r#"{"name":7}"#).as_deref(), Some("name"));
        assert_eq!(field(r#"{"inner":{"count":"7"}}"#).as_deref(), Some("inner.count"));
        assert_eq!(field(r#"{"inner":{"count":1.5}}"#).as_deref(), Some("inner.count"));
        assert_eq!(field(r#"{"inner":[7]}"#).as_deref(), Some("inner"));
    }

    #[test]
    fn what_is_not_one_object_is_refused() {
        for body in [
            "",
            "  ",
            "[]",
            "[\"a\",null]",
            "7",
            "null",
            "\"{}\"",
            "{",
            "{}{}",
            "{} x",
            "{\"a\":}",
            "{\"name\":\"a\",\"name\":\"b\"}",
            "{\"name\":\"\\ud800\"}",
        ] {
            assert!(parse::<Outer>(body.as_bytes()).is_err(), "{body}");
        }
        assert!(parse::<Outer>(b"{\"name\":\"\xff\"}").is_err());
    }

    #[test]
    fn absurd_nesting_is_refused_and_not_followed() {
        let body = format!("{{\"other\":{}", "[".repeat(200_000));

        assert!(parse::<Outer>(body.as_bytes()).is_err());
    }
}
