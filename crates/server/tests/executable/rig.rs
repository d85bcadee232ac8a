//! A home for one executable: a data directory, a process, and what both tell.

use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// No wait is longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A temporary directory with a data directory to be.
pub(crate) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    /// A home with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A home with an installation, and its credentials.
    pub(crate) fn initialised() -> (Self, Value) {
        let home = Self::empty();
        let output = home.run(&["init", "--format", "json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        let credentials = serde_json::from_slice(&output.stdout).unwrap();
        (home, credentials)
    }

    /// A path beside the data directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn ca_file(&self) -> PathBuf {
        self.data_dir().join("tls/ca.pem")
    }

    /// A command on this data directory, with no settings from around the test.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cinnabar"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CINNABAR_") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .env("CINNABAR_DATA_DIR", self.data_dir())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Serves on free ports, with these further flags, and waits until requests are accepted.
    pub(crate) fn serve(&self, flags: &[&str]) -> Server {
        let mut command = self.serving(flags);
        command.args(["--public-listen", "127.0.0.1:0"]);
        self.ready(command)
    }

    /// The command that serves on a free port. The public listener is where `flags` say.
    pub(crate) fn serving(&self, flags: &[&str]) -> Command {
        let mut command =
            self.command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "text"]);
        command.env("CINNABAR_ADMIN_LISTEN", "127.0.0.1:0");
        // Many servers beside each other would spend their time on keys that nobody takes.
        for size in ["2048", "3072", "4096"] {
            command.env(format!("CINNABAR_RSA_POOL_{size}"), "0");
        }
        command.arg("--address-file").arg(self.path("address")).args(flags);
        command
    }

    /// Starts what [`Home::serving`] gave and waits until requests are accepted.
    pub(crate) fn ready(&self, mut command: Command) -> Server {
        let address_file = self.path("address");
        let _ = std::fs::remove_file(&address_file);
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        while !address_file.exists() {
            let ended = child.try_wait().unwrap();
            if ended.is_some() || begun.elapsed() > PATIENCE {
                let _ = child.kill();
                panic!("not ready: {ended:?}: {}", log(&mut child));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let url = std::fs::read_to_string(&address_file).unwrap().trim().to_owned();
        Server { child, url, ca_file: self.ca_file() }
    }
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) url: String,
    ca_file: PathBuf,
}

impl Server {
    pub(crate) fn address(&self) -> SocketAddr {
        self.url.split_once("://").unwrap().1.parse().unwrap()
    }

    /// GET with curl, trusting the server's own authority: status and body.
    pub(crate) fn get(&self, path: &str, headers: &[&str]) -> (u16, String) {
        let url = format!("{}{path}", self.url);
        curl(&self.ca_file, &[&["--write-out", "\n%{http_code}", &url], headers].concat())
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    /// SIGTERM, and the log to its end.
    pub(crate) fn stop(mut self) -> (ExitStatus, String) {
        self.signal(rustix::process::Signal::TERM);
        let status = wait(&mut self.child);
        (status, log(&mut self.child))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs curl; the last line of what it prints is the status.
pub(crate) fn curl(ca_file: &Path, arguments: &[&str]) -> (u16, String) {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "20", "--cacert"])
        .arg(ca_file)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let (body, status) = text.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), body.to_owned())
}

/// Waits for the end of a process.
pub(crate) fn wait(child: &mut Child) -> ExitStatus {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("still running: {}", log(child));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What a process that has ended logged.
pub(crate) fn log(child: &mut Child) -> String {
    let mut text = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        let _ = stderr.read_to_string(&mut text);
    }
    text
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The names and contents of all files below a folder, but for what a reader of the database
/// touches.
pub(crate) fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.push(path);
            } else if name != "lock" && !name.starts_with("cinnabar.db-") {
                let content = std::fs::read(&path).unwrap();
                found.push((path, content));
            }
        }
    }
    found.sort();
    found
}
