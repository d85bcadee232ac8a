//! `POST /v3.0/OS-ROLE/roles`

use axum::Json as Answered;
use axum::http::StatusCode;
use iam::NewPolicy;

use super::order::{Request, RoleOrder};
use crate::action::Action;
use crate::caller::Caller;
use crate::iam_v3::roles::view::Answer;
use crate::iam_v3_0::Error;
use crate::json::Json;

/// Makes a role, given to nobody.
#[utoipa::path(
    post,
    path = "/v3.0/OS-ROLE/roles",
    operation_id = "create_role",
    request_body = inline(Request),
    responses((status = 201, description = "The role.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<(StatusCode, Answered<Answer>), Error> {
    let RoleOrder { name, description, kind, document } = request.try_into()?;
    let iam = caller.may_manage(Action::CreatePolicy).await?;
    let new = NewPolicy { name, description, kind, document };
    let policy = iam.create_policy(caller.author(), new).await?;
    Ok((StatusCode::CREATED, Answered(Answer { role: policy.into() })))
}
