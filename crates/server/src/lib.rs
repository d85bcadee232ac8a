//! The executable `cinnabar`: configuration, wiring, command line.
//!
//! [`run`] reads the command line and does it. Only this crate names a concrete database, key store
//! and clock.

mod access_keys;
mod accounts;
mod admin;
mod cli;
mod commands;
mod configuration;
mod credentials;
mod directory;
mod directory_commands;
mod failure;
mod founding;
mod installation;
mod jobs;
mod listener;
mod logging;
mod master_key;
mod passwords;
mod process;
mod rotate;
mod rotation;
mod scheduler;
mod serve;
mod stop;
mod tls;
mod traces;
mod watching;
mod whole;

use std::ffi::OsString;
use std::process::ExitCode;

/// Does what the command line says: 0 when it was done, 1 when it failed, 2 when what was typed or
/// set makes no sense, 3 when `policy explain` says that something is denied. A failure is told on
/// standard error in two lines: what is wrong, and what to do about it.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    process::harden();
    let cli = match cli::Cli::read(arguments) {
        Ok(cli) => cli,
        Err(text) => {
            // Help goes to standard output and usage errors to standard error; a closed one of
            // either is nothing to act on.
            let _ = text.print();
            return ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(2));
        }
    };
    match commands::perform(cli) {
        Ok(code) => code,
        Err(failure) => {
            use std::io::Write;
            let mut stderr = std::io::stderr().lock();
            let _ = writeln!(stderr, "error: {failure}\nhint: {}", failure.hint());
            failure.exit_code()
        }
    }
}
