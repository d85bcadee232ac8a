//! `cinnabar master-key rotate`.

use std::path::Path;
use std::process::Output;

use crate::rig::{Home, Server, contents, stderr, stdout, until};

/// Where a debug build can be told to kill itself, in the order in which they are reached.
const STEPS: [&str; 10] = [
    "NextKept",
    "OldSetAside",
    "Wrapped",
    "NextInPlace",
    "OldErased",
    "LogCut",
    "Retired",
    "Batch(1)",
    "TlsKey",
    "Removed",
];
/// A master key that was never anybody's.
const OTHER: &str = "3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c";

fn token(home: &Home) -> String {
    let output = home.run(&["token"]);
    assert!(output.status.success(), "{}", stderr(&output));
    format!("X-Auth-Token: {}", stdout(&output).trim())
}

/// Makes a request with a key of its own; where its key is fetched.
fn key_url(home: &Home, server: &Server) -> String {
    let body = r#"{"name": "kept", "domain_name": "example.org", "private_key_algo": "EC_P256",
                   "usage": "PERSONAL"}"#;
    let json = "Content-Type: application/json";
    let headers = ["-H", &token(home), "-H", json, "--data", body];
    let (status, text) = server.get("/v3/scm/csr", &headers);
    assert_eq!(status, 201, "{text}");
    let made: serde_json::Value = serde_json::from_str(&text).unwrap();
    format!("/v3/scm/csr/{}/private-key", made["id"].as_str().unwrap())
}

fn key_at(home: &Home, server: &Server, url: &str) -> String {
    let (status, text) = server.get(url, &["-H", &token(home)]);
    assert_eq!(status, 200, "{text}");
    text
}

/// With a request in it, its key and where that is fetched.
fn with_a_key() -> (Home, String, String) {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);
    let url = key_url(&home, &server);
    let key = key_at(&home, &server, &url);
    assert!(server.stop().0.success());
    (home, url, key)
}

fn rotate(home: &Home, flags: &[&str]) -> Output {
    home.run(&[&["master-key", "rotate"], flags].concat())
}

fn names(home: &Home) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(home.data_dir())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("cinnabar.db") && name != "lock")
        .collect();
    names.sort();
    names
}

fn private(path: &Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, mode).unwrap();
}

#[test]
fn killed_at_any_step_the_next_start_serves_every_key_and_the_rotation_ends() {
    let (home, url, key) = with_a_key();
    for step in STEPS {
        let mut command = home.command(&["master-key", "rotate", "--deep"]);
        let killed = command.env("CINNABAR_TEST_KILL_AT", step).output().unwrap();
        assert!(killed.status.code().is_none(), "{step}: {}", stderr(&killed));

        let server = home.serve(&[]);

        assert_eq!(key_at(&home, &server, &url), key, "{step}");
        assert_eq!(names(&home), ["admin.sock", "master.key", "tls"], "{step}");
        let finished = rotate(&home, &["--deep"]);
        assert!(finished.status.success(), "{step}: {}", stderr(&finished));
        assert_eq!(key_at(&home, &server, &url), key, "{step}");
        assert!(server.stop().0.success(), "{step}");
    }
    let again = home.serve(&[]);
    assert_eq!(key_at(&home, &again, &url), key);
}

#[test]
fn a_server_that_is_killed_at_any_step_comes_back_with_every_key() {
    let (home, url, key) = with_a_key();
    for step in STEPS {
        let mut serving = home.serving(&["--public-listen", "127.0.0.1:0"]);
        serving.env("CINNABAR_TEST_KILL_AT", step);
        let mut server = home.ready(serving);
        let trusted = std::fs::read(home.ca_file()).unwrap();
        let asked = rotate(&home, &["--deep"]);
        assert!(!asked.status.success(), "{step}: {}", stdout(&asked));
        assert!(crate::rig::wait(&mut server.child).code().is_none(), "{step}");

        let server = home.serve(&[]);

        assert_eq!(key_at(&home, &server, &url), key, "{step}");
        assert_eq!(std::fs::read(home.ca_file()).unwrap(), trusted, "{step}");
        // An interrupted sealing is gone on with by itself.
        until("sealed again", || rotate(&home, &[]).status.success());
        assert_eq!(key_at(&home, &server, &url), key, "{step}");
        assert!(server.stop().0.success(), "{step}");
    }
}

#[test]
fn an_interrupted_rotation_says_what_became_of_it() {
    let (home, _, _) = with_a_key();
    for (step, told) in [
        ("NextKept", "was undone"),
        ("OldSetAside", "was undone"),
        ("Wrapped", "the new master key is in its place"),
        ("NextInPlace", "the old master key is removed"),
    ] {
        let mut command = home.command(&["master-key", "rotate"]);
        command.env("CINNABAR_TEST_KILL_AT", step).output().unwrap();

        let next = home.run(&["token"]);

        assert!(next.status.success(), "{step}: {}", stderr(&next));
        assert!(stderr(&next).contains(told), "{step}: {}", stderr(&next));
        assert_eq!(names(&home), ["master.key", "tls"], "{step}");
        assert_eq!(stderr(&home.run(&["token"])), "", "{step}: it is told once");
    }
}

#[test]
fn the_old_master_key_opens_nothing_afterwards_and_the_old_backup_still() {
    let (home, url, key) = with_a_key();
    let (old, backup) = (home.path("old.key"), Home::empty());
    std::fs::copy(home.data_dir().join("master.key"), &old).unwrap();
    copy(&home.data_dir(), &backup.data_dir());

    let rotated = rotate(&home, &[]);

    assert!(stdout(&rotated).contains("holds the new one"), "{}", stderr(&rotated));
    let new = std::fs::read(home.data_dir().join("master.key")).unwrap();
    assert_ne!(new, std::fs::read(&old).unwrap());
    let before = contents(&home.data_dir());
    let refused = home.run(&["token", "--master-key-file", old.to_str().unwrap()]);
    assert!(stderr(&refused).contains("not the master key"), "{}", stderr(&refused));
    assert!(contents(&home.data_dir()) == before, "nothing was written");

    let server = backup.serve(&[]);
    assert_eq!(key_at(&backup, &server, &url), key);
}

#[test]
fn copies_that_somebody_made_beside_the_key_stay() {
    let (home, _, _) = with_a_key();
    let path = home.data_dir().join("master.key");
    let own = std::fs::read(&path).unwrap();
    let copies = ["master.key.old", "master.key.bak", "master.key.1"];
    copies.iter().for_each(|name| _ = std::fs::copy(&path, path.with_file_name(name)).unwrap());

    assert!(rotate(&home, &[]).status.success());
    token(&home);

    for name in copies {
        assert_eq!(std::fs::read(path.with_file_name(name)).unwrap(), own, "{name}");
    }
}

#[test]
fn a_wrong_master_key_rotates_nothing_and_writes_nothing() {
    let (home, _, _) = with_a_key();
    let wrong = home.path("wrong.key");
    std::fs::write(&wrong, OTHER).unwrap();
    private(&wrong);
    let before = contents(&home.data_dir());

    let refused = rotate(&home, &["--deep", "--master-key-file", wrong.to_str().unwrap()]);

    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("nothing was written"), "{}", stderr(&refused));
    assert!(contents(&home.data_dir()) == before);
    assert_eq!(std::fs::read_to_string(&wrong).unwrap(), OTHER);
    assert!(!home.path("wrong.key.rotation-next").exists());
}

#[test]
fn a_running_server_does_not_take_a_file_for_its_key_that_was_exchanged() {
    let (home, url, key) = with_a_key();
    let server = home.serve(&[]);
    let path = home.data_dir().join("master.key");
    let own = std::fs::read(&path).unwrap();
    std::fs::write(&path, OTHER).unwrap();

    let refused = rotate(&home, &[]);

    assert!(stderr(&refused).contains("not the master key"), "{}", stderr(&refused));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), OTHER, "it is left as it is");
    std::fs::write(&path, own).unwrap();
    assert!(rotate(&home, &[]).status.success());
    assert_eq!(key_at(&home, &server, &url), key);
}

#[test]
fn a_running_server_goes_on_with_the_new_key_and_so_does_the_next() {
    let (home, url, key) = with_a_key();
    let server = home.serve(&[]);
    for flags in [&[][..], &["--deep"], &["--deep"]] {
        let rotated = rotate(&home, flags);

        assert!(rotated.status.success(), "{}", stderr(&rotated));
        assert_eq!(key_at(&home, &server, &url), key);
        let another = key_url(&home, &server);
        assert!(key_at(&home, &server, &another).contains("PRIVATE KEY"));
    }
    let audit = stdout(&home.run(&["audit", "list", "--limit", "100"]));
    let told = audit.lines().filter(|line| line.contains("rotate_master_key")).count();
    assert_eq!(told, 5, "{audit}");
    let uid = rustix::process::getuid().as_raw();
    assert!(audit.contains(&format!("os {uid}")), "{audit}");
    drop(server);

    let again = home.serve(&[]);
    assert_eq!(key_at(&home, &again, &url), key);
}

#[test]
fn a_key_that_came_in_a_variable_is_replaced_by_one_in_a_file_that_is_named() {
    let home = Home::empty();
    let with_variable = |arguments: &[&str]| {
        home.command(arguments).env("CINNABAR_MASTER_KEY", OTHER).output().unwrap()
    };
    assert!(with_variable(&["init"]).status.success());
    let before = contents(&home.data_dir());

    let unnamed = with_variable(&["master-key", "rotate"]);
    assert_eq!(unnamed.status.code(), Some(2));
    assert!(stderr(&unnamed).contains("--new-master-key-file"), "{}", stderr(&unnamed));
    assert!(contents(&home.data_dir()) == before);

    let file = home.path("new.key");
    let named = ["master-key", "rotate", "--new-master-key-file", file.to_str().unwrap()];
    let rotated = with_variable(&named);
    assert!(rotated.status.success(), "{}", stderr(&rotated));
    let new = std::fs::read_to_string(&file).unwrap();
    assert!(!stdout(&rotated).contains(new.trim()), "the key itself is not shown");
    assert!(stderr(&with_variable(&["token"])).contains("not the master key"));
    let token = home.run(&["token", "--master-key-file", file.to_str().unwrap()]);
    assert!(token.status.success(), "{}", stderr(&token));
}

#[test]
fn a_place_that_cannot_be_taken_is_told_before_anything_changes() {
    let (home, url, key) = with_a_key();
    let own = std::fs::read(home.data_dir().join("master.key")).unwrap();
    // As with a file that is mounted by itself, the key cannot get a second name.
    std::fs::create_dir(home.data_dir().join("master.key.rotation-old")).unwrap();

    let refused = rotate(&home, &["--deep"]);

    assert!(!refused.status.success());
    assert!(stderr(&refused).contains("nothing was changed"), "{}", stderr(&refused));
    assert_eq!(std::fs::read(home.data_dir().join("master.key")).unwrap(), own);
    assert!(!home.data_dir().join("master.key.rotation-next").exists());
    let server = home.serve(&[]);
    assert_eq!(key_at(&home, &server, &url), key);
}

#[test]
fn a_log_that_somebody_reads_is_told_of_and_the_key_is_changed_all_the_same() {
    const READ: &str = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN'); \
                        c.execute('SELECT count(*) FROM users').fetchone(); print(flush=True); \
                        sys.stdin.read()";
    let (home, url, key) = with_a_key();
    let server = home.serve(&[]);
    let mut reader = std::process::Command::new("python3")
        .args(["-c", READ])
        .arg(home.data_dir().join("cinnabar.db"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let reads = std::io::Read::read(reader.stdout.as_mut().unwrap(), &mut [0]).unwrap();
    assert_eq!(reads, 1, "it reads");
    // So that there is something that the reader does not have.
    token(&home);

    let rotated = rotate(&home, &[]);

    drop(reader.stdin.take());
    reader.wait().unwrap();
    let told = stdout(&rotated);
    assert!(rotated.status.success(), "{}", stderr(&rotated));
    assert!(told.contains("holds the new one") && told.contains("warning: "), "{told}");
    assert!(told.contains("cinnabar.db"), "{told}");
    assert_eq!(key_at(&home, &server, &url), key);
    assert!(!stdout(&rotate(&home, &[])).contains("warning"));
}

#[test]
fn requests_are_served_while_everything_is_sealed_again() {
    let (home, url, key) = with_a_key();
    let server = home.serve(&[]);
    std::thread::scope(|threads| {
        let asking: Vec<_> = (0..4)
            .map(|_| threads.spawn(|| (0..8).map(|_| key_url(&home, &server)).collect::<Vec<_>>()))
            .collect();
        for _ in 0..3 {
            let rotated = rotate(&home, &["--deep"]);
            assert!(rotated.status.success(), "{}", stderr(&rotated));
        }
        for asked in asking {
            for url in asked.join().unwrap() {
                assert!(key_at(&home, &server, &url).contains("PRIVATE KEY"));
            }
        }
    });
    assert_eq!(key_at(&home, &server, &url), key);
}

#[test]
fn a_given_new_key_takes_the_place_of_the_old_one_and_the_given_file_stays() {
    let (home, url, key) = with_a_key();
    let given = home.path("given.key");
    std::fs::write(&given, format!("{OTHER}\n")).unwrap();
    private(&given);
    let flags = ["--new-master-key-file", given.to_str().unwrap()];

    let rotated = rotate(&home, &flags);

    assert!(rotated.status.success(), "{}", stderr(&rotated));
    let lies = |path: &Path| std::fs::read_to_string(path).unwrap();
    assert_eq!(lies(&home.data_dir().join("master.key")).trim(), OTHER);
    assert_eq!(lies(&given).trim(), OTHER);
    let again = rotate(&home, &flags);
    assert!(stderr(&again).contains("the present master key"), "{}", stderr(&again));
    let server = home.serve(&[]);
    assert_eq!(key_at(&home, &server, &url), key);
}

#[test]
fn a_place_that_cannot_be_written_is_told_before_anything_changes() {
    if rustix::process::geteuid().is_root() {
        // Root can write everywhere; a folder takes the name instead.
        let (home, url, key) = with_a_key();
        std::fs::create_dir(home.data_dir().join("master.key.rotation-next")).unwrap();

        let refused = rotate(&home, &[]);

        assert!(!refused.status.success());
        assert!(stderr(&refused).contains("master.key.rotation-next"), "{}", stderr(&refused));
        let server = home.serve(&[]);
        assert_eq!(key_at(&home, &server, &url), key);
        return;
    }
    let (home, url, key) = with_a_key();
    let elsewhere = home.path("keys");
    std::fs::create_dir(&elsewhere).unwrap();
    let path = elsewhere.join("master.key");
    std::fs::rename(home.data_dir().join("master.key"), &path).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o500);
    std::fs::set_permissions(&elsewhere, mode).unwrap();
    let flags = ["--master-key-file", path.to_str().unwrap()];

    let refused = rotate(&home, &flags);

    assert!(!refused.status.success());
    assert!(stderr(&refused).contains("cannot be written"), "{}", stderr(&refused));
    let server = home.serve(&flags);
    assert_eq!(key_at(&home, &server, &url), key);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    let mode = std::fs::metadata(from).unwrap().permissions();
    std::fs::set_permissions(to, mode).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), &to).unwrap();
        }
    }
}
