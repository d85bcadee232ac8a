//! A server that runs, and does not outlive the process that started it.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use rustix::process::{Pid, Signal, kill_process};

use crate::Programs;
use crate::unprivileged::demote;

/// Starts the server and waits for the end of its own input: that comes when whoever started it ends
/// or lets it go. Then it ends the server and removes its directory. A line of input says that both
/// are taken care of.
const WATCH: &str = r#"
directory=$1; shift
trap '' INT TERM HUP
"$@" </dev/null >>"$directory/log" 2>&1 &
server=$!
if read -r _; then wait "$server"; exit; fi
kill -INT "$server" 2>/dev/null
(sleep 10; kill -KILL "$server" 2>/dev/null) &
wait "$server"
rm -rf "$directory"
"#;

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that runs.
pub(crate) struct Running {
    watch: Child,
}

impl Running {
    /// Starts a server over `data` in `directory`.
    pub(crate) fn start(programs: &Programs, directory: &Path, arguments: &[String]) -> Self {
        let mut watch = Command::new("sh");
        watch.args(["-c", WATCH, "sh"]).arg(directory).arg(programs.directory.join("postgres"));
        watch.arg("-D").arg(directory.join("data")).args(arguments);
        watch.env("LC_ALL", "C").current_dir(directory).stdin(Stdio::piped());
        // A terminal's interrupt is for the tests: the server's end comes from theirs.
        watch.process_group(0);
        demote(&mut watch);
        Self { watch: watch.spawn().expect("a shell") }
    }

    /// The server's first process, once it has written its number down.
    pub(crate) fn postmaster(directory: &Path) -> Option<Pid> {
        let noted = fs::read_to_string(directory.join("data/postmaster.pid")).ok()?;
        Pid::from_raw(noted.lines().next()?.parse().ok()?)
    }

    /// Sends a signal to every process of the server.
    pub(crate) fn signal_all(directory: &Path, signal: Signal) {
        let postmaster = Self::postmaster(directory).expect("a server that runs");
        // The first one before the others, so that it makes no new ones.
        let _gone = kill_process(postmaster, signal);
        for child in children(postmaster) {
            let _gone = kill_process(child, signal);
        }
    }

    /// Sends a signal to the first process alone.
    pub(crate) fn signal_postmaster(directory: &Path, signal: Signal) {
        let postmaster = Self::postmaster(directory).expect("a server that runs");
        let _gone = kill_process(postmaster, signal);
    }

    /// Waits until the server is dead that was killed, and ends the watch.
    pub(crate) fn bury(mut self) {
        let told = self.watch.stdin.take().map(|mut input| input.write_all(b"dead\n"));
        told.expect("an input").expect("a watch that listens");
        self.wait();
    }

    fn wait(&mut self) {
        let until = Instant::now() + PATIENCE;
        while matches!(self.watch.try_wait(), Ok(None)) {
            assert!(Instant::now() < until, "the server does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The end of its input.
        if self.watch.stdin.take().is_some() && !thread::panicking() {
            self.wait();
        }
    }
}

/// The processes that `parent` has started.
fn children(parent: Pid) -> Vec<Pid> {
    let parent = parent.as_raw_nonzero().to_string();
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let is_child = |stat: &str| {
        // The name, in parentheses, can have spaces; the state and the parent come after it.
        let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
        after.split(' ').nth(1) == Some(&parent)
    };
    processes
        .flatten()
        .filter_map(|process| {
            let number = process.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(process.path().join("stat")).ok()?;
            is_child(&stat).then(|| Pid::from_raw(number))?
        })
        .collect()
}
