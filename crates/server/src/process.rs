//! What the process forbids itself before it does anything.

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Resource, Rlimit};

/// Makes new files the owner's alone, and keeps secrets out of core dumps and debuggers.
pub(crate) fn harden() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // Neither call fails on Linux for these values; were it otherwise, serving is still right.
    let _ = rustix::process::setrlimit(Resource::Core, none);
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
