//! Certificates that the server shows.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::rig::{Home, Server, curl, stderr, until};

fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// The certificate that the server shows now, as openssl describes it.
fn shown(server: &Server) -> String {
    let address = server.address().to_string();
    let client = Command::new("openssl")
        .args(["s_client", "-connect", &address])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&client.stdout).into_owned();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &text).unwrap();
    openssl(&["x509", "-in", file.path().to_str().unwrap(), "-noout", "-text"])
}

/// A certificate of its own making for this name, and its key.
fn pair(home: &Home, name: &str) -> (String, String) {
    let path = |end: &str| home.path(&format!("{name}.{end}")).to_str().unwrap().to_owned();
    let (cert, key) = (path("pem"), path("key"));
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        &format!("/CN={name}"),
        "-keyout",
        &key,
        "-out",
        &cert,
    ]);
    (cert, key)
}

#[test]
fn the_internal_authority_is_bound_to_the_servers_names() {
    let (home, _) = Home::initialised();

    let text = openssl(&["x509", "-in", home.ca_file().to_str().unwrap(), "-noout", "-text"]);

    for expected in [
        "X509v3 Name Constraints: critical",
        "DNS:localhost",
        "IP:127.0.0.1/255.255.255.255",
        "CA:TRUE, pathlen:0",
        "ASN1 OID: prime256v1",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn openssl_accepts_the_server_by_name_and_address() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);
    let address = server.address().to_string();
    for (kind, name) in [("-verify_hostname", "localhost"), ("-verify_ip", "127.0.0.1")] {
        openssl(&[
            "s_client",
            "-connect",
            &address,
            "-CAfile",
            home.ca_file().to_str().unwrap(),
            "-verify_return_error",
            "-x509_strict",
            kind,
            name,
        ]);
    }
}

#[test]
fn both_versions_of_tls_are_spoken_and_no_older_one() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);
    let speaks = |version: &str| {
        Command::new("openssl")
            .args(["s_client", "-connect", &server.address().to_string(), version])
            .stdin(Stdio::null())
            .output()
            .unwrap()
            .status
            .success()
    };

    assert!(speaks("-tls1_3"));
    assert!(speaks("-tls1_2"));
    assert!(!speaks("-tls1_1"));
}

#[test]
fn http_2_and_http_1_are_spoken() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);
    let url = format!("{}/healthz", server.url);
    for (flag, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
        let format = "\n%{http_version}\n%{http_code}";

        let (status, text) = curl(&home.ca_file(), &["--write-out", format, flag, &url]);

        assert_eq!(status, 200);
        assert!(text.ends_with(version), "{text}");
    }
}

#[test]
fn the_authority_stays_while_the_names_do() {
    let (home, _) = Home::initialised();
    let before = std::fs::read(home.ca_file()).unwrap();

    drop(home.serve(&[]));
    drop(home.serve(&["--tls-name", "localhost"]));

    assert!(std::fs::read(home.ca_file()).unwrap() == before);
}

#[test]
fn a_new_name_needs_a_new_authority() {
    let (home, _) = Home::initialised();
    let before = std::fs::read(home.ca_file()).unwrap();

    let server = home.serve(&["--tls-name", "pki.example.org", "--tls-name", "192.0.2.7"]);
    let text = shown(&server);
    let (status, log) = server.stop();

    assert!(status.success());
    assert!(std::fs::read(home.ca_file()).unwrap() != before);
    assert!(text.contains("DNS:pki.example.org") && text.contains("192.0.2.7"), "{text}");
    assert!(log.contains("clients must trust it anew"), "{log}");
}

#[test]
fn a_damaged_key_of_the_authority_is_replaced() {
    let (home, _) = Home::initialised();
    std::fs::write(home.data_dir().join("tls/ca.key.sealed"), "{}").unwrap();

    let server = home.serve(&[]);

    assert_eq!(server.get("/healthz", &[]).0, 200);
}

#[test]
fn a_damaged_certificate_of_the_authority_is_replaced_with_a_warning_and_an_audit_event() {
    let (home, _) = Home::initialised();
    std::fs::write(home.ca_file(), "a").unwrap();

    let (status, log) = home.serve(&[]).stop();
    let (_, next_log) = home.serve(&[]).stop();

    let warning = "clients must trust it anew";
    assert!(status.success());
    assert!(log.contains("WARN") && log.contains(warning) && log.contains("damaged"), "{log}");
    assert!(!next_log.contains(warning), "{next_log}");
    let trail = String::from_utf8(home.run(&["audit", "list"]).stdout).unwrap();
    assert_eq!(trail.matches("replace_tls_authority").count(), 1, "{trail}");
}

#[test]
fn given_files_are_shown_and_reloaded_when_they_change() {
    let (home, _) = Home::initialised();
    let (cert, key) = pair(&home, "first");
    let (next_cert, next_key) = pair(&home, "second");
    let server = home.serve(&["--tls-cert", &cert, "--tls-key", &key]);
    assert!(shown(&server).contains("CN = first"));

    std::fs::rename(next_key, &key).unwrap();
    std::fs::rename(next_cert, &cert).unwrap();

    until("the second certificate is shown", || shown(&server).contains("CN = second"));
}

#[test]
fn a_hang_up_reloads_at_once() {
    let (home, _) = Home::initialised();
    let (cert, key) = pair(&home, "first");
    let (next_cert, next_key) = pair(&home, "second");
    let server = home.serve(&["--tls-cert", &cert, "--tls-key", &key]);
    std::fs::rename(next_key, &key).unwrap();
    std::fs::rename(next_cert, &cert).unwrap();

    server.signal(Signal::HUP);

    until("the second certificate is shown", || shown(&server).contains("CN = second"));
}

#[test]
fn a_broken_new_pair_leaves_the_old_one_in_force() {
    let (home, _) = Home::initialised();
    let (cert, key) = pair(&home, "first");
    let (_, other_key) = pair(&home, "second");
    let server = home.serve(&["--tls-cert", &cert, "--tls-key", &key]);

    std::fs::copy(other_key, &key).unwrap();
    server.signal(Signal::HUP);
    std::fs::write(&cert, "rubbish").unwrap();
    server.signal(Signal::HUP);
    std::thread::sleep(std::time::Duration::from_millis(300));

    assert!(shown(&server).contains("CN = first"));
    let (status, log) = server.stop();
    assert!(status.success());
    assert!(log.contains("not reloaded; the old one stays"), "{log}");
}

#[test]
fn a_missing_file_is_told_once() {
    let (home, _) = Home::initialised();
    let (cert, key) = pair(&home, "first");
    let server = home.serve(&["--tls-cert", &cert, "--tls-key", &key]);

    std::fs::remove_file(&cert).unwrap();
    // Three looks at the files.
    std::thread::sleep(std::time::Duration::from_secs(7));

    let (_, log) = server.stop();
    assert_eq!(log.matches("not reloaded; the old one stays").count(), 1, "{log}");
}

#[test]
fn a_key_that_everybody_can_read_is_refused() {
    let (home, _) = Home::initialised();
    let (cert, key) = pair(&home, "first");
    let flags = ["--tls-cert", &cert, "--tls-key", &key, "--public-listen", "127.0.0.1:0"];
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();

    let output = home.serving(&flags).output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&format!("hint: chmod go= '{key}'")), "{}", stderr(&output));
}

#[test]
fn a_certificate_that_cannot_be_used_makes_no_account() {
    let home = Home::empty();
    let flags =
        ["--tls-cert", "/nowhere", "--tls-key", "/nowhere", "--public-listen", "127.0.0.1:0"];

    let output = home.serving(&flags).output().unwrap();

    assert_eq!(output.status.code(), Some(1));
    assert!(!home.data_dir().join("cinnabar.db").exists());
}

#[test]
fn a_hang_up_does_not_end_a_server_that_has_nothing_to_read_again() {
    let (home, _) = Home::initialised();
    let mut server = home.serve(&[]);

    server.signal(Signal::HUP);
    std::thread::sleep(std::time::Duration::from_millis(300));

    assert!(server.child.try_wait().unwrap().is_none());
    assert_eq!(server.get("/healthz", &[]).0, 200);
}

#[test]
fn files_that_do_not_belong_together_are_refused_at_the_start() {
    let (home, _) = Home::initialised();
    let (cert, _) = pair(&home, "first");
    let (_, key) = pair(&home, "second");
    let rubbish = home.path("rubbish.key").to_str().unwrap().to_owned();
    let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    std::fs::write(&rubbish, pem).unwrap();
    std::fs::set_permissions(&rubbish, std::fs::Permissions::from_mode(0o600)).unwrap();
    for (cert, key, what) in [
        (&cert, &key, format!("certificate {cert}")),
        (&cert, &"/nowhere".to_owned(), "key /nowhere".to_owned()),
        (&cert, &rubbish, format!("key {rubbish}")),
        (&key, &key, format!("certificate {key}")),
    ] {
        let flags = ["--tls-cert", cert, "--tls-key", key, "--public-listen", "127.0.0.1:0"];

        let output = home.serving(&flags).output().unwrap();

        assert_eq!(output.status.code(), Some(1));
        let text = stderr(&output);
        assert!(text.contains(&format!("error: cannot use TLS {what}")), "{what}: {text}");
    }
}

#[test]
fn the_key_of_the_authority_is_not_readable_from_its_file() {
    let (home, _) = Home::initialised();

    let sealed = std::fs::read_to_string(home.data_dir().join("tls/ca.key.sealed")).unwrap();

    assert!(!sealed.contains("PRIVATE KEY"));
    assert!(Path::new(&home.ca_file()).exists());
}
