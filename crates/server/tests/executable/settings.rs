//! Settings: file, environment, flags.

use crate::rig::{Home, stderr, stdout};

/// What the server's log says of its settings.
fn decided(home: &Home, flags: &[&str]) -> String {
    let (status, log) = home.serve(flags).stop();
    assert!(status.success(), "{log}");
    log.lines().find(|line| line.contains("settings decided")).unwrap().to_owned()
}

#[test]
fn a_settings_file_in_the_data_directory_is_found() {
    let (home, _) = Home::initialised();
    std::fs::write(home.data_dir().join("cinnabar.toml"), "[quota]\nca = 7\n").unwrap();

    let line = decided(&home, &[]);

    assert!(line.contains("quota_ca=\"7\""), "{line}");
}

#[test]
fn a_file_that_is_named_takes_its_place() {
    let (home, _) = Home::initialised();
    std::fs::write(home.data_dir().join("cinnabar.toml"), "[quota]\nca = 7\n").unwrap();
    let other = home.path("other.toml");
    std::fs::write(&other, "[quota]\nca = 8\n").unwrap();

    let line = decided(&home, &["--config", other.to_str().unwrap()]);

    assert!(line.contains("quota_ca=\"8\""), "{line}");
}

#[test]
fn the_environment_wins_over_the_file_and_a_flag_over_both() {
    let (home, _) = Home::initialised();
    std::fs::write(home.data_dir().join("cinnabar.toml"), "[quota]\nca = 7\ncsr = 7\n").unwrap();
    let mut command = home.serving(&["--public-listen", "127.0.0.1:0", "--quota-csr", "9"]);
    command.envs([("CINNABAR_QUOTA_CA", "8"), ("CINNABAR_QUOTA_CSR", "8")]);

    let (_, log) = home.ready(command).stop();

    assert!(log.contains("quota_ca=\"8\" quota_certificate=\"none\" quota_csr=\"9\""), "{log}");
}

#[test]
fn an_unknown_key_is_named() {
    let (home, _) = Home::initialised();
    let file = home.data_dir().join("cinnabar.toml");
    std::fs::write(&file, "[quota]\nca = 1\ncas = 2\n").unwrap();

    let output = home.run(&["serve", "--listen", "127.0.0.1:0"]);

    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("cinnabar.toml: line 3: unknown field `cas`"), "{text}");
}

#[test]
fn a_variable_with_a_wrong_value_is_named() {
    let home = Home::empty();

    let output = home.command(&["serve"]).env("CINNABAR_QUOTA_CSR", "abc").output().unwrap();

    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("CINNABAR_QUOTA_CSR, must be a whole number"), "{text}");
}

#[test]
fn tls_files_with_tls_off_end_with_2() {
    let home = Home::empty();

    let output = home.run(&["serve", "--tls", "off", "--tls-cert", "/x", "--tls-key", "/y"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("TLS is off"), "{}", stderr(&output));
}

#[test]
fn a_named_file_must_be_there() {
    let (home, _) = Home::initialised();

    let output = home.run(&["serve", "--config", "/nowhere/cinnabar.toml"]);

    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("/nowhere/cinnabar.toml"), "{}", stderr(&output));
}

#[test]
fn a_named_file_may_name_the_data_directory() {
    let (home, credentials) = Home::initialised();
    let file = home.path("settings.toml");
    std::fs::write(&file, "data_dir = \"data\"\n").unwrap();

    let output = home
        .command(&["audit", "list", "--format", "json", "--config", file.to_str().unwrap()])
        .env_remove("CINNABAR_DATA_DIR")
        .output()
        .unwrap();

    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains(credentials["account_id"].as_str().unwrap()));
}

#[test]
fn without_a_name_the_data_directory_is_the_users_own() {
    let home = Home::empty();
    let output = home
        .command(&["token"])
        .env_remove("CINNABAR_DATA_DIR")
        .env("XDG_DATA_HOME", home.path("xdg"))
        .output()
        .unwrap();

    let expected = if rustix::process::geteuid().is_root() {
        "/var/lib/cinnabar".to_owned()
    } else {
        home.path("xdg").join("cinnabar").display().to_string()
    };
    assert!(stderr(&output).contains(&expected), "{}", stderr(&output));
}

#[test]
fn half_a_pair_of_tls_files_is_refused() {
    let (home, _) = Home::initialised();

    let output = home.run(&["serve", "--tls-cert", "/x.pem"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--tls-key"), "{}", stderr(&output));
}

#[test]
fn what_was_decided_is_told_in_words_and_not_in_rust() {
    let home = Home::empty();
    let flags = ["--behind-proxy", "10.0.0.0/8,192.0.2.7", "--tls-name", "pki.example.org"];

    let line = decided(&home, &flags);

    assert!(line.contains("10.0.0.0/8, 192.0.2.7/32"), "{line}");
    assert!(line.contains("internal authority for localhost, 127.0.0.1, ::1, pki."), "{line}");
    for rust in ["Wanted", "ByDefault", "Some(", "[]", "Network"] {
        assert!(!line.contains(rust), "{line}");
    }
}
