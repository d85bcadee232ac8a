//! Access keys and passwords, administered with and without a running server.

use std::io::Write;
use std::process::Output;

use serde_json::{Value, json};

use crate::rig::{Home, Server, curl, stderr, stdout};

/// Runs a test on an installation that is served and on one that is not.
fn served_and_not(test: impl Fn(&Home, &Value)) {
    let (home, credentials) = Home::initialised();
    test(&home, &credentials);
    let (home, credentials) = Home::initialised();
    let _server = home.serve(&[]);
    test(&home, &credentials);
}

fn done(home: &Home, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

fn listed(home: &Home) -> Vec<Value> {
    let text = done(home, &["access-key", "list", "--format", "json"]);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn actions(home: &Home) -> Vec<String> {
    let text = done(home, &["audit", "list", "--format", "json"]);
    let events = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let own = events.filter(|event| {
        event["actor"] == json!(format!("os {}", rustix::process::getuid().as_raw()))
    });
    own.map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

/// Sets a password that is read from standard input.
fn set_password(home: &Home, password: &str) -> Output {
    let mut child = home
        .command(&["user", "set-password", "--user", "admin", "--password-stdin"])
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn sign_in(server: &Server, home: &Home, password: &str) -> u16 {
    let body = json!({ "auth": { "identity": {
        "methods": ["password"],
        "password": { "user": {
            "name": "admin", "password": password, "domain": { "name": "cinnabar" },
        }},
    }}})
    .to_string();
    let url = format!("{}/v3/auth/tokens", server.url);
    let arguments = ["--write-out", "\n%{http_code}", "--data", body.as_str(), url.as_str()];
    curl(&home.ca_file(), &arguments).0
}

#[test]
fn a_key_is_made_listed_disabled_enabled_and_deleted() {
    served_and_not(|home, credentials| {
        let flags = [
            "access-key",
            "create",
            "--user",
            "admin",
            "--description",
            "it's",
            "--format",
            "json",
        ];
        let made: Value = serde_json::from_str(&done(home, &flags)).unwrap();
        let access = made["access_key"].as_str().unwrap();
        assert_eq!(made["secret_key"].as_str().unwrap().len(), 40);
        assert_eq!((&made["description"], &made["status"]), (&json!("it's"), &json!("active")));

        let keys = listed(home);
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0]["access_key"], credentials["access_key"]);
        assert!(keys.iter().all(|key| key.get("secret_key").is_none()));

        let said = |what: &str| {
            format!("Access key {access} of user admin in account cinnabar is {what}.\n")
        };
        for (command, status) in [("disable", "inactive"), ("enable", "active")] {
            let what = format!("{command}d");
            assert_eq!(done(home, &["access-key", command, access]), said(&what));
            assert_eq!(listed(home)[1]["status"], json!(status));
        }
        assert!(done(home, &["access-key", "list"]).contains("it\\'s"));
        assert_eq!(done(home, &["access-key", "delete", access]), said("deleted"));
        assert_eq!(listed(home).len(), 1);

        let mut told = actions(home);
        told.retain(|action| action.ends_with("access_key"));
        told.sort_unstable();
        let expected =
            ["create_access_key", "delete_access_key", "disable_access_key", "enable_access_key"];
        assert_eq!(told, expected);
    });
}

#[test]
fn a_key_is_found_by_its_name_alone_whose_ever_it_is() {
    served_and_not(|home, _| {
        let own = listed(home)[0]["access_key"].as_str().unwrap().to_owned();
        done(home, &["account", "create", "--name", "shop"]);
        done(home, &["user", "create", "--name", "robot", "--account", "shop"]);
        let robot = ["--account", "shop", "--user", "robot"];
        let none = done(home, &[&["access-key", "list"], &robot[..]].concat());
        assert_eq!(none, "The user has no access keys.\n");
        let create = [&["access-key", "create", "--format", "json"], &robot[..]].concat();
        let made: Value = serde_json::from_str(&done(home, &create)).unwrap();
        let access = made["access_key"].as_str().unwrap();

        for of in [vec![], vec!["--account", "shop"], robot.to_vec()] {
            let said = done(home, &[vec!["access-key", "disable", access], of.clone()].concat());
            assert!(said.contains("of user robot in account shop is disabled"), "{of:?}: {said}");
        }
        for of in [
            vec!["--account", "cinnabar"],
            vec!["--user", "admin"],
            vec!["--account", "shop", "--user", "admin"],
        ] {
            let refused = home.run(&[vec!["access-key", "delete", access], of.clone()].concat());
            assert_eq!(refused.status.code(), Some(1), "{of:?}");
            assert!(stderr(&refused).contains("does not exist"), "{}", stderr(&refused));
        }
        let wrong = home.run(&[&["access-key", "delete", own.as_str()], &robot[..]].concat());
        assert!(stderr(&wrong).contains("does not exist"), "{}", stderr(&wrong));
        assert_eq!(listed(home).len(), 1);
        assert!(done(home, &["access-key", "delete", access]).contains("user robot"));
    });
}

#[test]
fn a_new_key_is_printed_for_people_and_for_shells() {
    let (home, _) = Home::initialised();

    let text = done(&home, &["access-key", "create"]);
    assert!(text.contains("Secret key  ") && text.contains("shown this once"), "{text}");
    let third = home.run(&["access-key", "create"]);
    assert_eq!(third.status.code(), Some(1));
    assert!(stderr(&third).contains("two access keys already"), "{}", stderr(&third));
    let keys = listed(&home);
    done(&home, &["access-key", "delete", keys[1]["access_key"].as_str().unwrap()]);
    let script = done(&home, &["access-key", "create", "--format", "env"]);
    assert!(script.starts_with("export HUAWEICLOUD_SDK_AK='"), "{script}");
}

#[test]
fn what_does_not_exist_is_named() {
    served_and_not(|home, credentials| {
        let access = credentials["access_key"].as_str().unwrap();
        done(home, &["account", "create", "--name", "other"]);
        for arguments in [
            vec!["access-key", "list", "--user", "nobody"],
            vec!["access-key", "list", "--account", "nobody"],
            vec!["access-key", "disable", "NOBODY"],
            vec!["access-key", "disable", "--account", "other", access],
            vec!["user", "set-password", "--user", "nobody", "--generate"],
        ] {
            let output = home.run(&arguments);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            assert!(stderr(&output).contains("does not exist"), "{}", stderr(&output));
        }
        assert_eq!(listed(home)[0]["status"], json!("active"));
    });
}

#[test]
fn a_password_from_standard_input_ends_every_token() {
    let (home, credentials) = Home::initialised();
    let server = home.serve(&[]);
    let token = done(&home, &["token"]);
    let header = format!("X-Auth-Token: {}", token.trim());
    assert_eq!(server.get("/v3/auth/projects", &["--header", &header]).0, 200);

    let output = set_password(&home, "correct horse\nsecond line");

    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    assert_eq!(server.get("/v3/auth/projects", &["--header", &header]).0, 401);
    assert_eq!(sign_in(&server, &home, credentials["password"].as_str().unwrap()), 401);
    assert_eq!(sign_in(&server, &home, "correct horse"), 201);
    assert!(actions(&home).contains(&"set_password".to_owned()));
}

#[test]
fn a_password_that_is_made_is_printed_alone() {
    let (home, _) = Home::initialised();

    let password = done(&home, &["user", "set-password", "--generate"]);

    assert_eq!((password.lines().count(), password.trim().len()), (1, 24));
    let server = home.serve(&[]);
    assert_eq!(sign_in(&server, &home, password.trim()), 201);
}

#[test]
fn an_unfit_password_and_no_terminal_change_nothing() {
    served_and_not(|home, _| {
        let short = set_password(home, "short\n");
        assert_eq!(short.status.code(), Some(1));
        assert!(stderr(&short).contains("fewer than 8"), "{}", stderr(&short));

        let unasked = home.run(&["user", "set-password"]);
        assert!(!unasked.status.success());
        assert!(stderr(&unasked).contains("--password-stdin"), "{}", stderr(&unasked));
        assert!(!actions(home).contains(&"set_password".to_owned()));
    });
}

#[test]
fn a_cost_that_was_raised_takes_hold_at_the_next_sign_in() {
    let (home, credentials) = Home::initialised();
    let password = credentials["password"].as_str().unwrap();
    let token = done(&home, &["token"]);
    std::fs::write(
        home.data_dir().join("cinnabar.toml"),
        "[password]\nmemory_kib = 24576\npasses = 3\n",
    )
    .unwrap();

    let server = home.serve(&[]);
    assert_eq!(sign_in(&server, &home, password), 201);
    assert_eq!(sign_in(&server, &home, password), 201);

    let header = format!("X-Auth-Token: {}", token.trim());
    assert_eq!(server.get("/v3/auth/projects", &["--header", &header]).0, 200);
    server.stop();
    let database = std::fs::read(home.data_dir().join("cinnabar.db")).unwrap();
    let has = |text: &str| database.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("m=24576,t=3,p=1"), "the hash was not made anew");
}

#[test]
fn a_cost_out_of_bounds_is_refused_by_every_command() {
    let (home, _) = Home::initialised();
    std::fs::write(home.data_dir().join("cinnabar.toml"), "[password]\nmemory_kib = 64\n").unwrap();

    for arguments in [&["token"][..], &["serve"]] {
        let output = home.run(arguments);
        assert!(!output.status.success());
        assert!(stderr(&output).contains("memory_kib is 64"), "{}", stderr(&output));
    }
}
