//! A client's side of request signatures, written from the description alone.

use aws_lc_rs::{digest, hmac};
use axum::body::Body;
use axum::http::{Method, Request};
use testkit::TestAccount;

/// A request to sign with SDK-HMAC-SHA256; its path needs no encoding.
pub(crate) struct Unsigned<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a str,
    pub(crate) date: &'a str,
}

impl Unsigned<'_> {
    /// The request, signed with the account's access key.
    pub(crate) fn signed(&self, account: &TestAccount) -> Request<Body> {
        let Self { method, path, query, body, date } = self;
        let canonical = format!(
            "{method}\n{}\n{query}\nhost:cinnabar.test\nx-sdk-date:{date}\n\nhost;x-sdk-date\n{}",
            if path.ends_with('/') { (*path).to_owned() } else { format!("{path}/") },
            sha256(body.as_bytes()),
        );
        let to_sign = format!("SDK-HMAC-SHA256\n{date}\n{}", sha256(canonical.as_bytes()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, account.bootstrap.secret.as_bytes());
        let signature = hex(hmac::sign(&key, to_sign.as_bytes()).as_ref());
        let uri = if query.is_empty() { (*path).to_owned() } else { format!("{path}?{query}") };
        Request::builder()
            .method(method)
            .uri(uri)
            .header("host", "cinnabar.test")
            .header("x-sdk-date", *date)
            .header(
                "authorization",
                format!(
                    "SDK-HMAC-SHA256 Access={}, SignedHeaders=host;x-sdk-date, \
                     Signature={signature}",
                    account.bootstrap.access
                ),
            )
            .body(Body::from((*body).to_owned()))
            .unwrap()
    }
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
