//! `GET /v3/auth/projects`

use axum::Json;
use iam::{ProjectFilter, State};

use crate::caller::Caller;
use crate::iam_v3::flags::MOST;
use crate::iam_v3::projects::matching;
use crate::iam_v3::view::Projects;
use crate::iam_v3::{Error, view};

/// The projects that the caller can use: the enabled ones of their account.
#[utoipa::path(
    get,
    path = "/v3/auth/projects",
    operation_id = "auth_projects",
    responses((status = 200, description = "The projects.", body = inline(Projects)))
)]
pub(crate) async fn handle(caller: Caller) -> Result<Json<Projects>, Error> {
    let filter = ProjectFilter {
        account: caller.account(),
        name: None,
        state: Some(State::Enabled),
        offset: 0,
        limit: MOST,
    };
    let projects = matching(&caller, &filter).await?;
    Ok(Json(view::projects("/v3/auth/projects", &projects)))
}
