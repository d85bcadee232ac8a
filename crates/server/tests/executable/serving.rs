//! `cinnabar serve`: addresses, the lock, the public listener.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use crate::rig::{Home, PATIENCE, curl, stderr};

#[test]
fn a_server_is_live_and_ready() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);

    assert_eq!(server.get("/healthz", &[]).0, 200);
    assert_eq!(server.get("/readyz", &[]).0, 200);
}

#[test]
fn the_address_file_is_complete_when_it_appears() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);

    let text = std::fs::read_to_string(home.path("address")).unwrap();

    assert_eq!(text, format!("https://{}\n", server.address()));
    assert_ne!(server.address().port(), 0);
}

#[test]
fn a_taken_port_is_named_with_the_flag_that_chooses_another() {
    let (home, _) = Home::initialised();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for arguments in [
        &["serve", "--listen", &address][..],
        &["serve", "--listen", "127.0.0.1:0", "--public-listen", &address],
    ] {
        let output = home.run(arguments);

        let text = stderr(&output);
        let flag = arguments[arguments.len() - 2];
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains(&format!("error: {address} is in use")), "{text}");
        assert!(text.contains(&format!("{flag} ADDRESS:PORT")), "{text}");
    }
}

#[test]
fn a_taken_port_makes_no_account() {
    let home = Home::empty();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let output = home.run(&["serve", "--listen", &address]);

    assert_eq!(output.status.code(), Some(1));
    assert!(!home.data_dir().join("cinnabar.db").exists());
}

#[test]
fn a_foreign_address_is_refused() {
    let (home, _) = Home::initialised();

    let output = home.run(&["serve", "--listen", "192.0.2.1:8443"]);

    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("cannot listen on 192.0.2.1:8443"), "{}", stderr(&output));
}

#[test]
fn a_second_server_is_told_who_has_the_directory() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);

    let second = home.run(&["serve", "--listen", "127.0.0.1:0"]);

    let text = stderr(&second);
    assert_eq!(second.status.code(), Some(1));
    let holder = format!("is used by another cinnabar (pid {})", server.child.id());
    assert!(text.contains(&holder), "{text}");
}

#[test]
fn init_does_not_disturb_a_running_server() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);

    let output = home.run(&["init"]);

    assert_eq!(output.status.code(), Some(1));
    assert_eq!(server.get("/readyz", &[]).0, 200);
}

#[test]
fn the_public_listener_answers_every_path_with_404_and_no_body() {
    let (home, _) = Home::initialised();
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let server = home.ready(home.serving(&["--public-listen", &address]));

    for path in ["/", "/healthz", "/v3/projects", "/crl/1.crl"] {
        let url = format!("http://{address}{path}");
        let answer = curl(&home.ca_file(), &["--write-out", "\n%{http_code}", &url]);
        assert_eq!(answer, (404, String::new()), "{path}");
    }
    let with_head =
        ["--dump-header", "-", "--write-out", "\n%{http_code}", &format!("http://{address}/")];
    assert!(curl(&home.ca_file(), &with_head).1.contains("x-request-id: "));
    drop(server);
}

#[test]
fn a_usual_public_port_that_is_taken_is_only_told() {
    let (home, _) = Home::initialised();
    // Refused when somebody else has it, which is just as well.
    let _taken = TcpListener::bind("127.0.0.1:8080");

    let server = home.ready(home.serving(&[]));
    assert_eq!(server.get("/healthz", &[]).0, 200);
    let (status, log) = server.stop();

    assert!(status.success());
    assert!(log.contains("127.0.0.1:8080 is in use"), "{log}");
}

#[test]
fn without_tls_the_api_is_served_on_loopback_only() {
    let (home, _) = Home::initialised();

    let refused = home.run(&["serve", "--tls", "off", "--listen", "0.0.0.0:0"]);
    let server = home.serve(&["--tls", "off"]);

    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("--behind-proxy"), "{}", stderr(&refused));
    assert!(server.url.starts_with("http://127.0.0.1:"));
    assert_eq!(server.get("/healthz", &[]).0, 200);
}

#[test]
fn long_headers_get_an_answer_of_the_api() {
    let (home, _) = Home::initialised();
    let server = home.serve(&["--tls", "off"]);
    let token = format!("X-Auth-Token: {}", "a".repeat(100_000));
    let file = home.path("header");
    std::fs::write(&file, token).unwrap();
    let header = format!("@{}", file.display());

    let (status, body) = server.get("/v3/projects", &["--header", &header]);

    assert_eq!(status, 431, "{body}");
    assert!(body.contains("APIGW."), "{body}");
}

#[test]
fn what_is_no_request_is_refused_in_the_words_of_the_gateway() {
    let (home, _) = Home::initialised();
    let server = home.serve(&["--tls", "off"]);
    let long = format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(70_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(300));
    for (request, status) in [
        ("rubbish\r\n\r\n", "400 Bad Request"),
        ("GET /healthz HTTP/1.1\r\na : b\r\n\r\n", "400 Bad Request"),
        (long.as_str(), "414 URI Too Long"),
        (many.as_str(), "431 Request Header Fields Too Large"),
    ] {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();

        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{head}");
        assert_eq!(body["error_code"], "APIGW.0201");
        let id = body["request_id"].as_str().unwrap();
        assert!(head.contains(&format!("x-request-id: {id}")), "{head}");
    }
}

#[test]
fn a_database_in_a_file_is_for_one_server_wherever_it_lies() {
    let (one, other) = (Home::empty(), Home::empty());
    let url = format!("sqlite://{}", one.path("elsewhere.db").display());
    let server = one.serve(&["--database", &url]);
    let pid = server.child.id();

    let refused = other.serving(&["--database", &url]).output().unwrap();
    let copied = other.run(&[
        "database",
        "copy",
        "--from",
        &url,
        "--to",
        &format!("sqlite://{}", other.path("to.db").display()),
    ]);

    for refused in [refused, copied] {
        assert!(!refused.status.success());
        let told = format!("elsewhere.db is used by another cinnabar (pid {pid})");
        assert!(stderr(&refused).contains(&told), "{}", stderr(&refused));
    }
    assert!(server.stop().0.success());
}
