//! `/v3/projects/{project_id}/groups`: groups on a project.

pub(in crate::iam_v3) mod roles;
