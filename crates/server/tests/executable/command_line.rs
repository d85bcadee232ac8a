//! What is typed and what comes back.

use std::process::Command;

use crate::rig::{Home, stderr, stdout};

#[test]
fn help_shows_commands_examples_and_files() {
    let help = stdout(&Home::empty().run(&["--help"]));

    for text in ["init", "serve", "token", "account", "audit", "Examples:", "master.key"] {
        assert!(help.contains(text), "{text} in {help}");
    }
}

#[test]
fn every_command_has_help() {
    let home = Home::empty();
    for command in [
        &["init"][..],
        &["serve"],
        &["token"],
        &["account", "create"],
        &["account", "set-company"],
        &["audit", "list"],
        &["completions"],
        &["version"],
    ] {
        let output = home.run(&[command, &["--help"]].concat());

        assert!(output.status.success(), "{command:?}");
        assert!(stdout(&output).contains("Usage: cinnabar"), "{command:?}");
    }
}

#[test]
fn the_version_is_printed() {
    let output = Home::empty().run(&["version"]);

    assert_eq!(stdout(&output), format!("cinnabar {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_are_accepted_by_bash() {
    let home = Home::empty();
    let script = stdout(&home.run(&["completions", "bash"]));
    let path = home.path("completions");
    std::fs::write(&path, &script).unwrap();

    let bash = Command::new("bash").arg("-n").arg(&path).output().unwrap();

    assert!(script.contains("set-company"));
    assert!(bash.status.success(), "{}", stderr(&bash));
}

#[test]
fn what_is_not_understood_ends_with_2() {
    let home = Home::empty();
    for arguments in [
        &["serv"][..],
        &["serve", "--listen", "nowhere"],
        &["token", "--ttl", "8d"],
        &["token", "--scope", "world"],
        &["audit", "list", "--limit", "0"],
        &["init", "--format", "xml"],
        &["account", "create"],
        &["serve", "--behind-proxy", "10.0.0.0/33"],
    ] {
        let output = home.run(arguments);

        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).starts_with("error: "), "{arguments:?}");
    }
}

#[test]
fn a_failure_says_in_two_lines_what_is_wrong_and_what_to_do() {
    let output = Home::empty().run(&["token"]);

    let text = stderr(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(output.status.code(), Some(1));
    assert!(lines[0].starts_with("error: there is no data directory"), "{text}");
    assert!(lines[1].starts_with("hint: ") && lines[1].contains("cinnabar init"), "{text}");
    assert_eq!(lines.len(), 2, "{text}");
}
