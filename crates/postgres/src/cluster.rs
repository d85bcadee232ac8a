//! The cluster: made, started, ended.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use tempfile::TempDir;
use tokio_postgres::{Config, Error};

use crate::database::Templates;
use crate::running::Running;
use crate::{Programs, statement, unprivileged};

/// The one user of a cluster, who may do anything.
const USER: &str = "cinnabar";

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a commit reaches the disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Durability {
    /// It does not: for tests that lose nothing when the machine stops.
    Fast,
    /// It does, as in production.
    Safe,
}

impl Durability {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Fast => &["fsync=off", "full_page_writes=off"],
            Self::Safe => &["fsync=on", "full_page_writes=on"],
        }
    }
}

/// A server with its databases, until it is dropped or its process ends.
pub struct Cluster {
    // Before the directory, which goes last.
    running: Mutex<Option<Running>>,
    directory: TempDir,
    port: u16,
    password: String,
    durability: Durability,
    extra: Vec<String>,
    pub(crate) templates: Templates,
}

impl Cluster {
    /// The cluster that the tests of one executable share, [`Durability::Fast`]; it ends with the
    /// executable.
    pub fn shared() -> Arc<Self> {
        static SHARED: OnceLock<Arc<Cluster>> = OnceLock::new();
        Arc::clone(SHARED.get_or_init(|| Arc::new(Self::start(Durability::Fast))))
    }

    /// Makes a cluster and starts it.
    pub fn start(durability: Durability) -> Self {
        let directory = unprivileged::directory();
        let password = password();
        initialize(directory.path(), &password);
        Self::over(directory, password, durability, Vec::new())
    }

    /// Starts a server over the `data` in a directory.
    pub(crate) fn over(
        directory: TempDir,
        password: String,
        durability: Durability,
        extra: Vec<String>,
    ) -> Self {
        let cluster = Self {
            running: Mutex::new(None),
            directory,
            port: free_port(),
            password,
            durability,
            extra,
            templates: Templates::default(),
        };
        cluster.power_on();
        cluster
    }

    /// The URL of a database, over the socket in the cluster's directory.
    pub fn url(&self, database: &str) -> String {
        let (socket, port) = (self.path().display(), self.port);
        format!("postgres:///{database}?user={USER}&host={socket}&port={port}")
    }

    /// The URL of a database, over TCP with a password.
    pub fn tcp_url(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// The port on which it listens, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The directory with its socket, its `data` and its `log`.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// What the server has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path().join("log")).unwrap_or_default()
    }

    /// Runs statements as the one who may do anything; the first column of the first row.
    pub fn run(&self, sql: &str) -> Option<String> {
        self.run_in("postgres", sql)
    }

    /// The same in another database than `postgres`.
    pub fn run_in(&self, database: &str, sql: &str) -> Option<String> {
        let told = self.try_run(database, sql);
        told.unwrap_or_else(|error| panic!("{sql}: {error:?}"))
    }

    /// The same, with the error if there is one.
    ///
    /// # Errors
    ///
    /// When the server is not there or refuses the statements.
    pub fn try_run(&self, database: &str, sql: &str) -> Result<Option<String>, Error> {
        let mut config: Config = self.url(database).parse()?;
        config.connect_timeout(PATIENCE);
        statement::run(config, sql)
    }

    /// The one place where the server is kept.
    pub(crate) fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a copy of this cluster needs to start.
    pub(crate) fn heritage(&self) -> (String, Durability) {
        (self.password.clone(), self.durability)
    }

    /// Starts the server, and waits until it answers.
    pub(crate) fn power_on(&self) {
        let socket = self.path().display();
        let mut settings = vec![
            format!("port={}", self.port),
            format!("unix_socket_directories={socket}"),
            "listen_addresses=127.0.0.1".to_owned(),
            "max_connections=300".to_owned(),
            "shared_buffers=64MB".to_owned(),
            "log_line_prefix=%m [%p] %d ".to_owned(),
        ];
        settings.extend(self.durability.settings().iter().map(|&setting| setting.to_owned()));
        settings.extend(self.extra.iter().cloned());
        let arguments: Vec<String> =
            settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect();
        let programs = Programs::of_this_machine();
        *self.running() = Some(Running::start(programs, self.path(), &arguments));
        self.wait_until_up();
    }

    fn wait_until_up(&self) {
        let until = Instant::now() + PATIENCE;
        while let Err(error) = self.try_run("postgres", "SELECT 1") {
            assert!(Instant::now() < until, "PostgreSQL is not up: {error}\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Makes the files of a new cluster.
fn initialize(directory: &Path, password: &str) {
    let file = directory.join("password");
    fs::write(&file, password).expect("a file");
    unprivileged::give(&file);
    let mut initdb = Programs::of_this_machine().command("initdb");
    initdb.args(["--no-sync", "--username", USER, "--encoding=UTF8", "--locale=C"]);
    initdb.args(["--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile"]).arg(file);
    initdb.arg("-D").arg(directory.join("data")).current_dir(directory);
    unprivileged::demote(&mut initdb);
    let done = initdb.output().expect("initdb");
    assert!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
}

/// A password of this cluster alone.
fn password() -> String {
    let mut octets = [0; 16];
    let random = fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut octets));
    random.expect("random octets");
    hex::encode(octets)
}

/// A port on which nobody listens now.
fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("its number").port()
}
