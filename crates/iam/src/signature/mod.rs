//! Request signatures: `SDK-HMAC-SHA256`, `SDK-HMAC-SM3` and `V11-HMAC-SHA256`.

mod authorization;
mod canonical;
mod date;
mod derive;
mod payload;

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use ledger::Timestamp;
use sm3::{Digest, Sm3};
use subtle::ConstantTimeEq;

use crate::Error;

pub use authorization::{Algorithm, Authorization, Derivation};
use canonical::{PathForm, QueryOrder};
pub use payload::UnhashedPayload;

/// A request as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The path as sent, percent-encoding untouched.
    pub raw_path: &'a str,
    /// What follows `?`, as sent, without it; empty when there is none.
    pub raw_query: &'a str,
    /// The headers in the order received, names in lower case; `host` is among them (over
    /// HTTP/2 it is `:authority`).
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The body as received, before any decoding.
    pub body: &'a [u8],
}

impl SignedRequest<'_> {
    /// The values of the header of this name (lower case), white space around them cut off.
    pub fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s [u8]> {
        let named = self.headers.iter().filter(move |(header, _)| *header == name);
        named.map(|(_, value)| value.trim_ascii())
    }
}

/// Checks the date of the signature: signed, in the one form, at most `skew` from `now`, and on the
/// day for which a derived key was derived.
pub fn verify_date(
    request: &SignedRequest<'_>,
    authorization: &Authorization,
    now: Timestamp,
    skew: Duration,
) -> Result<(), Error> {
    if !authorization.names().any(|name| name == "x-sdk-date") {
        return Err(Error::DateOutOfRange);
    }
    let text = date(request).ok_or(Error::DateOutOfRange)?;
    let date = date::parse(text).ok_or(Error::DateOutOfRange)?;
    let day = authorization.derivation.as_ref().map(Derivation::day);
    if day.is_some_and(|day| !text.starts_with(day.as_bytes())) {
        return Err(Error::DateOutOfRange);
    }
    if date.apart(now) > skew {
        return Err(Error::DateOutOfRange);
    }
    Ok(())
}

/// Checks the signature with the access key's secret. Tries the forms in which the known clients
/// write path and query: at most four computations. Says nothing about the date.
pub fn verify(
    request: &SignedRequest<'_>,
    authorization: &Authorization,
    secret: &[u8],
) -> Result<(), Error> {
    verify_with(request, authorization, secret, UnhashedPayload::Refused)
}

/// The same, with a choice about bodies that the client has not hashed. The server refuses them on
/// every route.
pub fn verify_with(
    request: &SignedRequest<'_>,
    authorization: &Authorization,
    secret: &[u8],
    unhashed: UnhashedPayload,
) -> Result<(), Error> {
    let algorithm = authorization.algorithm;
    let key = derive::signing_key(authorization, secret)?;
    let payload_hash = payload::payload_hash(algorithm, request, unhashed);
    let headers = canonical::headers(request, authorization);
    if let (Some(payload_hash), Some(headers), Some(date)) = (&payload_hash, headers, date(request))
    {
        let method = request.method.to_ascii_uppercase();
        for path in both(
            canonical::path(request.raw_path, PathForm::Decoded),
            canonical::path(request.raw_path, PathForm::Raw),
        ) {
            for query in both(
                canonical::query(request.raw_query, QueryOrder::Decoded),
                canonical::query(request.raw_query, QueryOrder::Encoded),
            ) {
                let canonical = canonical::request(
                    &method,
                    (&path, &query),
                    (&headers, &authorization.signed_headers),
                    payload_hash,
                );
                let signed =
                    sign(algorithm, &string_to_sign(authorization, date, &canonical), &key)?;
                if bool::from(signed.as_bytes().ct_eq(authorization.signature.as_bytes())) {
                    return Ok(());
                }
            }
        }
    }
    let payload_hash = payload_hash.unwrap_or_else(|| hash(algorithm, request.body));
    let canonical = canonical::shown(request, authorization, &payload_hash);
    Err(Error::SignatureWrong { canonical })
}

/// `first` and, when it is another, `second`.
fn both(first: String, second: String) -> impl Iterator<Item = String> {
    let second = (second != first).then_some(second);
    std::iter::once(first).chain(second)
}

/// `X-Sdk-Date`, when there is exactly one.
fn date<'a>(request: &'a SignedRequest<'_>) -> Option<&'a [u8]> {
    let mut dates = request.values("x-sdk-date");
    let date = dates.next()?;
    dates.next().is_none().then_some(date)
}

fn string_to_sign(authorization: &Authorization, date: &[u8], canonical: &[u8]) -> Vec<u8> {
    let algorithm = authorization.algorithm;
    let hash = hash(algorithm, canonical);
    let mut lines = vec![algorithm.word().as_bytes(), date];
    lines.extend(authorization.derivation.as_ref().map(|derivation| derivation.info().as_bytes()));
    lines.push(hash.as_bytes());
    lines.join(&b'\n')
}

/// The algorithm's hash in lower-case hex.
fn hash(algorithm: Algorithm, octets: &[u8]) -> String {
    match algorithm {
        Algorithm::HmacSha256 | Algorithm::DerivedHmacSha256 => {
            hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, octets))
        }
        Algorithm::HmacSm3 => hex::encode(Sm3::digest(octets)),
    }
}

/// The algorithm's HMAC in lower-case hex.
fn sign(algorithm: Algorithm, text: &[u8], key: &[u8]) -> Result<String, Error> {
    Ok(match algorithm {
        Algorithm::HmacSha256 | Algorithm::DerivedHmacSha256 => {
            let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, key);
            hex::encode(aws_lc_rs::hmac::sign(&key, text))
        }
        Algorithm::HmacSm3 => {
            let mut mac = Hmac::<Sm3>::new_from_slice(key).map_err(Error::internal)?;
            mac.update(text);
            hex::encode(mac.finalize().into_bytes())
        }
    })
}

#[cfg(test)]
mod tests;
