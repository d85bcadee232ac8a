//! The signature vectors, and what must not pass.

use std::time::Duration;

use ledger::Timestamp;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!("../../tests/signing-vectors.json");

/// 2026-01-15T08:30:00Z, when the vectors were signed.
const SIGNED_AT: Timestamp = Timestamp::from_seconds(1_768_465_800);

/// A request that owns its parts, so that tests can change them.
#[derive(Clone, Debug)]
struct Wire {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Wire {
    fn with<T>(&self, f: impl FnOnce(&SignedRequest<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        f(&SignedRequest {
            method: &self.method,
            raw_path: &self.path,
            raw_query: &self.query,
            headers: &headers,
            body: &self.body,
        })
    }

    fn header(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.headers.iter_mut().find(|(header, _)| header == name).unwrap().1
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self
    }

    fn edit(&mut self, name: &str, from: &str, to: &str) {
        let value = self.header(name);
        let text = String::from_utf8(value.clone()).unwrap();
        assert!(text.contains(from), "{text}");
        *value = text.replace(from, to).into_bytes();
    }

    fn judge(&self, secret: &[u8]) -> Result<(), Error> {
        self.judge_with(secret, UnhashedPayload::Refused)
    }

    fn judge_with(&self, secret: &[u8], unhashed: UnhashedPayload) -> Result<(), Error> {
        self.with(|request| {
            let authorization = Authorization::of(request)?.ok_or(Error::CredentialsMissing)?;
            verify_date(request, &authorization, SIGNED_AT, Duration::from_secs(900))?;
            verify_with(request, &authorization, secret, unhashed)
        })
    }

    /// Signs anew, with the path and query exactly as `canonical_path` and `canonical_query`.
    fn sign_as(&mut self, canonical_path: &str, canonical_query: &str) {
        let signature = self.with(|request| {
            let authorization = Authorization::of(request).unwrap().unwrap();
            let algorithm = authorization.algorithm;
            let canonical = canonical::request(
                request.method,
                (canonical_path, canonical_query),
                (
                    &canonical::headers(request, &authorization).unwrap(),
                    &authorization.signed_headers,
                ),
                &hash(algorithm, request.body),
            );
            let text = string_to_sign(&authorization, b"20260115T083000Z", &canonical);
            sign(algorithm, &text, &secret()).unwrap()
        });
        let value = String::from_utf8(self.header("authorization").clone()).unwrap();
        let (start, _) = value.split_once("Signature=").unwrap();
        *self.header("authorization") = format!("{start}Signature={signature}").into_bytes();
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn lines(value: &Value) -> String {
    value.as_array().unwrap().iter().map(text).collect::<Vec<_>>().join("\n")
}

fn vectors() -> Vec<(Value, Wire)> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let wire = |vector: &Value| {
        let request = &vector["request"];
        let uri = text(&request["uri"]);
        let (path, query) = uri.split_once('?').unwrap_or((&uri, ""));
        let headers = request["headers"].as_array().unwrap();
        Wire {
            method: text(&request["method"]),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .iter()
                .map(|header| (text(&header[0]).to_lowercase(), text(&header[1]).into_bytes()))
                .collect(),
            body: text(&request["body"]).into_bytes(),
        }
    };
    let vectors = file["vectors"].as_array().unwrap();
    vectors.iter().map(|vector| (vector.clone(), wire(vector))).collect()
}

fn secret() -> Vec<u8> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    text(&file["secret"]).into_bytes()
}

fn vector(start: &str) -> Wire {
    let mut vectors = vectors().into_iter();
    vectors.find(|(vector, _)| text(&vector["name"]).starts_with(start)).unwrap().1
}

fn is_wrong(answer: &Result<(), Error>) -> bool {
    matches!(answer, Err(Error::SignatureWrong { .. }))
}

#[test]
fn every_vector_passes_but_the_one_without_a_payload_hash() {
    let vectors = vectors();

    assert_eq!(vectors.len(), 10);
    for (vector, wire) in vectors {
        let answer = wire.judge(&secret());

        match text(&vector["name"]).as_str() {
            "v8-unsigned-payload" => assert!(is_wrong(&answer), "{answer:?}"),
            name => assert!(answer.is_ok(), "{name}: {answer:?}"),
        }
    }
}

#[test]
fn every_vector_passes_where_bodies_need_no_hash() {
    for (vector, wire) in vectors() {
        let answer = wire.judge_with(&secret(), UnhashedPayload::Accepted);

        assert!(answer.is_ok(), "{}: {answer:?}", text(&vector["name"]));
    }
}

#[test]
fn a_key_derived_for_another_day_is_refused() {
    let mut wire = vector("v6-");
    wire.edit("authorization", "/20260115/", "/20260116/");

    assert!(matches!(wire.judge(&secret()), Err(Error::DateOutOfRange)));
}

#[test]
fn a_key_derived_for_another_region_or_service_is_refused() {
    for (from, to) in [("/globe/", "/cn-north-4/"), ("/ccm", "/scm")] {
        let mut wire = vector("v6-");
        wire.edit("authorization", from, to);

        assert!(is_wrong(&wire.judge(&secret())), "{to}");
    }
}

#[test]
fn the_key_is_derived_as_the_client_derives_it() {
    let wire = vector("v6-");
    wire.with(|request| {
        let authorization = Authorization::of(request).unwrap().unwrap();

        let key = derive::signing_key(&authorization, &secret()).unwrap();

        let expected = "6a1546c522f7080d6aef63fb2c518d357d976f0014e3f580241e24c35bb497ac";
        assert_eq!(String::from_utf8_lossy(&key), expected);
    });
}

#[test]
fn canonical_request_and_string_to_sign_are_those_of_the_client() {
    for (vector, wire) in vectors() {
        wire.with(|request| {
            let authorization = Authorization::of(request).unwrap().unwrap();
            let algorithm = authorization.algorithm;
            let canonical = canonical::request(
                request.method,
                (
                    &canonical::path(request.raw_path, PathForm::Decoded),
                    &canonical::query(request.raw_query, QueryOrder::Decoded),
                ),
                (
                    &canonical::headers(request, &authorization).unwrap(),
                    &authorization.signed_headers,
                ),
                &payload::payload_hash(algorithm, request, UnhashedPayload::Accepted).unwrap(),
            );
            let to_sign = string_to_sign(&authorization, date(request).unwrap(), &canonical);

            assert_eq!(String::from_utf8_lossy(&canonical), lines(&vector["canonical_request"]));
            assert_eq!(String::from_utf8_lossy(&to_sign), lines(&vector["string_to_sign"]));
            let key = derive::signing_key(&authorization, &secret()).unwrap();
            assert_eq!(sign(algorithm, &to_sign, &key).unwrap(), text(&vector["signature"]));
        });
    }
}

#[test]
fn another_last_digit_of_the_signature_is_refused() {
    let mut wire = vector("v1-");
    let last = wire.header("authorization").last_mut().unwrap();
    *last = if *last == b'0' { b'1' } else { b'0' };

    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn another_secret_is_refused() {
    assert!(is_wrong(&vector("v1-").judge(b"exampleSecretKey0123456789abcdefghijklmN")));
}

#[test]
fn another_method_is_refused() {
    let mut wire = vector("v1-");
    wire.method = "DELETE".to_owned();

    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn another_query_value_is_refused() {
    let mut wire = vector("v2-");
    wire.query = wire.query.replace("limit=10", "limit=11");

    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn another_order_of_the_query_is_the_same_request() {
    let mut wire = vector("v2-");
    let mut pairs: Vec<&str> = wire.query.split('&').collect();
    pairs.reverse();
    wire.query = pairs.join("&");

    assert!(wire.judge(&secret()).is_ok());
}

#[test]
fn one_more_space_in_the_body_is_refused() {
    let mut wire = vector("v3-");
    wire.body.push(b' ');

    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn a_stripped_body_is_refused_whatever_the_payload_header_says() {
    let mut wire = vector("v3-");
    wire.body.clear();
    let hash = "5372a77da87094b63994c845b7743de592a96847b1b000ba2b82587e7a9ff201";
    wire.headers.push(("x-sdk-content-sha256".to_owned(), hash.as_bytes().to_vec()));

    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn the_hash_of_nothing_may_be_stated_for_an_empty_body() {
    let mut wire = vector("v1-");
    let hash = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
    wire.headers.push(("x-sdk-content-sha256".to_owned(), hash.to_lowercase().into_bytes()));
    assert!(wire.judge(&secret()).is_ok());

    *wire.header("x-sdk-content-sha256") = b"UNSIGNED-PAYLOAD".to_vec();
    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn a_missing_signed_header_is_refused() {
    assert!(is_wrong(&vector("v4-").without("x-security-token").judge(&secret())));
}

#[test]
fn a_second_value_of_a_signed_header_is_refused() {
    let mut wire = vector("v1-");
    wire.headers.push(("x-domain-id".to_owned(), b"another".to_vec()));

    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn an_added_unsigned_header_changes_nothing() {
    let mut wire = vector("v1-");
    wire.headers.push(("x-forwarded-for".to_owned(), b"192.0.2.1".to_vec()));

    assert!(wire.judge(&secret()).is_ok());
}

#[test]
fn the_date_may_be_off_by_fifteen_minutes_and_no_more() {
    let wire = vector("v1-");
    for (seconds, legal) in [(0, true), (900, true), (-900, true), (901, false), (-901, false)] {
        let now = Timestamp::from_millis(SIGNED_AT.as_millis() + seconds * 1000);
        let answer = wire.with(|request| {
            let authorization = Authorization::of(request).unwrap().unwrap();
            verify_date(request, &authorization, now, Duration::from_secs(900))
        });

        match answer {
            Ok(()) => assert!(legal, "{seconds}"),
            Err(error) => {
                assert!(!legal && matches!(error, Error::DateOutOfRange), "{seconds}: {error}");
            }
        }
    }
}

#[test]
fn the_date_must_be_signed_and_must_be_one() {
    let mut unsigned = vector("v1-");
    unsigned.edit("authorization", ";x-sdk-date", "");
    let mut twice = vector("v1-");
    twice.headers.push(("x-sdk-date".to_owned(), b"20260115T083000Z".to_vec()));
    let mut other_form = vector("v1-");
    *other_form.header("x-sdk-date") = b"2026-01-15T08:30:00Z".to_vec();

    for wire in [unsigned, twice, other_form, vector("v1-").without("x-sdk-date")] {
        let answer = wire.judge(&secret());

        assert!(matches!(answer, Err(Error::DateOutOfRange)), "{wire:?}: {answer:?}");
    }
}

#[test]
fn another_algorithm_word_is_refused() {
    let mut wire = vector("v5-");
    wire.edit("authorization", "SDK-HMAC-SM3", "SDK-HMAC-SHA256");

    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn the_raw_path_and_the_encoded_order_are_accepted_too() {
    let mut wire = vector("v7-");
    wire.query = "a%7B=1&aZ=3".to_owned();
    for (path, query) in [
        ("/v3/scm/a%20b/tags/", "aZ=3&a%7B=1"),
        ("/v3/scm/a%20b/tags/", "a%7B=1&aZ=3"),
        ("/v3/scm/a%2520b/tags/", "aZ=3&a%7B=1"),
        ("/v3/scm/a%2520b/tags/", "a%7B=1&aZ=3"),
    ] {
        wire.sign_as(path, query);

        assert!(wire.judge(&secret()).is_ok(), "{path} {query}");
    }
    wire.sign_as("/v3/scm/a%252520b/tags/", "aZ=3&a%7B=1");
    assert!(is_wrong(&wire.judge(&secret())));
}

#[test]
fn two_signatures_are_refused() {
    let mut wire = vector("v1-");
    let value = wire.header("authorization").clone();
    wire.headers.push(("authorization".to_owned(), value));

    assert!(matches!(wire.judge(&secret()), Err(Error::AuthorizationMalformed(_))));
}

#[test]
fn a_wrong_signature_is_answered_with_the_canonical_request_and_no_secret() {
    let mut wire = vector("v4-");
    wire.query = "X-Auth-Token=abc&limit=1".to_owned();
    let Err(Error::SignatureWrong { canonical }) = wire.judge(&secret()) else {
        panic!("the signature does not cover this query");
    };

    let start = "POST|/v2/f0e1d2c3b4a5968778695a4b3c2d1e0f/certmanager/\
                 private-certificate-authorities/csr/|X-Auth-Token=***&limit=1|\
                 content-type:application/json|host:pki.example.test:8443|";
    let end = "|x-security-token:***||content-type;host;user-agent;x-project-id;x-sdk-date;\
               x-security-token|971c92eb10bd55c5da0172cfb817877ad4bc854e99e1f8c43de0d0904379a123";
    assert!(canonical.starts_with(start), "{canonical}");
    assert!(canonical.ends_with(end), "{canonical}");
    assert!(!canonical.contains("gQhleGFtcGxl"));
}

#[test]
fn the_canonical_request_in_the_answer_is_bounded_and_printable() {
    let mut wire = vector("v1-");
    wire.query = format!("a={}", "x".repeat(20_000));
    *wire.header("user-agent") = b"a\x01\xff\x7f".to_vec();
    let Err(Error::SignatureWrong { canonical }) = wire.judge(&secret()) else {
        panic!("the signature does not cover this query");
    };

    assert_eq!(canonical.chars().count(), 4096);
    assert!(!canonical.contains(char::is_control));
}

proptest! {
    #[test]
    fn arbitrary_requests_are_refused_without_a_panic(
        method in ".{0,8}",
        path in ".{0,40}",
        query in ".{0,40}",
        value in proptest::collection::vec(any::<u8>(), 0..40),
        authorization in "((SDK-HMAC-(SHA256|SM3) Access=A|V11-HMAC-SHA256 Credential=A/20260115/a/b), SignedHeaders=(x|x-sdk-date|;){0,4}, \
                          Signature=[0-9a-f]{0,70})|.{0,60}",
        body in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let headers = vec![
            ("x".to_owned(), value.clone()),
            ("x".to_owned(), b"2".to_vec()),
            ("x-sdk-date".to_owned(), b"20260115T083000Z".to_vec()),
            ("x-sdk-content-sha256".to_owned(), value),
            ("authorization".to_owned(), authorization.into_bytes()),
        ];
        let wire = Wire { method, path, query, headers, body };

        prop_assert!(wire.judge(&secret()).is_err());
    }
}
