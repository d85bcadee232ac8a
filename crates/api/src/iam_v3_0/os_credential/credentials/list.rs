//! `GET /v3.0/OS-CREDENTIAL/credentials`

use axum::Json;
use axum::http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::Shown;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::parameter::given;
use crate::query::Query;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    credentials: Vec<Shown>,
}

/// Lists the access keys of a user: one's own unless another is named.
#[utoipa::path(
    get,
    path = "/v3.0/OS-CREDENTIAL/credentials",
    operation_id = "access_keys",
    params(("user_id" = Option<String>, Query, description = "By default the caller.")),
    responses((status = 200, description = "The keys, without secrets.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Answer>, Error> {
    let user_id = given(Query::of(&uri)?.text("user_id"));
    let user_id = user_id.unwrap_or_else(|| caller.who().user_id().to_string());
    let (iam, user) = caller.may_for_user(Action::ListAccessKeys, &user_id).await?;
    let keys = iam.access_keys(caller.account(), user).await?;
    Ok(Json(Answer { credentials: keys.into_iter().map(Into::into).collect() }))
}
