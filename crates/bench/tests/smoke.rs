//! Every command of the load program for a moment, against a server that is not optimised.
#![expect(clippy::expect_used, reason = "what cannot be started fails the test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

/// The server's executable beside the load program's, built if it is not there.
fn cinnabar() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let bench = Path::new(env!("CARGO_BIN_EXE_cinnabar-bench"));
        let file = bench.with_file_name("cinnabar");
        if !file.is_file() {
            let mut build = Command::new(env!("CARGO"));
            build.args(["build", "--locked", "-p", "server"]);
            let built = build.status().expect("cargo can be run");
            assert!(built.success(), "the server cannot be built");
        }
        file
    })
}

/// Runs a command in a directory of its own, which is removed afterwards; what it wrote as JSON, and what
/// it drew.
fn run(words: &[&str]) -> (Value, Option<String>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let (json, svg) = (directory.path().join("out.json"), directory.path().join("out.svg"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_cinnabar-bench"));
    command.args(words).arg("--cinnabar").arg(cinnabar()).arg("--directory").arg(directory.path());
    let output = command.arg("--json").arg(&json).arg("--svg").arg(&svg).output();
    let output = told(words, output.expect("the load program can be run"));
    assert!(!output.stdout.is_empty(), "{words:?} prints a table");
    let text = std::fs::read_to_string(json).expect("it writes JSON");
    (serde_json::from_str(&text).expect("it is JSON"), std::fs::read_to_string(svg).ok())
}

fn told(words: &[&str], output: Output) -> Output {
    let said = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{words:?}: {}\n{said}\n{printed}", output.status);
    output
}

fn number(value: &Value, path: &str) -> f64 {
    value.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {path} in {value}"))
}

#[test]
fn a_closed_loop_sends_every_operation_of_its_mix() {
    let mix = "issue=4,issue-key=1,show=2,list=1,revoke=1,export=1,ocsp=2";

    let (report, svg) = run(&["load", "--mix", mix, "--seconds", "1", "--connections", "8"]);

    let operations = report.pointer("/outcome/operations").and_then(Value::as_array).unwrap();
    assert_eq!(operations.len(), 7, "{operations:?}");
    assert!(operations.iter().all(|own| number(own, "/rate") > 0.0), "{operations:?}");
    assert!(number(&report, "/outcome/server_cpu_us") > 0.0);
    assert!(number(&report, "/outcome/memory_mb") > 1.0);
    assert!(svg.unwrap().contains("<polyline"));
}

#[test]
fn an_open_loop_keeps_its_rate() {
    let (report, _) = run(&["load", "--mix", "show", "--rate", "40", "--seconds", "2"]);

    let rate = number(&report, "/outcome/rate");
    let dropped = number(&report, "/outcome/dropped");
    assert!((rate + dropped / 2.0 - 40.0).abs() < 1.0, "{rate} /s, {dropped} left out");
}

#[test]
fn a_bound_leaves_out_what_a_server_cannot_answer() {
    let words = ["load", "--mix", "issue-key", "--rate", "20000", "--outstanding", "20"];

    let (report, _) = run(&[&words[..], &["--seconds", "1", "--connections", "8"]].concat());

    assert!(number(&report, "/outcome/dropped") > 1000.0);
}

#[test]
fn every_way_to_issue_has_an_efficiency() {
    let (report, _) = run(&["efficiency", "--window-seconds", "1", "--cell-windows", "1"]);

    let cells = report["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 8);
    for cell in cells {
        assert!(number(cell, "/rate/median") > 0.0 && number(cell, "/bound") > 0.0, "{cell}");
        for part in ["echo", "sign_in", "json", "key", "lint", "signature", "check", "commit"] {
            assert!(number(cell, &format!("/parts/{part}")) > 0.0, "{part} of {cell}");
        }
        let (with, without) = ("/efficiency", "/efficiency_without_check");
        assert!(number(cell, with) > number(cell, without), "{cell}");
    }
}

#[test]
fn what_a_server_bears_has_its_figures() {
    let (report, _) = run(&["capacity", "--window-seconds", "0.5", "--pairs", "1"]);

    assert_eq!(report["figures"].as_array().unwrap().len(), 4);
    for windows in ["closed", "half", "double"] {
        assert!(number(&report, &format!("/{windows}/0/rate")) > 0.0, "{windows}");
    }
}

#[test]
fn stored_certificates_are_compared_with_none() {
    let words = ["scale", "--sizes", "2000", "--window-seconds", "0.3", "--pairs", "1", "--signed"];

    let (report, svg) = run(&words);

    let size = &report["sizes"][0];
    assert_eq!(size["compared"].as_array().unwrap().len(), 5);
    assert_eq!(size["pages"].as_array().unwrap().len(), 7);
    assert!(number(size, "/start_ms/median") > 0.0);
    assert!(svg.unwrap().contains("rate against stored certificates"));
}

#[test]
fn a_soak_tells_of_memory_and_latency_over_time() {
    let (report, svg) = run(&["soak", "--minutes", "0.03", "--share", "50"]);

    assert!(report.pointer("/outcome/slices").and_then(Value::as_array).unwrap().len() >= 5);
    assert!(number(&report, "/memory_growth") > 0.0);
    assert!(svg.unwrap().contains("memory"));
}

#[test]
fn seeding_makes_an_installation_that_can_be_served() {
    let directory = tempfile::tempdir().unwrap();
    let into = directory.path().join("seeded");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cinnabar-bench"));
    command.args(["seed", "--count", "500", "--into"]).arg(&into).arg("--cinnabar").arg(cinnabar());

    let output = told(&["seed"], command.output().unwrap());

    assert!(String::from_utf8_lossy(&output.stdout).starts_with("500 certificates"));
    assert!(into.join("data/cinnabar.db").is_file() && into.join("init.json").is_file());
}
