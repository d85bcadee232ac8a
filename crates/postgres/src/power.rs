//! What can happen to a server: it is killed, it hangs, another one takes its place.

use std::process::Command;

use rustix::process::Signal;

use crate::running::Running;
use crate::{Cluster, Programs, unprivileged};

impl Cluster {
    /// Kills every process of the server at once, as `kill -9` does. What was committed is on its
    /// disk; [`Self::restart`] starts it again.
    pub fn kill(&self) {
        let running = self.running().take().expect("a server that runs");
        Running::signal_all(self.path(), Signal::KILL);
        running.bury();
    }

    /// Ends the server in order, with its clients cut off.
    pub fn stop(&self) {
        let running = self.running().take().expect("a server that runs");
        Running::signal_postmaster(self.path(), Signal::INT);
        running.bury();
    }

    /// Starts the server that was killed or stopped, under the same address.
    pub fn restart(&self) {
        self.power_on();
    }

    /// Lets every process of the server stand still: connections stay, and nothing answers.
    pub fn pause(&self) {
        Running::signal_all(self.path(), Signal::STOP);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        Running::signal_all(self.path(), Signal::CONT);
    }

    /// A standby of this server, `pg_basebackup`'s copy, which follows it under the name `standby`.
    pub fn standby(&self) -> Self {
        let directory = unprivileged::directory();
        let mut copy: Command = Programs::of_this_machine().command("pg_basebackup");
        copy.arg("-D").arg(directory.path().join("data")).current_dir(directory.path());
        copy.args(["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast"]);
        copy.args(["--no-sync", "--dbname", &self.url("postgres")]);
        unprivileged::demote(&mut copy);
        let done = copy.output().expect("pg_basebackup");
        assert!(done.status.success(), "copy: {}", String::from_utf8_lossy(&done.stderr));
        let (password, durability) = self.heritage();
        Self::over(directory, password, durability, vec!["cluster_name=standby".to_owned()])
    }

    /// Lets commits wait until the standby has them on its disk, from now on.
    pub fn require_standby(&self) {
        self.run("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
        self.run("SELECT pg_reload_conf()");
    }

    /// Makes of a standby a server that writes.
    pub fn promote(&self) {
        // What it was told to require of a standby of its own is not meant for it.
        self.run("ALTER SYSTEM RESET synchronous_standby_names");
        self.run("SELECT pg_reload_conf()");
        let done = self.run("SELECT pg_promote(true, 60)");
        assert_eq!(done.as_deref(), Some("t"), "{}", self.log());
    }
}
