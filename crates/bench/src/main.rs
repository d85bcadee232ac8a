//! cinnabar-bench: a closed-loop load program that prints each figure beside its reference.

mod arguments;
mod call;
mod capacity;
mod client;
mod commands;
mod der;
mod echo;
mod efficiency;
mod failure;
mod figure;
mod figures;
mod fresh_database;
mod generator;
mod interrupt;
mod load;
mod machine;
mod ocsp;
mod one_client;
mod plain;
mod plot;
mod raw;
mod requests;
mod scale;
mod seed;
mod server;
mod site;
mod statistics;
mod stock;
mod table;
mod world;

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Role};
use failure::Failure;
use figures::Report;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.role {
        Some(Role::Echo(echo)) => echo::serve(echo).map(|()| ExitCode::SUCCESS),
        Some(Role::Capacity(capacity)) => within(&arguments, |directory| {
            let cinnabar = figures::executable(&arguments)?;
            commands::capacity::run(capacity, &cinnabar, directory)
        }),
        Some(Role::Efficiency(efficiency)) => within(&arguments, |directory| {
            let cinnabar = figures::executable(&arguments)?;
            commands::efficiency::run(efficiency, &cinnabar, directory)
        }),
        Some(Role::Load(load)) => within(&arguments, |directory| {
            commands::load::run(load, || figures::executable(&arguments), directory)
        }),
        Some(Role::Scale(scale)) => within(&arguments, |directory| {
            let cinnabar = figures::executable(&arguments)?;
            commands::scale::run(scale, &cinnabar, directory)
        }),
        Some(Role::Soak(soak)) => within(&arguments, |directory| {
            let cinnabar = figures::executable(&arguments)?;
            commands::soak::run(soak, &cinnabar, directory)
        }),
        Some(Role::Seed(seed)) => figures::executable(&arguments)
            .and_then(|cinnabar| commands::seed::run(seed, &cinnabar))
            .map(|()| ExitCode::SUCCESS),
        None => measure(&arguments),
    };
    outcome.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        ExitCode::FAILURE
    })
}

/// Does something in a temporary directory; wrong answers make the run fail.
fn within(
    arguments: &Arguments,
    work: impl FnOnce(&Path) -> Result<u64, Failure>,
) -> Result<ExitCode, Failure> {
    interrupt::watch()?;
    let directory = figures::temporary_directory(arguments)?;
    match work(directory.path())? {
        0 => Ok(ExitCode::SUCCESS),
        wrong => {
            eprintln!("error: {wrong} wrong answers");
            Ok(ExitCode::FAILURE)
        }
    }
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
