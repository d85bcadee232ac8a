//! cinnabar-bench: a closed-loop load program that prints each figure beside its reference.

mod arguments;
mod call;
mod client;
mod der;
mod echo;
mod failure;
mod figure;
mod figures;
mod interrupt;
mod load;
mod machine;
mod ocsp;
mod plain;
mod raw;
mod requests;
mod server;
mod statistics;
mod table;
mod world;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Role};
use failure::Failure;
use figures::Report;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.role {
        Some(Role::Echo(echo)) => echo::serve(echo).map(|()| ExitCode::SUCCESS),
        None => measure(&arguments),
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        ExitCode::FAILURE
    })
}

/// Measures and prints; a request that was answered wrongly makes the run fail.
fn measure(arguments: &Arguments) -> Result<ExitCode, Failure> {
    interrupt::watch()?;
    let report = figures::run(arguments)?;
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&report).map_err(Failure::Json)?);
    } else {
        print!("{}", table::render(&report));
    }
    Ok(verdict(&report))
}

fn verdict(report: &Report) -> ExitCode {
    let mut verdict = ExitCode::SUCCESS;
    for figure in report.figures.iter().filter(|figure| figure.errors.count > 0) {
        let first = figure.errors.first.as_deref().unwrap_or_default();
        eprintln!(
            "error: {}: {} wrong answers, the first: {first}",
            figure.title, figure.errors.count
        );
        verdict = ExitCode::FAILURE;
    }
    verdict
}
