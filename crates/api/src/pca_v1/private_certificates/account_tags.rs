//! `GET /v1/private-certificates/tags`

use axum::Json;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;
use crate::pca_v1::tags::ShownAccountTags;

/// The tags of all certificates of the account: each key with the values that it has.
#[utoipa::path(
    get,
    path = "/v1/private-certificates/tags",
    operation_id = "account_certificate_tags",
    responses((status = 200, description = "Keys and values.", body = inline(ShownAccountTags)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<ShownAccountTags>, Error> {
    let pki = caller.may(Action::ListAllCertificateTags).await?;
    Ok(Json(pki.account_certificate_tags(caller.account()).await?.into()))
}
