//! Secrets in requests and answers: wiped when dropped, never printed.

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

use crate::gateway::Gateway;

/// A secret text in a request.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) Zeroizing<String>);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// A body of octets that are wiped when they have been sent.
pub(crate) fn body(octets: Zeroizing<Vec<u8>>) -> Body {
    Body::from(Bytes::from_owner(octets))
}

/// An answer in JSON that has secrets in it: no cache keeps it, and it is wiped when it has been
/// sent.
pub(crate) fn json(answer: &impl Serialize) -> Response {
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
    match written(answer) {
        Ok(octets) => (headers, body(octets)).into_response(),
        Err(_) => Gateway::internal().into_response(),
    }
}

/// The JSON, in a buffer that is as large as it gets from the start: one that grows leaves copies
/// behind.
fn written(answer: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, answer)?;
    let mut octets = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *octets, answer)?;
    Ok(octets)
}

/// Counts what is written.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0 += octets.len();
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_of_an_answer_never_grows() {
        let octets = written(&["-----BEGIN\r\n", "\u{1}é"]).unwrap();

        assert_eq!(octets.capacity(), octets.len());
        assert_eq!(str::from_utf8(&octets), Ok(r#"["-----BEGIN\r\n","\u0001é"]"#));
    }
}
