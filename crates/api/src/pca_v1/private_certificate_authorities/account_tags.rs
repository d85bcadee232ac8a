//! `GET /v1/private-certificate-authorities/tags`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::pca_v1::Error;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    tags: Vec<KeyValues>,
}

#[derive(Serialize, ToSchema)]
struct KeyValues {
    key: String,
    values: Vec<String>,
}

/// The tags of all authorities of the account: each key with the values that it has.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/tags",
    operation_id = "account_authority_tags",
    responses((status = 200, description = "Keys and values.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Answer>, Error> {
    let pki = caller.may(Action::ListAllAuthorityTags).await?;
    let tags = pki.account_authority_tags(caller.account()).await?;
    let shown = |(key, values)| KeyValues { key, values };
    Ok(Json(Answer { tags: tags.into_iter().map(shown).collect() }))
}
