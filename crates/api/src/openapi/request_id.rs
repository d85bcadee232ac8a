//! The headers with the request's id, which every answer has.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::{ComponentsBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::frame::ID_HEADERS;
use crate::schema;

/// The headers that answers refer to.
pub(super) fn components(mut components: ComponentsBuilder) -> ComponentsBuilder {
    for name in ID_HEADERS {
        let header = HeaderBuilder::new()
            .schema(Some(schema::matching("^[0-9a-f]{32}$")))
            .description(Some("The identifier of this request, for the logs."));
        components = components.header(name.to_string(), header.build());
    }
    components
}

/// The answer with its request id.
pub(super) fn with_request_id(mut response: ResponseBuilder) -> ResponseBuilder {
    for name in ID_HEADERS {
        response = response.header_ref(name.as_str(), reference(name.as_str()));
    }
    response
}

/// Adds the request id to an answer that an endpoint tells itself.
pub(super) fn add_request_id(response: &mut Response) {
    for name in ID_HEADERS {
        response.headers.insert(name.to_string(), RefOr::Ref(reference(name.as_str())));
    }
}

fn reference(name: &str) -> Ref {
    Ref::new(format!("#/components/headers/{name}"))
}
