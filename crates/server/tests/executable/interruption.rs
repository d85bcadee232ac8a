//! `init` killed at any moment.

use std::io::Read;
use std::time::Duration;

use crate::rig::{Home, stderr, wait};

/// Credentials that the user has, or could have, after an interrupted `init`.
fn credentials_file_signs_in(home: &Home) -> bool {
    let Ok(text) = std::fs::read_to_string(home.data_dir().join("credentials.json")) else {
        return false;
    };
    let credentials: serde_json::Value = serde_json::from_str(&text).unwrap();
    let account = credentials["account_name"].as_str().unwrap();
    let token = home.run(&["token", "--account", account, "--scope", "domain"]);
    token.status.success()
}

#[test]
fn the_next_init_completes_or_the_credentials_are_there() {
    let mut completed = 0;
    for step in 0..24 {
        let home = Home::empty();
        let mut first = home.command(&["init", "--format", "json"]).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(step * 6));
        first.kill().unwrap();
        wait(&mut first);
        // It may have been killed after it had told them.
        let mut printed = String::new();
        first.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        let told = serde_json::from_str::<serde_json::Value>(&printed).is_ok();

        let second = home.run(&["init", "--format", "json"]);

        if second.status.success() {
            completed += 1;
        } else {
            assert!(stderr(&second).contains("initialised already"), "{}", stderr(&second));
            assert!(told || credentials_file_signs_in(&home), "step {step}");
        }
        let token = home.run(&["token"]);
        assert!(token.status.success(), "step {step}: {}", stderr(&token));
        assert!(home.ca_file().exists());
    }
    // The first attempts are killed before they could have done anything.
    assert!(completed > 0);
}

#[test]
fn serve_completes_an_interrupted_init() {
    for leftover in ["master.key", "master.key tls", "master.key tls cinnabar.db"] {
        let (complete, _) = Home::initialised();
        let home = Home::empty();
        // What an earlier attempt had made before it ended, its database without the commit.
        std::fs::create_dir(home.data_dir()).unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(home.data_dir(), private).unwrap();
        for name in leftover.split(' ') {
            let (from, to) = (complete.data_dir().join(name), home.data_dir().join(name));
            match name {
                "tls" => {
                    std::fs::create_dir(&to).unwrap();
                    for file in ["ca.pem", "ca.key.sealed"] {
                        std::fs::copy(from.join(file), to.join(file)).unwrap();
                    }
                }
                "cinnabar.db" => {
                    std::fs::write(&to, "").unwrap();
                    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
                    std::fs::set_permissions(&to, private).unwrap();
                }
                _ => {
                    std::fs::copy(&from, &to).unwrap();
                }
            }
        }

        let server = home.serve(&[]);

        assert_eq!(server.get("/readyz", &[]).0, 200, "{leftover}");
        let key = |home: &Home| std::fs::read(home.data_dir().join("master.key")).unwrap();
        assert_eq!(key(&home), key(&complete), "the master key that was left is used");
    }
}

#[test]
fn an_interrupted_init_that_left_only_a_key_is_completed_with_it() {
    let home = Home::empty();
    std::fs::create_dir(home.data_dir()).unwrap();
    std::fs::set_permissions(home.data_dir(), std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .unwrap();
    let key = home.data_dir().join("master.key");
    std::fs::write(&key, format!("{}\n", "3c".repeat(32))).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();

    let output = home.run(&["init"]);

    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(&key).unwrap(), format!("{}\n", "3c".repeat(32)));
}
