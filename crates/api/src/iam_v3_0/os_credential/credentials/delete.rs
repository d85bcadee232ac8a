//! `DELETE /v3.0/OS-CREDENTIAL/credentials/{access_key}`

use axum::http::StatusCode;

use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3_0::Error;
use crate::path::Segment;

/// Deletes an access key, and ends its user's tokens and temporary access keys.
#[utoipa::path(
    delete,
    path = "/v3.0/OS-CREDENTIAL/credentials/{access_key}",
    operation_id = "delete_access_key",
    params(("access_key" = String, Path)),
    responses((status = 204, description = "It is gone."))
)]
pub(crate) async fn handle(caller: Caller, Segment(access): Segment) -> Result<StatusCode, Error> {
    let iam = caller.may_for_key(Action::DeleteAccessKey, &access).await?;
    iam.delete_access_key(caller.who().lasting_author()?, &access).await?;
    Ok(StatusCode::NO_CONTENT)
}
