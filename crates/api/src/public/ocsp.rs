//! `POST /ocsp/{ca_id}` and `GET /ocsp/{ca_id}/{base64}` (RFC 6960 appendix A, RFC 5019 §5 and §6).

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64ct::{Base64Unpadded, Encoding};
use ledger::{CaId, Clock};
use percent_encoding::percent_decode_str;
use pki::Pki;
use pki::ocsp::{Freshness, OcspAnswer};
use x509::ocsp::{MAX_REQUEST, ResponseError};

use super::conditional::{self, http_date};
use crate::Services;
use crate::body::{BodyLimit, Pace};
use crate::measure;
use crate::overload::{PublicOverload, retry_after};

/// What a POST must say that it sends.
const REQUEST: &str = "application/ocsp-request";

/// What every answer is.
const RESPONSE: HeaderValue = HeaderValue::from_static("application/ocsp-response");

/// What all of it starts with.
const PREFIX: &str = "/ocsp/";

/// What the two routes work with.
struct Responding {
    pki: Pki,
    clock: Arc<dyn Clock>,
    overload: Arc<PublicOverload>,
    pace: Pace,
    max_age: Duration,
}

/// The routes.
pub(super) fn routes(services: &Services, overload: Arc<PublicOverload>) -> Router {
    let responding = Responding {
        pki: services.pki.clone(),
        clock: Arc::clone(&services.clock),
        overload,
        pace: Pace::of(&services.settings),
        max_age: services.settings.ocsp_max_age,
    };
    Router::new()
        .route("/ocsp/{ca_id}", post(by_post))
        .route("/ocsp/{ca_id}/", get(by_get).post(by_post))
        .route("/ocsp/{ca_id}/{*request}", get(by_get))
        .with_state(Arc::new(responding))
}

async fn by_post(State(responding): State<Arc<Responding>>, request: Request<Body>) -> Response {
    let (head, body) = request.into_parts();
    let Some((id, _)) = named(&head.uri) else { return StatusCode::NOT_FOUND.into_response() };
    if !is_request(&head.headers) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let limit = BodyLimit::OCSP;
    if let Err(refused) = limit.announced(&head.headers) {
        return refused.status.into_response();
    }
    let request = match limit.read(body, responding.pace).await {
        Ok(request) => request,
        Err(refused) => return refused.status.into_response(),
    };
    match responding.overload.turn().await {
        Ok(_turn) => responding.answer(id, &request, &head.headers).await,
        Err(wait) => busy(wait),
    }
}

/// Whether a path is one of OCSP.
pub(super) fn is_under(uri: &Uri) -> bool {
    uri.path().starts_with(PREFIX)
}

/// The answer when too much is under way, in the words of OCSP and of HTTP: `tryLater` (RFC 6960 §2.3)
/// for clients that look at the body, 429 for what stands between, and for those that do not.
pub(super) fn busy(wait: Duration) -> Response {
    let answer = OcspAnswer::from(ResponseError::TryLater);
    measure::ocsp_answered(&answer);
    let headers = [
        (header::CONTENT_TYPE, RESPONSE),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::RETRY_AFTER, retry_after(wait)),
    ];
    let body = Bytes::from_owner(answer.der);
    (StatusCode::TOO_MANY_REQUESTS, headers, body).into_response()
}

async fn by_get(
    State(responding): State<Arc<Responding>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let Some((id, encoded)) = named(&uri) else { return StatusCode::NOT_FOUND.into_response() };
    match decoded(encoded) {
        Some(request) => responding.answer(id, &request, &headers).await,
        None => responding.rendered(ResponseError::MalformedRequest.into(), &headers),
    }
}

/// The authority that a path names, and what follows it. The path is taken as it came: base64 has
/// slashes, also two in a row.
fn named(uri: &Uri) -> Option<(CaId, &str)> {
    let rest = uri.path().strip_prefix(PREFIX)?;
    let (id, encoded) = rest.split_once('/').unwrap_or((rest, ""));
    Some((id.parse().ok()?, encoded))
}

/// The request in a path: base64, each of its octets percent-encoded or not.
fn decoded(encoded: &str) -> Option<Vec<u8>> {
    let octets: Vec<u8> = percent_decode_str(encoded).collect();
    let text = std::str::from_utf8(&octets).ok()?;
    let request = Base64Unpadded::decode_vec(text.trim_end_matches('=')).ok()?;
    (request.len() <= MAX_REQUEST).then_some(request)
}

/// Whether a POST says that it sends a request, with whatever parameters.
fn is_request(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else { return false };
    let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(REQUEST)
}

impl Responding {
    async fn answer(&self, id: CaId, request: &[u8], headers: &HeaderMap) -> Response {
        self.rendered(self.pki.ocsp(id, request).await, headers)
    }

    fn rendered(&self, answer: OcspAnswer, headers: &HeaderMap) -> Response {
        let mut response = Response::default();
        measure::ocsp_answered(&answer);
        let lasting = answer.freshness.filter(|_| !self.max_age.is_zero());
        let told = response.headers_mut();
        match lasting {
            Some(freshness) => {
                let cached = self.cached(freshness);
                told.extend(cached.headers());
                self.tell_the_end(cached.max_age, told);
                if cached.is_known(headers) {
                    *response.status_mut() = StatusCode::NOT_MODIFIED;
                    return response;
                }
            }
            None => {
                told.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            }
        }
        response.headers_mut().insert(header::CONTENT_TYPE, RESPONSE);
        *response.body_mut() = Body::from(Bytes::from_owner(answer.der));
        response
    }

    /// What a cache may know of an answer: its tag is one that no other answer has.
    fn cached(&self, freshness: Freshness) -> conditional::Freshness {
        let left = freshness.next_update.since(self.clock.now());
        conditional::Freshness {
            tag: format!("\"{:032x}\"", u128::from_be_bytes(freshness.mark)),
            modified: freshness.this_update,
            max_age: self.max_age.min(left).as_secs(),
        }
    }

    /// Says the same in `Expires`, and that nobody may change the answer or give it on after that.
    /// RFC 5019 §6.2 would have nextUpdate there; but a cache that knows `Expires` alone would hide a
    /// revocation for so long.
    fn tell_the_end(&self, max_age: u64, headers: &mut HeaderMap) {
        let end = http_date(self.clock.now() + Duration::from_secs(max_age));
        let control = format!("max-age={max_age}, public, no-transform, must-revalidate");
        for (name, value) in [(header::EXPIRES, end), (header::CACHE_CONTROL, control)] {
            // Digits and dates always are one.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_found_in_every_form_of_a_path() {
        // Its base64 has plus signs, one slash, three in a row, and padding.
        let octets = vec![0xff, 0xff, 0xff, 0xfb, 0xef, 0xbe, 0x01];
        let plain = format!("{}==", Base64Unpadded::encode_string(&octets));
        assert!(plain.contains('+') && plain.contains("//"), "{plain}");
        let upper = plain.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let lower = plain.replace('+', "%2b").replace('/', "%2f").replace('=', "%3d");
        let bare = plain.replace('=', "");
        for form in [plain, upper, lower, bare] {
            assert_eq!(decoded(&form).as_ref(), Some(&octets), "{form}");
        }
        for form in ["*", "A", "%ff%fe", "AA AA"] {
            assert_eq!(decoded(form), None, "{form}");
        }
    }

    #[test]
    fn a_path_is_split_after_its_authority() {
        let id = "4c0e772e-a30c-4029-b929-b7acb04143f7";
        let named = |path: &str| {
            let uri: Uri = path.parse().unwrap();
            super::named(&uri).map(|(id, encoded)| (id.to_string(), encoded.to_owned()))
        };
        for (path, encoded) in [
            (format!("/ocsp/{id}"), ""),
            (format!("/ocsp/{id}/"), ""),
            (format!("/ocsp/{id}//AA//B="), "/AA//B="),
        ] {
            assert_eq!(named(&path), Some((id.to_owned(), encoded.to_owned())), "{path}");
        }
        assert_eq!(named("/ocsp/x/AA"), None);
    }
}
