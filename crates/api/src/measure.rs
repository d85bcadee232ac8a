//! What is counted of requests: how many, how long they take, how many are under way.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{SharedString, Unit};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use pki::ocsp::{Made, OcspAnswer, Told};
use x509::ocsp::ResponseError;

use crate::family::Family;
use crate::overload;

const REQUESTS: &str = "cinnabar_http_requests_total";
const DURATION: &str = "cinnabar_http_request_duration_seconds";
const IN_FLIGHT: &str = "cinnabar_http_requests_in_flight";
const OCSP: &str = "cinnabar_ocsp_answers_total";

/// The label of whatever is outside the table of routes: a client must not make labels.
const OTHER: &str = "other";

/// The status of a request whose client went away before its answer.
const CLOSED: &str = "closed";

/// The patterns of the public listener's routes.
const PUBLIC: [&str; 6] = [
    "/ca/{file}",
    "/crl/{bucket}/{file}",
    "/crl/{bucket}/{name}/{file}",
    "/ocsp/{ca_id}",
    "/ocsp/{ca_id}/",
    "/ocsp/{ca_id}/{*request}",
];

/// Tells the metrics' recorder what the front-ends count.
pub fn describe_metrics() {
    describe_counter!(REQUESTS, "Requests answered, by family of APIs, method, route and status.");
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "From a request's head to its answer, by family of APIs, method and route."
    );
    describe_gauge!(IN_FLIGHT, "Requests that are being answered.");
    overload::describe();
    describe_counter!(OCSP, "OCSP answers given, by what they tell and whether they were kept.");
}

/// The patterns of all routes: the only ones that become labels.
pub(crate) struct Patterns(HashMap<&'static str, Family>);

impl Patterns {
    /// Of these routes.
    pub(crate) fn of(routes: impl Iterator<Item = (&'static str, Family)>) -> Self {
        Self(routes.collect())
    }

    /// A request with this method has come for the route of this pattern, if for any.
    pub(crate) fn begin(&self, method: &Method, pattern: &str) -> Measured {
        let found = self.0.get_key_value(pattern);
        let (route, api) = found.map_or((OTHER, OTHER), |(route, family)| (route, family.name()));
        let measured = Measured { api, method: word(method), route, is_answered: false };
        gauge!(IN_FLIGHT).increment(1);
        measured
    }
}

/// A request of a relying party has come for the route of this pattern, one of our own or an empty
/// text.
pub(crate) fn begin_public(method: &Method, pattern: &str) -> Measured {
    let known = PUBLIC.into_iter().find(|known| *known == pattern);
    gauge!(IN_FLIGHT).increment(1);
    let route = known.unwrap_or(OTHER);
    Measured { api: "public", method: word(method), route, is_answered: false }
}

/// A request that is being answered; one that is dropped before its answer was given up by its
/// client.
pub(crate) struct Measured {
    api: &'static str,
    method: &'static str,
    route: &'static str,
    is_answered: bool,
}

impl Measured {
    /// It was answered with `status` after `taken`.
    pub(crate) fn answered(mut self, status: StatusCode, taken: Duration) {
        self.is_answered = true;
        self.count(status.as_str().to_owned());
        let (api, method, route) = (self.api, self.method, self.route);
        let seconds = histogram!(DURATION, "api" => api, "method" => method, "route" => route);
        seconds.record(taken);
    }

    fn count(&self, status: impl Into<SharedString>) {
        let (api, method, route) = (self.api, self.method, self.route);
        let requests = counter!(
            REQUESTS,
            "api" => api, "method" => method, "route" => route, "status" => status.into()
        );
        requests.increment(1);
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        gauge!(IN_FLIGHT).decrement(1);
        if !self.is_answered {
            self.count(CLOSED);
        }
    }
}

/// Counts an OCSP answer.
pub(crate) fn ocsp_answered(answer: &OcspAnswer) {
    let told = match answer.told {
        Told::Good => "good",
        Told::Revoked => "revoked",
        Told::Unknown => "unknown",
        Told::Several => "several",
        Told::Error(ResponseError::MalformedRequest) => "malformed",
        Told::Error(ResponseError::InternalError) => "internal_error",
        Told::Error(ResponseError::TryLater) => "try_later",
        Told::Error(ResponseError::Unauthorized) => "unauthorized",
    };
    let made = match answer.made {
        Made::Kept => "kept",
        Made::New => "new",
    };
    counter!(OCSP, "told" => told, "made" => made).increment(1);
}

/// Counts the refusal of what is no request.
pub(crate) fn unreadable(status: StatusCode) {
    let requests = counter!(
        REQUESTS,
        "api" => OTHER, "method" => OTHER, "route" => "unreadable",
        "status" => status.as_str().to_owned()
    );
    requests.increment(1);
}

/// The method's label: anybody may send any word for one.
pub(crate) fn word(method: &Method) -> &'static str {
    match method.as_str() {
        "DELETE" => "DELETE",
        "GET" => "GET",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        "PATCH" => "PATCH",
        "POST" => "POST",
        "PUT" => "PUT",
        _ => OTHER,
    }
}
