//! `POST /v3/auth/tokens`

use axum::Extension;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use iam::{Named, PasswordSignIn};

use super::SUBJECT_TOKEN;
use super::sign_in::Request;
use super::token::{Answer, token};
use crate::client::Visitor;
use crate::frame::Refused;
use crate::gateway::Gateway;
use crate::iam_v3::Error;
use crate::json::Json;

/// Issues a token to who knows a user's password. `nocatalog` changes nothing, since the
/// catalogue is empty anyway.
#[utoipa::path(
    post,
    path = "/v3/auth/tokens",
    operation_id = "create_token",
    params(("nocatalog" = Option<String>, Query, description = "Changes nothing.")),
    request_body = inline(Request),
    responses((
        status = 201,
        description = "What the token stands for.",
        body = inline(Answer),
        headers(("X-Subject-Token" = String, description = "The text of the token."))
    ))
)]
pub(crate) async fn handle(
    visitor: Visitor,
    Json(request): Json<Request>,
) -> Result<Response, Error> {
    let request: PasswordSignIn = request.try_into()?;
    let (Named::Id(claim) | Named::Name(claim)) = &request.user;
    let origin = visitor.client.origin(Some(claim));
    let (text, session) = match visitor.services.iam.sign_in(request, origin).await {
        Ok(issued) => issued,
        Err(error @ iam::Error::Internal(_)) => return Err(error.into()),
        Err(error) => {
            let refused = Refused { reason: error.reason(), address: visitor.client.address };
            return Ok((Extension(refused), Error::from(error)).into_response());
        }
    };
    let mut value = HeaderValue::from_str(text.expose()).map_err(|_| Gateway::internal())?;
    value.set_sensitive(true);
    let headers = HeaderMap::from_iter([(SUBJECT_TOKEN, value)]);
    Ok((StatusCode::CREATED, headers, axum::Json(token(&session))).into_response())
}
