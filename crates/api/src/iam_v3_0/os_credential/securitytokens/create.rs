//! `POST /v3.0/OS-CREDENTIAL/securitytokens`

use std::time::Duration;

use axum::Json as Answered;
use axum::http::StatusCode;
use iam::TemporaryKeyOrder;
use iam::policy::{Document, Language};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, Schema};

use crate::caller::Caller;
use crate::distinct::DistinctObject;
use crate::iam_v3_0::Error;
use crate::iso_time;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, required};
use crate::schema;
use crate::secret::Secret;

/// How long a temporary access key lives at least, unless its token ends before.
const SHORTEST: i64 = 900;
/// How long it lives at most.
const LONGEST: i64 = 86_400;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Auth>)]
    auth: Option<Object<Auth>>,
}

#[derive(Deserialize, ToSchema)]
struct Auth {
    #[schema(required, schema_with = schema::object::<Identity>)]
    identity: Option<Object<Identity>>,
}

#[derive(Deserialize, ToSchema)]
struct Identity {
    #[schema(required, schema_with = methods)]
    methods: Option<Vec<String>>,
    #[schema(schema_with = schema::optional_object::<Base>)]
    token: Option<Object<Base>>,
    /// A policy that narrows what the key may do.
    #[schema(schema_with = schema::optional_any_object)]
    policy: Option<DistinctObject>,
}

#[derive(Deserialize, ToSchema)]
struct Base {
    #[schema(schema_with = schema::optional_any_text)]
    id: Option<Secret>,
    #[schema(schema_with = schema::optional_integer::<SHORTEST, LONGEST>)]
    duration_seconds: Option<i64>,
}

/// A new temporary access key.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    credential: Made,
}

#[derive(Serialize, ToSchema)]
struct Made {
    access: String,
    secret: String,
    securitytoken: String,
    expires_at: String,
}

fn methods() -> RefOr<Schema> {
    let method = schema::one_of(&[("token", ())]);
    Schema::Array(ArrayBuilder::new().items(method).min_items(Some(1)).max_items(Some(1)).build())
        .into()
}

impl TryFrom<Request> for TemporaryKeyOrder {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let Object(auth) = required("auth", request.auth)?;
        let Object(identity) = required("auth.identity", auth.identity)?;
        let methods = required("auth.identity.methods", identity.methods)?;
        if methods.as_slice() != ["token"] {
            let problem =
                "the one method that is available is token: there are no agencies to assume";
            return Err(BadParameter::new("auth.identity.methods", problem));
        }
        let base = identity.token.map(|Object(base)| base);
        let (token, seconds) = base.map_or((None, None), |base| (base.id, base.duration_seconds));
        let seconds = seconds.unwrap_or(SHORTEST);
        let lifetime = match u64::try_from(seconds) {
            Ok(whole) if (SHORTEST..=LONGEST).contains(&seconds) => Duration::from_secs(whole),
            _ => {
                let problem = format!("it must be {SHORTEST} to {LONGEST}");
                return Err(BadParameter::new("auth.identity.token.duration_seconds", problem));
            }
        };
        let token = token.map(|Secret(text)| text).filter(|text| !text.is_empty());
        Ok(Self { token, lifetime, policy: identity.policy.map(narrowing).transpose()? })
    }
}

/// The text of a policy of version 1.1 that can be decided on.
fn narrowing(DistinctObject(policy): DistinctObject) -> Result<String, BadParameter> {
    let text = Value::Object(policy).to_string();
    let bad = |problem: String| BadParameter::new("auth.identity.policy", problem);
    let document = Document::parse_to_keep(&text).map_err(|error| bad(error.to_string()))?;
    if document.language() != Language::V1 {
        return Err(bad("Version: it must be 1.1".to_owned()));
    }
    Ok(text)
}

/// Makes a temporary access key from a token of one's own: the one in the body, or the one that is
/// shown in `X-Auth-Token`. It is good for what the token is good for, and no longer.
#[utoipa::path(
    post,
    path = "/v3.0/OS-CREDENTIAL/securitytokens",
    operation_id = "create_temporary_key",
    request_body = inline(Request),
    responses((status = 201, description = "The key with its secrets.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let order: TemporaryKeyOrder = request.try_into()?;
    let new = caller.identity().create_temporary_key(caller.who(), &order).await?;
    let credential = Made {
        access: new.key.access,
        secret: new.secret.to_string(),
        securitytoken: new.security_token.expose().to_owned(),
        expires_at: iso_time::microseconds(new.key.expires_at),
    };
    Ok((StatusCode::CREATED, Answered(Answer { credential })))
}
