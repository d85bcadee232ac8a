//! `POST /v1/private-certificate-authorities/{ca_id}/crl/enable`

use axum::http::StatusCode;
use pki::crl::NewCrl;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::super::crl_configuration::Given;
use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::{self, Id};

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(schema_with = name)]
    crl_name: Option<String>,
    #[schema(required, schema_with = bucket)]
    obs_bucket_name: Option<String>,
    #[schema(required, schema_with = schema::integer::<7, 30>)]
    valid_days: Option<i64>,
}

/// What [`CrlName`](pki::crl::CrlName) takes, or nothing.
fn name() -> RefOr<Schema> {
    schema::optional_matching("^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$")
}

fn bucket() -> RefOr<Schema> {
    schema::matching("^.{3,63}$")
}

/// Switches the publishing of CRLs on.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/crl/enable",
    operation_id = "enable_crl",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((status = 204, description = "They are published."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let Request { crl_name, obs_bucket_name, valid_days } = request;
    let new: NewCrl =
        Given { within: "", name: crl_name, bucket: obs_bucket_name, valid_days }.try_into()?;
    let pki = caller.may_on_authority(Action::EnableCrl, id).await?;
    pki.enable_crl(caller.author(), id, &new).await?;
    Ok(StatusCode::NO_CONTENT)
}
