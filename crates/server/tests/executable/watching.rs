//! The admin listener: where it listens, and what happens where it cannot.

use std::net::TcpListener;

use crate::rig::{Home, curl, stderr};

/// The URL that the log tells of the admin listener.
fn told(log: &str) -> Option<String> {
    let line = log.lines().find(|line| line.contains("admin listener ready"))?;
    let (_, rest) = line.split_once("url=\"")?;
    rest.split_once('"').map(|(url, _)| url.to_owned())
}

#[test]
fn metrics_and_health_are_answered_where_the_flag_says() {
    let (home, _) = Home::initialised();
    // A port that was free a moment ago, of an address that no other test asks for.
    let address = TcpListener::bind("127.0.0.2:0").unwrap().local_addr().unwrap().to_string();
    let server = home.serve(&["--admin-listen", &address]);
    let get = |path: &str| {
        let url = format!("http://{address}{path}");
        curl(&home.ca_file(), &["--write-out", "\n%{http_code}", &url])
    };

    assert_eq!(get("/healthz"), (200, "{\"status\":\"alive\"}".to_owned()));
    assert_eq!(get("/readyz"), (200, "{\"status\":\"ready\"}".to_owned()));
    let (status, metrics) = get("/metrics");
    assert_eq!(status, 200);
    assert!(metrics.contains("\ncinnabar_build_info{version="), "{metrics}");
    assert_eq!(get("/").0, 404);
    assert_eq!(get("/v3/projects").0, 404);
    drop(server);
}

#[test]
fn the_api_shows_no_metrics() {
    let (home, _) = Home::initialised();
    let server = home.serve(&[]);

    assert_eq!(server.get("/metrics", &[]).0, 404);
}

#[test]
fn a_wanted_admin_port_that_is_taken_ends_the_command() {
    let (home, _) = Home::initialised();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let output = home.run(&["serve", "--listen", "127.0.0.1:0", "--admin-listen", &address]);

    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(&format!("error: {address} is in use")), "{text}");
    assert!(text.contains("--admin-listen ADDRESS:PORT"), "{text}");
}

#[test]
fn a_usual_admin_port_that_is_taken_is_only_told() {
    let (home, _) = Home::initialised();
    // Refused when somebody else has it, which is just as well.
    let _taken = TcpListener::bind("127.0.0.1:9464");
    let mut command = home.serving(&["--public-listen", "127.0.0.1:0"]);
    command.env_remove("CINNABAR_ADMIN_LISTEN");

    let server = home.ready(command);
    assert_eq!(server.get("/healthz", &[]).0, 200);
    let (status, log) = server.stop();

    assert!(status.success());
    assert!(log.contains("127.0.0.1:9464 is in use"), "{log}");
    assert!(log.contains("--admin-listen"), "{log}");
}

#[test]
fn an_admin_listener_that_others_reach_is_warned_of() {
    let (home, _) = Home::initialised();

    let open = home.serve(&["--admin-listen", "0.0.0.0:0"]).stop().1;
    let own = home.serve(&[]).stop().1;

    assert!(told(&open).is_some_and(|url| url.starts_with("http://0.0.0.0:")), "{open}");
    assert!(open.contains("anybody can read metrics"), "{open}");
    assert!(told(&own).is_some_and(|url| url.starts_with("http://127.0.0.1:")), "{own}");
    assert!(!own.contains("anybody can read metrics"), "{own}");
}
