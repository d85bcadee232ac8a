//! What lets an administrator watch the server: metrics, and the listener that shows them.

mod exposition;
mod gathered;
mod metrics;
mod site;

pub(crate) use gathered::{Gathered, Watching};
pub(crate) use metrics::{Metrics, UPKEEP};
pub(crate) use site::router;
