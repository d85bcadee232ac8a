//! `POST /v1/private-certificate-authorities/agencies`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;
use crate::schema;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::hex_id)]
    agency_id: String,
}

/// Lets the service publish in the account's buckets.
/// There is no body; what a client sends all the same is ignored.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/agencies",
    operation_id = "create_agency",
    responses((status = 200, description = "The agency.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    create(&caller).await
}

/// Creates the agency of the caller's account, or finds the one that is there.
pub(super) async fn create(caller: &Caller) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::CreateAgency).await?;
    let id = pki.create_agency(caller.author()).await?;
    Ok(Json(Answer { agency_id: id.to_string() }))
}
