//! TLS of a server.

use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};
use std::{fs, thread};

use crate::{Cluster, unprivileged};

/// Whom a server lets in that wants everybody to come encrypted, but for its own user over the socket.
const ENCRYPTED_ONLY: &str = "
local   all all           trust
hostssl all all 0.0.0.0/0 scram-sha-256
";

/// How long a server may take to read its settings again.
const PATIENCE: Duration = Duration::from_secs(20);

impl Cluster {
    /// Lets nobody in over TCP but with TLS, with this certificate and its key, both in PEM, from now on.
    /// Whether that is so: some programs are built without TLS.
    pub fn encrypt(&self, certificate: &str, key: &str) -> bool {
        let data = self.path().join("data");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let path = data.join(name);
            fs::write(&path, text).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a file");
            unprivileged::give(&path);
        }
        let told = self.try_run("postgres", "ALTER SYSTEM SET ssl = on");
        if let Err(refused) = told {
            let why = refused.as_db_error().map_or("", |told| told.message());
            assert!(why.contains("not supported by this build"), "{refused}: {why}");
            return false;
        }
        fs::write(data.join("pg_hba.conf"), ENCRYPTED_ONLY).expect("a file");
        self.run("SELECT pg_reload_conf()");
        let until = Instant::now() + PATIENCE;
        while self.run("SHOW ssl").as_deref() != Some("on") {
            assert!(Instant::now() < until, "the server does not encrypt\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
        true
    }
}
