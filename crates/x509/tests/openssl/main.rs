//! What this crate reads and writes, judged by the `openssl` command.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure is the test's failure")]

mod certificates;
mod chains;
mod command;
mod crls;
mod fixtures;
mod hostile;
mod keys;
mod ocsp;
mod requests;
