//! `cinnabar policy explain`, with and without a running server.

use serde_json::Value;

use crate::rig::{Home, stderr, stdout};

/// An installation with a user `wendy` who has a policy for authorities with the tag `team=web`.
fn home() -> Home {
    let (home, _) = Home::initialised();
    let document = home.path("web.json");
    let text = r#"{"Version": "5.0", "Statement": [
        {"Sid": "web", "Effect": "Allow", "Action": "pca:ca:*",
         "Condition": {"StringEquals": {"g:ResourceTag/team": "web"}}},
        {"Effect": "Deny", "Action": "pca:ca:delete"}]}"#;
    std::fs::write(&document, text).unwrap();
    for arguments in [
        &["user", "create", "--name", "wendy"][..],
        &["policy", "create", "--name", "web", "--document", document.to_str().unwrap()],
        &["policy", "attach", "--policy", "web", "--user", "wendy"],
    ] {
        let output = home.run(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    home
}

/// The exit code and what is printed.
fn explained(home: &Home, user: &str, action: &str, flags: &[&str]) -> (Option<i32>, String) {
    let fixed = ["policy", "explain", "--user", user, "--action", action];
    let output = home.run(&[&fixed, flags].concat());
    (output.status.code(), stdout(&output) + &stderr(&output))
}

const WEB: [&str; 2] = ["--condition", "g:ResourceTag/team=web"];

#[test]
fn the_exit_code_is_the_decision_and_the_text_names_the_statement() {
    let home = home();
    let check = || {
        for (action, flags, code, text) in [
            (
                "pca:ca:disable",
                &WEB[..],
                0,
                r#"allowed: statement 1 ("web") of policy "web" allows it"#,
            ),
            ("pca:ca:active", &WEB, 0, "action    pca:ca:activate"),
            ("pca:ca:delete", &WEB, 3, r#"denied: statement 2 of policy "web" denies it"#),
            (
                "pca:ca:disable",
                &[],
                3,
                "its condition StringEquals g:ResourceTag/team does not hold",
            ),
            ("scm::listCsr", &[], 3, "denied: no statement allows it"),
        ] {
            let (got, printed) = explained(&home, "wendy", action, flags);
            assert!(got == Some(code) && printed.contains(text), "{action}: {got:?} {printed}");
        }
    };
    check();
    let _server = home.serve(&[]);
    check();
}

#[test]
fn what_is_ones_own_and_who_is_protected_are_explained_as_they_are_decided() {
    let (home, credentials) = Home::initialised();
    let created = home.run(&["user", "create", "--name", "wendy", "--format", "json"]);
    let wendy: Value = serde_json::from_str(&stdout(&created)).unwrap();
    let urn = |user: &Value| {
        let account = credentials["account_id"].as_str().unwrap();
        format!("iam::{account}:user:{}", user.as_str().unwrap())
    };
    let (own, owner) = (urn(&wendy["id"]), urn(&credentials["user_id"]));
    let explain = |user: &str, action: &str, resource: &str| {
        explained(&home, user, action, &["--resource", resource])
    };

    let action = "iam:credentials:createCredentialV5";
    let (code, printed) = explain("wendy", action, &own);
    assert!(printed.contains("allowed: everybody may do it to themselves"), "{printed}");
    assert_eq!(code, Some(0));
    assert_eq!(explain("wendy", action, &owner).0, Some(3));

    home.run(&["policy", "attach", "--policy", "Security Administrator", "--user", "wendy"]);
    let (code, printed) = explain("wendy", action, &owner);
    assert!(printed.contains("nobody but an owner changes the account's owner"), "{printed}");
    assert_eq!(code, Some(3));
}

#[test]
fn json_is_one_object() {
    let home = home();
    let flags = [&WEB[..], &["--format", "json"]].concat();

    let (code, printed) = explained(&home, "wendy", "pca:ca:delete", &flags);

    let answer: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((code, &answer["allowed"]), (Some(3), &Value::Bool(false)));
    assert_eq!(answer["statements"][0]["sid"], "web");
    assert_eq!(answer["statements"][1]["effect"], "Deny");
}

#[test]
fn the_owner_needs_no_policy() {
    let (code, printed) = explained(&home(), "admin", "iam:users:deleteUser", &[]);

    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.starts_with("allowed: the account's owner may do everything"), "{printed}");
}

#[test]
fn what_is_not_there_is_a_failure_and_no_decision() {
    let home = home();
    let ca = "4c0e772e-a30c-4029-b929-b7acb04143f7";
    for (user, action, flags, text) in [
        ("nobody", "pca:ca:get", &[][..], "user nobody does not exist"),
        ("wendy", "pca:ca:eat", &[], "there is no action pca:ca:eat"),
        ("wendy", "pca:ca:get", &["--ca", ca], "does not exist"),
        ("wendy", "pca:ca:get", &["--resource", "pca:x"], "not the name of a resource"),
        ("wendy", "scm::listCsr", &["--ca", ca], "is not done to"),
        ("wendy", "workspace:ca:list", &["--project", "mars"], "project mars does not exist"),
        ("wendy", "pca:ca:get", &["--condition", "g:UserName=x"], "cannot be set"),
    ] {
        let (code, printed) = explained(&home, user, action, flags);
        assert!(code == Some(2) || code == Some(1), "{code:?}");
        assert!(printed.contains("error: ") && printed.contains(text), "{printed}");
    }
}

#[test]
fn names_of_actions_that_the_server_does_not_have_are_told() {
    let home = home();
    let document = home.path("cloud.json");
    let text = r#"{"Version": "5.0", "Statement": [{"Sid": "cloud", "Effect": "Deny",
        "Action": ["scm:cert:push", "iam:users:deletUser", "ecs:*:*", "pca:ca:revoke"]}]}"#;
    std::fs::write(&document, text).unwrap();
    for arguments in [
        &["policy", "create", "--name", "cloud", "--document", document.to_str().unwrap()][..],
        &["policy", "attach", "--policy", "cloud", "--user", "wendy"],
    ] {
        let output = home.run(arguments);
        assert!(output.status.success(), "{}", stderr(&output));
    }

    let (_, printed) = explained(&home, "wendy", "pca:ca:disable", &WEB);
    let expected = "Names of actions that this server does not have:\n  \
        statement 1 (\"cloud\") of policy \"cloud\": scm:cert:push, iam:users:deletUser\n";
    assert!(printed.contains(expected), "{printed}");
}

#[test]
fn a_document_that_is_refused_is_told_in_the_words_of_its_writer() {
    let (home, _) = Home::initialised();
    let document = home.path("bad.json");
    for (text, told) in [
        ("[]", "it is a JSON object with Version and Statement"),
        ("not json", "this is not JSON (line 1, column 2)"),
        (
            r#"{"Version": "5.0", "Statement": [{"Effect": "Deny", "Action": "pca:ca:delte"}]}"#,
            "Statement[0].Action[0]: there is no action pca:ca:delte",
        ),
    ] {
        std::fs::write(&document, text).unwrap();
        let arguments =
            ["policy", "create", "--name", "bad", "--document", document.to_str().unwrap()];
        let output = home.run(&arguments);
        let printed = stderr(&output);
        assert!(!output.status.success(), "{text}");
        assert!(printed.contains(told) && printed.contains("docs/policies.md"), "{printed}");
    }
}
