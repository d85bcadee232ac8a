//! What traces are made of.

/// The target of all spans that are parts of a trace.
///
/// Who logs does not see them, and nobody pays for them while traces are off. Their fields go to the
/// collector: identifiers and words of ours, never what a client sent, never a secret.
pub const SPANS: &str = "spans";
