//! Running the `openssl` command.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

/// What a command wrote, and whether it succeeded.
pub(crate) struct Answer {
    pub(crate) success: bool,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

/// Runs `openssl` with `input` as its standard input.
pub(crate) fn openssl(arguments: &[&str], input: &[u8]) -> Answer {
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the openssl command is there");
    let mut stdin = child.stdin.take().unwrap();
    // A command that fails early may not read all of it.
    let _ = stdin.write_all(input);
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Answer {
        success: output.status.success(),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// As [`openssl`], where failing is the test's failure.
pub(crate) fn openssl_succeeds(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let answer = openssl(arguments, input);
    assert!(answer.success, "openssl {arguments:?}: {}", answer.stderr);
    answer.stdout
}

/// As [`openssl_succeeds`], for text.
pub(crate) fn openssl_text(arguments: &[&str], input: &[u8]) -> String {
    String::from_utf8(openssl_succeeds(arguments, input)).unwrap()
}

/// A directory that goes away with the test.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// Writes a file and tells its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.0.path()).join(name)
    }
}
