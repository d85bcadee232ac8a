//! A refusal on its way to the wire, before it takes an API's form.

use std::error::Error;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::frame::Coded;
use crate::gateway::Gateway;

/// The longest text of an error answer, in characters: the APIs' own bound.
const TEXT_LENGTH: usize = 1024;

/// A refusal: what to answer, whatever the form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) text: String,
    /// The request's field or the object that it is about; empty when it is none of them.
    pub(crate) about: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into(), about: String::new() }
    }

    pub(crate) fn about(mut self, what: impl Into<String>) -> Self {
        self.about = what.into();
        self
    }

    /// The text, cut to the longest that the APIs allow.
    pub(crate) fn bounded_text(&self) -> String {
        bounded(&self.text)
    }
}

/// A text of an error answer, cut to the longest that the APIs allow; `...` stands for the rest.
pub(crate) fn bounded(text: &str) -> String {
    const REST: &str = "...";
    if text.chars().count() <= TEXT_LENGTH {
        return text.to_owned();
    }
    let kept = text.chars().take(TEXT_LENGTH - REST.len());
    kept.chain(REST.chars()).collect()
}

/// Who words a refusal: the API that was called, or the gateway before it.
#[derive(Debug)]
pub(crate) enum Refusal {
    Gateway(Gateway),
    Own(Problem),
}

impl Refusal {
    /// The answer; `form` gives a problem the shape of the API's error body.
    pub(crate) fn into_response_as(
        self,
        form: impl FnOnce(&Problem) -> serde_json::Value,
    ) -> Response {
        match self {
            Self::Gateway(gateway) => gateway.into_response(),
            Self::Own(problem) => {
                let code = Extension(Coded(problem.code));
                (problem.status, code, axum::Json(form(&problem))).into_response()
            }
        }
    }
}

/// Logs a failure that the caller cannot act on, once, with everything that caused it.
pub(crate) fn log_internal(error: &(dyn Error + 'static)) {
    let mut chain = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        cause = error.source();
    }
    tracing::error!(cause = %chain, "request failed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_ends_where_the_apis_say() {
        let longest = "名".repeat(TEXT_LENGTH);

        assert_eq!(bounded(&longest), longest);
        let cut = bounded(&format!("{longest}x"));
        assert_eq!(cut.chars().count(), TEXT_LENGTH);
        assert!(cut.ends_with("名..."));
    }
}
