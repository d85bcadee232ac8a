//! The refusals that every endpoint of a family may answer with.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{HttpMethod, Operation};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{ComponentsBuilder, ContentBuilder, Ref, RefOr, ResponseBuilder};

use super::request_id::with_request_id;
use crate::family::Family;

/// The refusals of the product APIs and of the gateway before them.
const PRODUCT: &str = "Refusal";
/// Those of the identity API.
const IDENTITY: &str = "IdentityRefusal";

/// What may be wrong, whatever the endpoint.
const STATUSES: [(&str, &str); 10] = [
    ("400", "A parameter is wrong; the text names it."),
    ("401", "The credentials are missing or wrong."),
    ("403", "The caller may not do this, or a rule or quota forbids it."),
    ("404", "What the path or a parameter names does not exist."),
    ("408", "The body did not come in time."),
    ("413", "The body is too large."),
    ("414", "The path with its query is too long."),
    ("429", "Too much is under way; try again."),
    ("431", "The headers are too large."),
    ("500", "The server failed; the cause is in its log."),
];

/// What the identity API refuses beyond that.
const CONFLICT: (&str, &str) = ("409", "It conflicts with what exists.");

/// The refusals that operations of `family` refer to, and the schemas of their bodies.
pub(super) fn components(family: Family, components: ComponentsBuilder) -> ComponentsBuilder {
    let mut components = components.schema(PRODUCT, product());
    if family == Family::Identity {
        components = components.schema(IDENTITY, identity());
    }
    for (status, description) in statuses(family) {
        let schema = schema_name(family, status);
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
        let response = refusal(status, description).content("application/json", content);
        components = components.response(response_name(family, status), response.build());
    }
    components
}

/// Adds to `operation` what endpoints of `family` refuse and it does not tell itself.
pub(super) fn add(family: Family, method: &HttpMethod, operation: &mut Operation) {
    for (status, description) in statuses(family) {
        let response = match method {
            HttpMethod::Head => RefOr::T(refusal(status, description).build()),
            _ => RefOr::Ref(Ref::from_response_name(response_name(family, status))),
        };
        operation.responses.responses.entry(status.to_owned()).or_insert(response);
    }
}

fn refusal(status: &str, description: &str) -> ResponseBuilder {
    let response = with_request_id(ResponseBuilder::new().description(description));
    if status == "429" { response.header("Retry-After", retry_after()) } else { response }
}

fn retry_after() -> Header {
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
    let text = "After how many seconds to try again.";
    HeaderBuilder::new().schema(Some(seconds)).description(Some(text)).build()
}

fn statuses(family: Family) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_identity = matches!(family, Family::Identity | Family::IdentityCoded);
    STATUSES.into_iter().chain(is_identity.then_some(CONFLICT))
}

/// The size of a request's head is refused before it is known whose API was meant.
fn schema_name(family: Family, status: &str) -> &'static str {
    match (family, status) {
        (Family::Identity, "414" | "431") => PRODUCT,
        (Family::Identity, _) => IDENTITY,
        (
            Family::IdentityCoded
            | Family::Plain
            | Family::PrivateCa
            | Family::Scm
            | Family::Workspace,
            _,
        ) => PRODUCT,
    }
}

fn response_name(family: Family, status: &str) -> String {
    format!("{}{status}", schema_name(family, status))
}

/// `error_detail` is Workspace's, `request_id` the gateway's.
fn product() -> Schema {
    let object = ObjectBuilder::new()
        .property("error_code", text())
        .property("error_msg", text())
        .property("error_detail", text())
        .property("request_id", text())
        .required("error_code")
        .required("error_msg");
    Schema::Object(object.build())
}

fn identity() -> Schema {
    let error = ObjectBuilder::new()
        .property("code", ObjectBuilder::new().schema_type(Type::Integer))
        .property("message", text())
        .property("title", text())
        .required("code")
        .required("message")
        .required("title");
    Schema::Object(ObjectBuilder::new().property("error", error).required("error").build())
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}
