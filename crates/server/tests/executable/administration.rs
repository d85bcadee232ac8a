//! Local administration, with and without a running server.

use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::rig::{Home, Server, stderr, stdout};

/// Runs a test on an installation that is served and on one that is not.
fn served_and_not(test: impl Fn(&Home, &Value)) {
    let (home, credentials) = Home::initialised();
    test(&home, &credentials);
    let (home, credentials) = Home::initialised();
    let _server = home.serve(&[]);
    test(&home, &credentials);
}

fn events(home: &Home, flags: &[&str]) -> Vec<Value> {
    let output = home.run(&[&["audit", "list", "--format", "json"], flags].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn accepted(server: &Server, token: &str) -> (u16, String) {
    let header = format!("X-Auth-Token: {token}");
    server.get("/v3/auth/projects", &["--header", &header])
}

#[test]
fn a_token_is_printed_alone() {
    served_and_not(|home, _| {
        let output = home.run(&["token"]);

        let text = stdout(&output);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(text.lines().count(), 1);
        assert!(text.trim_end().len() >= 32 && text.ends_with('\n'));
        assert_eq!(stderr(&output), "");
    });
}

#[test]
fn a_token_that_was_issued_before_the_server_ran_is_accepted() {
    let (home, credentials) = Home::initialised();
    let before = stdout(&home.run(&["token"]));
    let server = home.serve(&[]);
    let during = stdout(&home.run(&["token", "--scope", "domain", "--ttl", "60s"]));

    for token in [before.trim(), during.trim()] {
        let (status, body) = accepted(&server, token);
        assert_eq!(status, 200, "{body}");
        assert!(body.contains(credentials["project_id"].as_str().unwrap()));
    }
}

#[test]
fn a_token_lives_no_longer_than_it_was_asked_to() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);
    let token = stdout(&home.run(&["token", "--ttl", "1s"]));

    std::thread::sleep(std::time::Duration::from_millis(1100));

    assert_eq!(accepted(&server, token.trim()).0, 401);
}

#[test]
fn a_token_for_what_does_not_exist_is_refused() {
    served_and_not(|home, _| {
        for flags in [["--account", "none"], ["--user", "none"], ["--project", "none"]] {
            let output = home.run(&[&["token"][..], &flags].concat());

            assert_eq!(output.status.code(), Some(1), "{flags:?}");
            assert!(stderr(&output).contains("none"), "{}", stderr(&output));
        }
    });
}

#[test]
fn a_project_is_named_only_for_a_token_of_a_project() {
    let (home, _) = Home::initialised();

    let output = home.run(&["token", "--scope", "domain", "--project", "cn-north-4"]);

    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_new_account_gets_credentials_of_its_own() {
    served_and_not(|home, first| {
        let output = home.run(&["account", "create", "--name", "acme", "--format", "json"]);

        assert!(output.status.success(), "{}", stderr(&output));
        let second: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(second["account_name"], "acme");
        for key in ["account_id", "user_id", "access_key", "secret_key", "password", "project_id"] {
            assert_ne!(first[key], second[key], "{key}");
        }
        let token = home.run(&["token", "--account", "acme"]);
        assert!(token.status.success(), "{}", stderr(&token));
    });
}

#[test]
fn an_account_name_is_taken_once() {
    served_and_not(|home, _| {
        let output = home.run(&["account", "create", "--name", "cinnabar"]);

        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains("exists already"), "{}", stderr(&output));
    });
}

#[test]
fn a_company_is_set_and_checked() {
    served_and_not(|home, _| {
        let set = |country: &str| {
            home.run(&[
                "account",
                "set-company",
                "--company-country",
                country,
                "--company-province",
                "Guangdong",
                "--company-city",
                "Shenzhen",
                "--company-name",
                "Acme",
            ])
        };

        let accepted = set("CN");
        let refused = set("China");

        assert!(accepted.status.success(), "{}", stderr(&accepted));
        assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
        let set = events(home, &[]).into_iter().filter(|event| event["action"] == "set_company");
        assert_eq!(set.count(), 1);
    });
}

#[test]
fn a_company_is_set_as_a_whole() {
    let (home, _) = Home::initialised();

    for flags in [&[][..], &["--company-country", "CN"]] {
        let output = home.run(&[&["account", "set-company"][..], flags].concat());
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
    }
}

#[test]
fn the_trail_tells_of_administration_by_the_systems_user_newest_first() {
    served_and_not(|home, credentials| {
        home.run(&["account", "create", "--name", "acme"]);
        home.run(&["token"]);

        let events = events(home, &[]);

        let actions: Vec<&str> =
            events.iter().map(|event| event["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["issue_token", "create_account", "create_account"]);
        let user = format!("os {}", rustix::process::getuid().as_raw());
        assert!(events.iter().all(|event| event["actor"] == user.as_str()), "{events:?}");
        assert_eq!(events[2]["account"], credentials["account_id"]);
    });
}

#[test]
fn the_trail_can_be_cut_and_filtered() {
    let (home, _) = Home::initialised();
    for name in ["a", "b", "c"] {
        home.run(&["account", "create", "--name", name]);
    }

    let two = events(&home, &["--limit", "2"]);
    let of_b = events(&home, &["--account", "b"]);
    let unknown = home.run(&["audit", "list", "--account", "none"]);

    assert_eq!(two.len(), 2);
    assert_eq!(of_b.len(), 1);
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn the_trail_is_shown_as_a_table() {
    let (home, _) = Home::initialised();

    let text = stdout(&home.run(&["audit", "list"]));

    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("TIME"), "{text}");
    assert!(lines[1].contains("create_account"), "{text}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn the_socket_is_the_owners_alone_and_goes_with_the_server() {
    let (home, _) = Home::initialised();
    let socket = home.data_dir().join("admin.sock");
    let server = home.serve(&[]);
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();

    let (status, _) = server.stop();

    assert!(status.success());
    assert_eq!(mode & 0o777, 0o600);
    assert!(!socket.exists());
}

#[test]
fn a_socket_that_a_killed_server_left_is_no_hindrance() {
    let (home, _) = Home::initialised();
    drop(home.serve(&[]));
    assert!(home.data_dir().join("admin.sock").exists());

    let without = home.run(&["token"]);
    let server = home.serve(&[]);

    assert!(without.status.success(), "{}", stderr(&without));
    assert_eq!(server.get("/healthz", &[]).0, 200);
}

#[test]
fn rubbish_on_the_socket_is_refused_and_the_server_lives() {
    use std::io::{Read, Write};
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);
    for rubbish in ["\n", "{}\n", "{\"command\":\"token\"}\n", "\u{0}\n", "[[[[\n"] {
        let socket = home.data_dir().join("admin.sock");
        let mut stream = std::os::unix::net::UnixStream::connect(socket).unwrap();
        stream.set_read_timeout(Some(crate::rig::PATIENCE)).unwrap();
        stream.write_all(rubbish.as_bytes()).unwrap();

        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();

        assert!(answer.contains("\"answer\":\"refused\""), "{rubbish:?}: {answer}");
    }
    assert_eq!(server.get("/healthz", &[]).0, 200);
}

#[test]
fn shards_are_for_authorities_whose_crls_are_published() {
    served_and_not(|home, _| {
        let nobody = "0199e5ac-3a1f-7c51-8a3c-1d0a6ab0a6c4";

        let refused = home.run(&["crl", "shards", nobody, "on"]);
        let malformed = home.run(&["crl", "shards", "x", "on"]);
        let elsewhere = home.run(&["crl", "shards", nobody, "off", "--account", "nobodys"]);

        assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
        assert!(stderr(&refused).contains(nobody), "{}", stderr(&refused));
        assert!(stderr(&refused).contains("does not exist in account"), "{}", stderr(&refused));
        assert!(stderr(&refused).contains("--account"), "{}", stderr(&refused));
        assert!(!stderr(&refused).contains("switch the CRLs"), "{}", stderr(&refused));
        assert_eq!(malformed.status.code(), Some(2), "{}", stderr(&malformed));
        assert!(stderr(&elsewhere).contains("nobodys"), "{}", stderr(&elsewhere));
        assert!(events(home, &[]).iter().all(|event| event["action"] != "set_crl_sharding"));
    });
}
