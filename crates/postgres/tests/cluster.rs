//! Clusters, their databases, and what happens to them.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use postgres_cluster::{Cluster, Durability, TestDatabase};

#[test]
fn each_test_has_a_database_of_its_own_copied_from_a_template() {
    let cluster = Cluster::shared();
    let prepare = |url: &str| {
        assert!(url.starts_with("postgres:///shape?user="), "{url}");
        cluster.run_in("shape", "CREATE TABLE a (x BIGINT)");
    };
    let one = TestDatabase::like(&cluster, "shape", prepare);
    let other = TestDatabase::like(&cluster, "shape", |_| panic!("it is there"));

    one.run("INSERT INTO a VALUES (1)");

    assert_eq!(one.run("SELECT count(*) FROM a").as_deref(), Some("1"));
    assert_eq!(other.run("SELECT count(*) FROM a").as_deref(), Some("0"));
}

#[test]
fn a_copy_is_used_again_without_its_rows() {
    let cluster = Cluster::shared();
    let prepare = |_: &str| {
        let tables = "CREATE TABLE a (x BIGINT); CREATE TABLE kept (x BIGINT)";
        cluster.run_in("twice", tables);
        cluster.run_in("twice", "INSERT INTO kept VALUES (1)");
    };
    let one = TestDatabase::like(&cluster, "twice", prepare);
    one.run("INSERT INTO a VALUES (1)");
    let name = one.name().to_owned();
    drop(one);

    let again = TestDatabase::like(&cluster, "twice", |_| panic!("it is there"));

    assert_eq!(again.name(), name);
    assert_eq!(again.run("SELECT count(*) FROM a").as_deref(), Some("0"));
    assert_eq!(again.run("SELECT count(*) FROM kept").as_deref(), Some("1"));
}

#[test]
fn a_server_that_was_killed_still_has_what_was_committed() {
    let cluster = Arc::new(Cluster::start(Durability::Safe));
    let database = TestDatabase::new(&cluster);
    database.run("CREATE TABLE a (x BIGINT)");
    database.run("INSERT INTO a VALUES (7)");

    cluster.kill();
    assert!(cluster.try_run("postgres", "SELECT 1").is_err());
    cluster.restart();

    assert_eq!(database.run("SELECT x FROM a").as_deref(), Some("7"));
}

#[test]
fn a_server_that_is_paused_answers_when_it_goes_on() {
    let cluster = Arc::new(Cluster::start(Durability::Fast));
    cluster.pause();
    let begun = Instant::now();

    let asked = thread::spawn({
        let cluster = Arc::clone(&cluster);
        move || cluster.run("SELECT 1")
    });
    thread::sleep(Duration::from_millis(300));
    assert!(!asked.is_finished());
    cluster.resume();

    assert_eq!(asked.join().unwrap().as_deref(), Some("1"));
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_standby_has_what_was_answered_and_takes_the_place_of_the_first() {
    let first = Cluster::start(Durability::Safe);
    let second = first.standby();
    first.require_standby();
    first.run("CREATE TABLE a (x BIGINT)");
    first.run("INSERT INTO a VALUES (7)");

    first.kill();
    second.promote();

    assert_eq!(second.run("SELECT x FROM a").as_deref(), Some("7"));
    second.run("INSERT INTO a VALUES (8)");
}

#[test]
fn who_has_no_password_does_not_come_in_over_tcp() {
    let cluster = Cluster::shared();
    let with = cluster.tcp_url("postgres");
    let (scheme, rest) = with.split_once("//").unwrap();
    let without = format!("{scheme}//cinnabar@{}", rest.split_once('@').unwrap().1);
    let connects = |url: &str| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(tokio_postgres::connect(url, tokio_postgres::NoTls)).is_ok()
    };

    assert!(connects(&with));
    assert!(!connects(&without));
}

/// Tells a second run of the test below that it is the process that is killed.
const TO_BE_KILLED: &str = "CINNABAR_TEST_TO_BE_KILLED";

#[test]
fn a_server_ends_with_the_process_that_made_it() {
    if std::env::var_os(TO_BE_KILLED).is_some() {
        let cluster = Cluster::start(Durability::Fast);
        println!("\n{}", cluster.path().display());
        thread::sleep(Duration::from_secs(60));
        return;
    }
    let mut test = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "a_server_ends_with_the_process_that_made_it"])
        .env(TO_BE_KILLED, "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = std::io::BufReader::new(test.stdout.take().unwrap());
    let mut lines = std::io::BufRead::lines(output).map(Result::unwrap);
    let directory = lines.find(|line| line.starts_with('/')).unwrap();
    assert!(fs::exists(format!("{directory}/data/postmaster.pid")).unwrap());

    test.kill().unwrap();
    test.wait().unwrap();

    let until = Instant::now() + Duration::from_secs(20);
    while fs::exists(&directory).unwrap() {
        assert!(Instant::now() < until, "{directory} is still there");
        thread::sleep(Duration::from_millis(50));
    }
}
