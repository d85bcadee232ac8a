//! `GET /v3/projects/{project_id}`

use axum::Json;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::iam_v3::{Error, view};
use crate::path::Segment;

/// One project of the caller's account; another account's is not found.
pub(crate) async fn handle(
    caller: Caller,
    Segment(project_id): Segment,
) -> Result<Json<Value>, Error> {
    let missing = || Error::not_found(format!("Could not find project: {project_id}."));
    let id = project_id.parse().map_err(|_| missing())?;
    let found = caller.identity().directory().project(id).await;
    let project = found
        .map_err(|error| iam::Error::Internal(Box::new(error)))?
        .map(|project| project.value)
        .filter(|project| project.account == caller.account())
        .ok_or_else(missing)?;
    Ok(Json(json!({ "project": view::project(&project) })))
}
