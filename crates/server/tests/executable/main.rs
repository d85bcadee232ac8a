//! The built executable, driven as a user drives it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its rig as well")]

mod administration;
mod command_line;
mod credentials;
mod explanations;
mod initialisation;
mod interruption;
mod rig;
mod rotation;
mod serving;
mod settings;
mod stopping;
mod tls;
mod watching;
