//! What is shown of rotations.

use metrics::{describe_gauge, gauge};

const UNFINISHED: &str = "cinnabar_rotation_unfinished";

/// Tells the metrics' recorder what is shown of rotations.
pub(crate) fn describe_metrics() {
    describe_gauge!(UNFINISHED, "1 while a deep rotation has begun and not ended, else 0.");
}

/// Whether a deep rotation has begun that has not ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Deep {
    Ended,
    Unfinished,
}

/// So it stands.
pub(super) fn deep(stands: Deep) {
    gauge!(UNFINISHED).set(if stands == Deep::Unfinished { 1 } else { 0 });
}
