//! The proof of who sends a request: its signature, or the token that it shows.

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use iam::{Authorization, Iam, ScopeHeaders, SignedRequest};

use crate::client::Client;

/// What a request shows as proof. A signature wins over a token (B1.5 of the identity notes).
pub(crate) enum Proof {
    Signature(Authorization),
    Token(String),
}

impl Proof {
    /// What the head of a request shows.
    pub(crate) fn of(parts: &Parts) -> Result<Self, iam::Error> {
        let authorization = with_signed_request(parts, &[], Authorization::of)?;
        if let Some(authorization) = authorization {
            return Ok(Self::Signature(authorization));
        }
        match parts.headers.get("x-auth-token").map(|token| token.to_str()) {
            Some(Ok(token)) if !token.is_empty() => Ok(Self::Token(token.to_owned())),
            Some(Err(_)) => Err(iam::Error::TokenUnknown),
            Some(Ok(_)) | None => Err(iam::Error::CredentialsMissing),
        }
    }

    /// Its kind in one word, which tells nothing of it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Signature(_) => "signature",
            Self::Token(_) => "token",
        }
    }

    /// The caller whom the proof shows.
    pub(crate) async fn verify(
        self,
        iam: &Iam,
        client: Client,
        parts: &Parts,
        body: &Bytes,
    ) -> Result<iam::Caller, iam::Error> {
        match self {
            Self::Signature(authorization) => {
                let headers = headers(parts);
                let request = signed_request(parts, &headers, body);
                let origin = client.origin(Some(&authorization.access));
                iam.authenticate_signature(&request, &authorization, origin).await
            }
            Self::Token(token) => iam.authenticate_token(&token, client.origin(None)).await,
        }
    }
}

/// The account and project that a request names beside its proof.
pub(crate) fn scope_headers(headers: &HeaderMap) -> ScopeHeaders<'_> {
    // What is no text names nothing that anybody has.
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    ScopeHeaders { domain: text("x-domain-id"), project: text("x-project-id") }
}

/// The headers as received; over HTTP/2 the authority stands for `host`.
fn headers(parts: &Parts) -> Vec<(&str, &[u8])> {
    let mut headers: Vec<(&str, &[u8])> =
        parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    if !parts.headers.contains_key("host")
        && let Some(authority) = parts.uri.authority()
    {
        headers.push(("host", authority.as_str().as_bytes()));
    }
    headers
}

fn signed_request<'a>(
    parts: &'a Parts,
    headers: &'a [(&'a str, &'a [u8])],
    body: &'a [u8],
) -> SignedRequest<'a> {
    SignedRequest {
        method: parts.method.as_str(),
        raw_path: parts.uri.path(),
        raw_query: parts.uri.query().unwrap_or_default(),
        headers,
        body,
    }
}

fn with_signed_request<T>(
    parts: &Parts,
    body: &[u8],
    look: impl FnOnce(&SignedRequest<'_>) -> T,
) -> T {
    look(&signed_request(parts, &headers(parts), body))
}
