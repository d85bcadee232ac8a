//! `/v3/projects/{project_id}/groups`

mod roles;
