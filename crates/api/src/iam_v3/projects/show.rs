//! `GET /v3/projects/{project_id}`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::iam_v3::view::ProjectView;
use crate::iam_v3::{Error, view};
use crate::path::Segment;
use crate::schema::Project;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    project: ProjectView,
}

/// One project of the caller's account; another account's is not found.
#[utoipa::path(
    get,
    path = "/v3/projects/{project_id}",
    operation_id = "project",
    params(("project_id" = inline(Project), Path)),
    responses((status = 200, description = "The project.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Segment(project_id): Segment,
) -> Result<Json<Answer>, Error> {
    let missing = || Error::not_found(format!("Could not find project: {project_id}."));
    let id = project_id.parse().map_err(|_| missing())?;
    let found = caller.identity().directory().project(id).await;
    let project = found
        .map_err(|error| iam::Error::Internal(Box::new(error)))?
        .map(|project| project.value)
        .filter(|project| project.account == caller.account())
        .ok_or_else(missing)?;
    Ok(Json(Answer { project: view::project(&project) }))
}
