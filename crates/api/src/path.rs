//! The variable segments of a path.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// What stands for a text that is not UTF-8.
const NO_TEXT: &str = "\u{fffd}";

/// The path's variable segment, percent-decoded. What is not UTF-8 becomes a text that is no
/// identifier, so that the endpoint answers it like any other wrong one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, state)
            .await
            .map_or_else(|_| NO_TEXT.to_owned(), |axum::extract::Path(text)| text);
        Ok(Self(text))
    }
}

/// The path's `N` variable segments, like [`Segment`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Segments<const N: usize>(pub(crate) [String; N]);

impl<S: Send + Sync, const N: usize> FromRequestParts<S> for Segments<N> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let texts = axum::extract::Path::<Vec<String>>::from_request_parts(parts, state).await;
        let texts = texts.ok().and_then(|axum::extract::Path(texts)| texts.try_into().ok());
        Ok(Self(texts.unwrap_or_else(|| std::array::from_fn(|_| NO_TEXT.to_owned()))))
    }
}
