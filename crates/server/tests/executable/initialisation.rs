//! `cinnabar init`, and what `serve` does in its place.

use std::os::unix::fs::PermissionsExt;

use crate::rig::{Home, contents, stderr, stdout};

fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn everything_that_is_made_is_the_owners_alone() {
    let (home, _) = Home::initialised();

    assert_eq!(mode(&home.data_dir()), 0o700);
    for (path, _) in contents(&home.data_dir()) {
        assert_eq!(mode(&path) & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn json_names_the_account_its_credentials_and_the_files() {
    let (home, credentials) = Home::initialised();

    let text = |key: &str| credentials[key].as_str().unwrap().to_owned();
    assert_eq!(text("account_name"), "cinnabar");
    assert_eq!(text("user_name"), "admin");
    assert_eq!(text("project_name"), "cn-north-4");
    assert_eq!(text("access_key").len(), 20);
    assert_eq!(text("secret_key").len(), 40);
    assert_eq!(text("data_dir"), home.data_dir().to_str().unwrap());
    assert_eq!(text("ca_file"), home.ca_file().to_str().unwrap());
    assert_eq!(credentials.as_object().unwrap().len(), 11);
}

#[test]
fn what_was_printed_is_not_left_in_a_file() {
    let (home, _) = Home::initialised();

    assert!(!home.data_dir().join("credentials.json").exists());
}

#[test]
fn a_second_init_refuses_and_changes_nothing() {
    let (home, _) = Home::initialised();
    let before = contents(&home.data_dir());

    let output = home.run(&["init"]);

    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("initialised already; nothing was changed"));
    assert_eq!(stdout(&output), "");
    assert!(contents(&home.data_dir()) == before);
}

#[test]
fn region_and_account_bear_the_names_that_were_given() {
    let home = Home::empty();

    let output =
        home.run(&["init", "--region", "eu-west-0", "--account", "acme", "--format", "env"]);

    let text = stdout(&output);
    assert!(text.contains("export HW_REGION_NAME='eu-west-0'"), "{text}");
    assert!(text.contains("export CINNABAR_ACCOUNT_NAME='acme'"), "{text}");
}

#[test]
fn a_company_is_named_as_a_whole_or_not_at_all() {
    let output = Home::empty().run(&["init", "--company-country", "CN"]);

    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--company-name"));
}

#[test]
fn a_refused_company_leaves_no_installation() {
    let home = Home::empty();
    let company = [
        "init",
        "--company-country",
        "China",
        "--company-province",
        "GD",
        "--company-city",
        "SZ",
        "--company-name",
        "Acme",
    ];

    let refused = home.run(&company);
    let again = home.run(&["init"]);

    assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    assert!(again.status.success(), "{}", stderr(&again));
}

#[test]
fn flags_that_make_no_account_are_refused_before_the_disk_is_touched() {
    let company = ["--company-province", "GD", "--company-city", "SZ", "--company-name", "Acme"];
    for flags in [
        &[&["--company-country", "CHN"][..], &company].concat()[..],
        &["--company-country", "CN"],
        &["--region", "bad region!"],
        &["--region", ""],
        &["--account", "acme\n"],
        &["--account", &"x".repeat(65)],
    ] {
        for command in ["init", "serve"] {
            let home = Home::empty();

            let output = home.run(&[&[command], flags].concat());

            assert!(!output.status.success(), "{command} {flags:?}");
            assert!(stderr(&output).starts_with("error: "), "{}", stderr(&output));
            assert!(!home.data_dir().exists(), "{command} {flags:?}");
        }
    }
}

#[test]
fn what_names_the_first_account_is_not_asked_of_an_installation_that_has_one() {
    let (home, _) = Home::initialised();

    let (status, _) = home.serve(&["--account", "no longer valid"]).stop();

    assert!(status.success());
}

#[test]
fn a_damaged_database_is_told_with_the_remedy() {
    let (home, _) = Home::initialised();
    let file = home.data_dir().join("cinnabar.db");
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(home.data_dir().join(format!("cinnabar.db{end}")));
    }
    std::fs::write(file, "rubbish ".repeat(4096)).unwrap();

    let output = home.run(&["token"]);

    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("restore") && text.contains("backup"), "{text}");
}

#[test]
fn serve_makes_what_is_missing_and_keeps_the_credentials_in_a_file() {
    let home = Home::empty();
    let server = home.serve(&[]);

    let path = home.data_dir().join("credentials.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let credentials: serde_json::Value = serde_json::from_str(&text).unwrap();
    let (status, log) = server.stop();

    assert!(status.success());
    assert_eq!(mode(&path), 0o600);
    assert!(log.contains(path.to_str().unwrap()), "{log}");
    for secret in ["password", "secret_key"] {
        assert!(!log.contains(credentials[secret].as_str().unwrap()), "{secret} in the log");
    }
}

#[test]
fn a_directory_that_others_can_read_is_refused_with_the_remedy() {
    let (home, _) = Home::initialised();
    let data_dir = home.data_dir();
    std::fs::set_permissions(&data_dir, PermissionsExt::from_mode(0o755)).unwrap();

    let output = home.run(&["serve", "--listen", "127.0.0.1:0"]);

    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains(&format!("hint: chmod go= '{}'", data_dir.display())), "{text}");
}

#[test]
fn a_master_key_that_others_can_read_is_refused_with_the_remedy() {
    let (home, _) = Home::initialised();
    let key = home.data_dir().join("master.key");
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o640)).unwrap();

    let output = home.run(&["token"]);

    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("chmod 600") && text.contains("master.key"), "{text}");
    assert_eq!(text.matches("chmod").count(), 1, "{text}");
}

#[test]
fn somebody_elses_directory_is_refused() {
    // Root can give a directory away; everybody else already sees one that is root's.
    let home = Home::empty();
    let given = home.path("given");
    std::fs::create_dir(&given).unwrap();
    let foreign = match std::os::unix::fs::chown(&given, Some(12_345), None) {
        Ok(()) => given,
        Err(_) => "/".into(),
    };

    let output = home.run(&["token", "--data-dir", foreign.to_str().unwrap()]);

    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(text.contains("belongs to user"), "{text}");
}

#[test]
fn another_master_key_is_found_before_anything_is_written() {
    let (home, _) = Home::initialised();
    let key = home.data_dir().join("master.key");
    std::fs::write(&key, format!("{}\n", "5a".repeat(32))).unwrap();
    let before = contents(&home.data_dir());

    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["token"]] {
        let output = home.run(arguments);

        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(stderr(&output).contains("not the master key"), "{}", stderr(&output));
    }
    assert!(contents(&home.data_dir()) == before);
}

#[test]
fn a_lost_master_key_is_not_replaced_by_a_new_one() {
    let (home, _) = Home::initialised();
    let key = home.data_dir().join("master.key");
    std::fs::remove_file(&key).unwrap();

    let output = home.run(&["token"]);

    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("master key"), "{}", stderr(&output));
    assert!(!key.exists());
}

#[test]
fn the_master_key_may_lie_elsewhere() {
    let home = Home::empty();
    let file = home.path("key");
    let flags = ["--master-key-file", file.to_str().unwrap()];

    let made = home.run(&[&["init"][..], &flags].concat());
    let used = home.run(&[&["token"][..], &flags].concat());
    let missed = home.run(&["token"]);

    assert!(made.status.success(), "{}", stderr(&made));
    assert!(used.status.success(), "{}", stderr(&used));
    assert_eq!(missed.status.code(), Some(1));
    assert!(file.exists() && !home.data_dir().join("master.key").exists());
}

#[test]
fn the_master_key_may_come_from_the_environment_or_a_descriptor() {
    let home = Home::empty();
    let key = "a5".repeat(32);
    let file = home.path("key");
    std::fs::write(&file, &key).unwrap();

    let made = home.command(&["init"]).env("CINNABAR_MASTER_KEY", &key).output().unwrap();
    let by_descriptor = home
        .command(&["token", "--master-key-fd", "0"])
        .stdin(std::fs::File::open(&file).unwrap())
        .output()
        .unwrap();

    assert!(made.status.success(), "{}", stderr(&made));
    assert!(by_descriptor.status.success(), "{}", stderr(&by_descriptor));
    assert!(!home.data_dir().join("master.key").exists());
}

#[test]
fn a_refused_name_leaves_nothing_that_the_next_attempt_would_warn_of() {
    let home = Home::empty();

    let refused = home.run(&["init", "--account", " "]);
    let made = home.run(&["init"]);
    let first = Home::empty().run(&["init"]);

    assert_eq!(refused.status.code(), Some(1));
    assert!(made.status.success());
    // That nobody has set public_url yet is told each time, and nothing else.
    assert_eq!(stderr(&made).lines().count(), 1);
    assert_eq!(stderr(&first).lines().count(), 1);
    assert!(stderr(&made).contains("public_url"), "{}", stderr(&made));
}
