//! A certificate authority outside, played by openssl.

use std::path::Path;
use std::process::Command;

use ledger::Clock;
use ledger::system::SystemClock;
use tempfile::TempDir;
use testkit::TestServer;

/// A root outside, with its key in a directory of its own.
pub(crate) struct Outside {
    directory: TempDir,
}

/// What a certificate made outside is for.
#[derive(Clone, Copy)]
pub(crate) enum Made {
    Authority,
    Leaf,
}

impl Outside {
    /// A new root. Openssl works with the real time, so the server's clock is set to a minute
    /// past it.
    pub(crate) fn new(server: &TestServer) -> Self {
        server.clock.advance(SystemClock.now().as_seconds() + 60 - server.clock.now().as_seconds());
        let directory = tempfile::tempdir().unwrap();
        let outside = Self { directory };
        outside.openssl(&[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
            "-subj",
            "/C=DE/O=Outside/CN=Outside Root",
            "-days",
            "30",
        ]);
        outside
    }

    /// The root's certificate.
    pub(crate) fn root(&self) -> String {
        self.read("root.pem")
    }

    /// A certificate for a certification request.
    pub(crate) fn sign(&self, csr: &str, made: Made) -> String {
        let extensions = match made {
            Made::Authority => {
                "basicConstraints=critical,CA:TRUE,pathlen:0\n\
                 keyUsage=critical,keyCertSign,cRLSign\n\
                 subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            }
            Made::Leaf => "basicConstraints=critical,CA:FALSE\n",
        };
        std::fs::write(self.path("csr.pem"), csr).unwrap();
        std::fs::write(self.path("extensions"), extensions).unwrap();
        self.openssl(&[
            "x509",
            "-req",
            "-in",
            "csr.pem",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-CAcreateserial",
            "-days",
            "20",
            "-sha256",
            "-extfile",
            "extensions",
            "-out",
            "made.pem",
        ]);
        self.read("made.pem")
    }

    /// A key and a certification request of somebody outside; the key as PKCS#8.
    pub(crate) fn request(&self, subject: &str, key: &[&str]) -> (String, String) {
        let mut arguments = vec!["genpkey", "-out", "their.key"];
        arguments.extend(key);
        self.openssl(&arguments);
        self.openssl(&[
            "req",
            "-new",
            "-key",
            "their.key",
            "-out",
            "their.pem",
            "-subj",
            subject,
            "-addext",
            "subjectAltName=DNS:a.example,DNS:b.example",
        ]);
        (self.read("their.pem"), self.read("their.key"))
    }

    fn openssl(&self, arguments: &[&str]) {
        let output =
            Command::new("openssl").args(arguments).current_dir(self.directory.path()).output();
        let output = output.expect("openssl is installed");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments:?}: {complaint}");
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        Path::new(self.directory.path()).join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }
}

/// What openssl prints about a PEM text, for `req` or `x509`.
pub(crate) fn printed(kind: &str, pem: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("in.pem");
    std::fs::write(&path, pem).unwrap();
    let arguments = [kind, "-noout", "-text", "-nameopt", "RFC2253", "-in"];
    let output = Command::new("openssl").args(arguments).arg(&path).output();
    let output = output.expect("openssl is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
