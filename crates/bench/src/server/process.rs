//! A child process that never outlives its owner.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::failure::Failure;

/// How long it may take to tell its address, and to end.
const PATIENCE: Duration = Duration::from_secs(40);
/// How much of a log an error shows, in characters.
const LOG_SHOWN: usize = 1000;

/// A child process; killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    program: PathBuf,
    log: PathBuf,
}

impl Process {
    /// Starts `command` with no environment but a library that is to be loaded first; what it prints
    /// goes to the file `log`.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub(crate) fn start(
        mut command: Command,
        log: &Path,
        preload: Option<&Path>,
    ) -> Result<Self, Failure> {
        let program = PathBuf::from(command.get_program());
        let file = File::create(log).map_err(Failure::file(log))?;
        let copy = file.try_clone().map_err(Failure::file(log))?;
        // Settings in the user's environment would be measured as well.
        command.env_clear();
        if let Some(library) = preload {
            command.env("LD_PRELOAD", library);
        }
        let child = command.stdout(file).stderr(copy).spawn();
        let child = child.map_err(Failure::file(&program))?;
        Ok(Self { child, program, log: log.to_owned() })
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has written its URL to `file`.
    ///
    /// # Errors
    ///
    /// It ends before, or takes too long.
    pub(crate) fn address(&mut self, file: &Path) -> Result<SocketAddr, Failure> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Ok(url) = fs::read_to_string(file) {
                return address(&url);
            }
            if let Some(status) = self.ended()? {
                return Err(self.end(status));
            }
            thread::sleep(Duration::from_micros(200));
        }
        Err(Failure::Slow("a server's start"))
    }

    /// Where it serves relying parties, as its log tells.
    ///
    /// # Errors
    ///
    /// It does not tell in time.
    pub(crate) fn public_address(&self) -> Result<SocketAddr, Failure> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let log = fs::read_to_string(&self.log).map_err(Failure::file(&self.log))?;
            if let Some(address) = log.lines().rev().find_map(public_address) {
                return Ok(address);
            }
            thread::sleep(Duration::from_millis(1));
        }
        Err(Failure::Slow("the public listener's start"))
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    ///
    /// It takes too long, or ends with a failure.
    pub(crate) fn stop(&mut self) -> Result<(), Failure> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // Refused when it has ended already, which is seen below.
            let _sent = kill_process(pid, Signal::TERM);
        }
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            match self.ended()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(self.end(status)),
                None => thread::sleep(Duration::from_millis(1)),
            }
        }
        Err(Failure::Slow("a server's end"))
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child.try_wait().map_err(Failure::io("waiting for a child"))
    }

    fn end(&self, status: ExitStatus) -> Failure {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let shown = log.chars().count().saturating_sub(LOG_SHOWN);
        let log = log.chars().skip(shown).collect::<String>().trim().to_owned();
        Failure::Ended { program: self.program.clone(), status, log }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when it has ended and was waited for.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// The address in the line that tells that the public listener is ready.
fn public_address(line: &str) -> Option<SocketAddr> {
    let (_, told) = line.split_once("public listener ready")?;
    let (_, rest) = told.split_once("http://")?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':');
    rest.get(..end.unwrap_or(rest.len()))?.parse().ok()
}

fn address(url: &str) -> Result<SocketAddr, Failure> {
    let text = url.trim().trim_end_matches('/');
    let text = text.strip_prefix("https://").or(text.strip_prefix("http://")).unwrap_or(text);
    text.parse().map_err(|_error| Failure::Unintelligible {
        what: "a server's address",
        text: url.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_from_a_url() {
        let expected: SocketAddr = "127.0.0.1:8443".parse().unwrap();

        assert_eq!(address("https://127.0.0.1:8443\n").unwrap(), expected);
        assert_eq!(address("https://127.0.0.1:8443/").unwrap(), expected);
        assert!(address("https://127.0.0.1").is_err());
    }

    #[test]
    fn a_program_that_fails_is_told_with_its_log() {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg("echo no such luck; exit 3");
        let mut process = Process::start(command, &directory.path().join("log"), None).unwrap();

        let failure = process.address(&directory.path().join("address")).unwrap_err();

        let text = failure.to_string();
        assert!(text.contains("no such luck") && text.contains('3'), "{text}");
    }

    #[test]
    fn a_dropped_process_is_gone() {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg("while :; do :; done");
        let process = Process::start(command, &directory.path().join("log"), None).unwrap();
        let entry = PathBuf::from(format!("/proc/{}", process.id()));
        assert!(entry.exists());

        drop(process);

        assert!(!entry.exists());
    }
}
