//! What lets an administrator watch the server: metrics, and the listener that shows them.

mod metrics;
mod site;

pub(crate) use metrics::{Metrics, UPKEEP};
pub(crate) use site::router;
