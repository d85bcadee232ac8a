//! `GET /v1/private-certificate-authorities/tags`

use axum::Json;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;
use crate::pca_v1::tags::ShownAccountTags;

/// The tags of all authorities of the account: each key with the values that it has.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/tags",
    operation_id = "account_authority_tags",
    responses((status = 200, description = "Keys and values.", body = inline(ShownAccountTags)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<ShownAccountTags>, Error> {
    let pki = caller.may(Action::ListAllAuthorityTags).await?;
    Ok(Json(pki.account_authority_tags(caller.account()).await?.into()))
}
