//! The end of a server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::rig::{Home, PATIENCE, log, wait};

const BODY: &str = r#"{"auth":{"identity":{"methods":["password"]}}}"#;

/// A request of which the last octets are still to come.
fn begun(server: &crate::rig::Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let (first, _) = BODY.split_at(10);
    let head = format!(
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{first}",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server has read what was sent when it answers another connection.
    assert_eq!(server.get("/healthz", &[]).0, 200);
    stream
}

#[test]
fn a_request_that_is_under_way_is_answered_after_sigterm() {
    let (home, _) = Home::initialised();
    let mut server = home.serve(&["--tls", "off"]);
    let mut stream = begun(&server);

    server.signal(Signal::TERM);
    std::thread::sleep(Duration::from_millis(300));
    let refused = TcpStream::connect(server.address()).is_err();
    stream.write_all(&BODY.as_bytes()[10..]).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();

    assert!(refused, "no new connection is accepted");
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert!(answer.to_lowercase().contains("x-request-id:"), "{answer}");
    assert!(wait(&mut server.child).success(), "{}", log(&mut server.child));
}

#[test]
fn a_server_with_nothing_to_do_ends_soon() {
    let (home, _) = Home::initialised();
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = home.serve(&[]);
        assert_eq!(server.get("/healthz", &[]).0, 200);
        let begun = Instant::now();

        server.signal(signal);

        assert!(wait(&mut server.child).success());
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_second_signal_ends_at_once() {
    let (home, _) = Home::initialised();
    let mut server = home.serve(&["--tls", "off"]);
    let stream = begun(&server);

    server.signal(Signal::TERM);
    std::thread::sleep(Duration::from_millis(300));
    let waiting = server.child.try_wait().unwrap().is_none();
    server.signal(Signal::TERM);

    assert!(waiting, "the first signal waits for the request");
    assert_eq!(wait(&mut server.child).code(), Some(130));
    drop(stream);
}

#[test]
fn what_was_refused_is_in_the_trail_after_the_end() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);
    for _ in 0..3 {
        assert_eq!(server.get("/v3/projects", &["--header", "X-Auth-Token: none"]).0, 401);
    }
    let (status, _) = server.stop();

    let output = home.run(&["audit", "list", "--format", "json"]);

    assert!(status.success());
    let text = crate::rig::stdout(&output);
    let refused: u64 = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|event| event["outcome"] == "refused")
        .map(|event| event["count"].as_u64().unwrap())
        .sum();
    assert_eq!(refused, 3, "{text}");
}
