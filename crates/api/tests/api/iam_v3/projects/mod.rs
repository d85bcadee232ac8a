//! `/v3/projects`

mod groups;
mod list;
mod show;
