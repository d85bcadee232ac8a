//! The command's side of local administration.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use zeroize::Zeroizing;

use super::request::{Answer, Request};
use super::session::Session;
use crate::configuration::Decided;
use crate::directory::DataDirectory;
use crate::failure::Failure;

/// How long the server may take to answer.
const TIME: Duration = Duration::from_secs(35);
/// The longest answer, in octets.
const ANSWER: u64 = 64 * 1024 * 1024;
/// The longest name of a socket, in octets (`sockaddr_un`, with its closing zero).
const SOCKET_NAME: usize = 107;

/// Has the running server do it, or does it here when none runs.
pub(crate) async fn ask(request: Request, decided: &Decided) -> Result<Answer, Failure> {
    let mut session = Session::begin(decided).await?;
    let answer = session.ask(request).await;
    session.end().await;
    answer
}

/// A connection to the server, if one runs.
pub(super) async fn connect(directory: &DataDirectory) -> Option<UnixStream> {
    let (name, _folder) = reachable(&directory.admin_socket()).ok()?;
    UnixStream::connect(name).await.ok()
}

/// One request, one answer.
pub(super) async fn converse(mut stream: UnixStream, request: &Request) -> Result<Answer, Failure> {
    let failed = |cause: String| Failure::Administration(cause);
    let mut line = serde_json::to_vec(request)
        .map_err(|error| Failure::internal("cannot write the request", error))?;
    line.push(b'\n');
    let mut answer = Zeroizing::new(Vec::new());
    let conversation = async {
        stream.write_all(&line).await?;
        stream.take(ANSWER).read_to_end(&mut answer).await
    };
    match tokio::time::timeout(TIME, conversation).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(failed(error.to_string())),
        Err(_) => return Err(failed(format!("nothing came within {} s", TIME.as_secs()))),
    }
    if answer.is_empty() {
        return Err(failed("it closed the connection".to_owned()));
    }
    serde_json::from_slice(&answer).map_err(|error| failed(error.to_string()))
}

/// A name for the socket at `path` that is short enough. A long one is reached through its folder,
/// which must stay open while the name is used.
pub(super) fn reachable(path: &Path) -> io::Result<(PathBuf, Option<File>)> {
    if path.as_os_str().len() <= SOCKET_NAME {
        return Ok((path.to_owned(), None));
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let folder = File::open(folder)?;
    let short = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd())).join(name);
    Ok((short, Some(folder)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::{UnixListener, UnixStream};

    use super::*;

    #[test]
    fn a_socket_with_a_long_path_is_reachable() {
        let home = tempfile::tempdir().unwrap();
        let deep = home.path().join("a".repeat(100)).join("b".repeat(100));
        std::fs::create_dir_all(&deep).unwrap();
        let (name, _folder) = reachable(&deep.join("admin.sock")).unwrap();
        let _listener = UnixListener::bind(&name).unwrap();

        let (again, _folder) = reachable(&deep.join("admin.sock")).unwrap();

        assert!(UnixStream::connect(again).is_ok());
        assert!(deep.join("admin.sock").exists());
    }
}
