//! `/v3/projects`: projects of the caller's account.

pub(super) mod groups;
pub(super) mod list;
pub(super) mod show;

use iam::{Project, ProjectFilter};

use super::Error;
use crate::caller::Caller;

/// The projects that `filter` selects.
pub(super) async fn matching(
    caller: &Caller,
    filter: &ProjectFilter,
) -> Result<Vec<Project>, Error> {
    let found = caller.identity().directory().projects(filter).await;
    let found = found.map_err(|error| iam::Error::Internal(Box::new(error)))?;
    Ok(found.into_iter().map(|project| project.value).collect())
}
