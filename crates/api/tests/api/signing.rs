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
        self.signed_with((&account.bootstrap.access, &account.bootstrap.secret), None)
    }

    /// The request, signed with this access key and secret; a security token is signed too.
    pub(crate) fn signed_with(
        &self,
        (access, secret): (&str, &str),
        security_token: Option<&str>,
    ) -> Request<Body> {
        let Self { method, path, query, body, date } = self;
        let line =
            security_token.map_or(String::new(), |token| format!("x-security-token:{token}\n"));
        let names = match security_token {
            None => "host;x-sdk-date",
            Some(_) => "host;x-sdk-date;x-security-token",
        };
        let canonical = format!(
            "{method}\n{}\n{query}\nhost:cinnabar.test\nx-sdk-date:{date}\n{line}\n{names}\n{}",
            if path.ends_with('/') { (*path).to_owned() } else { format!("{path}/") },
            sha256(body.as_bytes()),
        );
        let to_sign = format!("SDK-HMAC-SHA256\n{date}\n{}", sha256(canonical.as_bytes()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = hex(hmac::sign(&key, to_sign.as_bytes()).as_ref());
        let uri = if query.is_empty() { (*path).to_owned() } else { format!("{path}?{query}") };
        let mut request = Request::builder();
        if let Some(token) = security_token {
            request = request.header("x-security-token", token);
        }
        request
            .method(method)
            .uri(uri)
            .header("host", "cinnabar.test")
            .header("x-sdk-date", *date)
            .header(
                "authorization",
                format!(
                    "SDK-HMAC-SHA256 Access={access}, SignedHeaders={names}, \
                     Signature={signature}"
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
