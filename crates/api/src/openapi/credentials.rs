//! How a caller proves who they are, as the documents tell it.

use utoipa::openapi::ComponentsBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};

const TOKEN: &str = "token";
const SIGNATURE: &str = "signature";

/// The two kinds of credentials.
pub(super) fn schemes(components: ComponentsBuilder) -> ComponentsBuilder {
    let token = ApiKeyValue::with_description("X-Auth-Token", "A token of POST /v3/auth/tokens.");
    let signature = ApiKeyValue::with_description(
        "Authorization",
        "The signature of the request by an access key: `SDK-HMAC-SHA256 Access=…, \
         SignedHeaders=…, Signature=…`, beside the header X-Sdk-Date.",
    );
    components
        .security_scheme(TOKEN, SecurityScheme::ApiKey(ApiKey::Header(token)))
        .security_scheme(SIGNATURE, SecurityScheme::ApiKey(ApiKey::Header(signature)))
}

/// One of the two.
pub(super) fn either() -> Vec<SecurityRequirement> {
    let none: [&str; 0] = [];
    vec![SecurityRequirement::new(TOKEN, none), SecurityRequirement::new(SIGNATURE, none)]
}
