//! `GET /v3.0/OS-CREDENTIAL/credentials/{access_key}`

use axum::Json;

use super::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::path::Segment;

/// One access key, without its secret.
#[utoipa::path(
    get,
    path = "/v3.0/OS-CREDENTIAL/credentials/{access_key}",
    operation_id = "access_key",
    params(("access_key" = String, Path)),
    responses((status = 200, description = "The key.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(access): Segment,
) -> Result<Json<Answer>, Error> {
    let iam = caller.may_for_key(Action::ShowAccessKey, &access).await?;
    let key = iam.access_key(caller.account(), &access).await?;
    Ok(Json(Answer { credential: key.into() }))
}
