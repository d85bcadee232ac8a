//! The moments of a rotation between which a kill leaves something else behind.

/// A moment of a rotation, in their order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Step {
    /// The next key is durable.
    NextKept,
    /// The old key has its second name.
    OldSetAside,
    /// The commit is durable that puts everything under the next key.
    Wrapped,
    /// The next key has taken the place.
    NextInPlace,
    /// The old key is gone.
    OldErased,
    /// What it had wrapped is in no file any more.
    LogCut,
    /// Nothing can be sealed under the old data key any more.
    Retired,
    /// So many batches of blobs are sealed again.
    Batch(u32),
    /// The TLS authority's key is sealed again.
    TlsKey,
    /// The old data key is gone from the database.
    Removed,
}

/// Ends a debug build at the step that a test names, as a kill would.
#[cfg(debug_assertions)]
pub(crate) fn reached(step: Step) {
    if std::env::var("CINNABAR_TEST_KILL_AT").is_ok_and(|name| name == format!("{step:?}")) {
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
}

/// Nothing: a release build has no such variable.
#[cfg(not(debug_assertions))]
pub(crate) fn reached(_: Step) {}
