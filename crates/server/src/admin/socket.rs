//! The running server's side of local administration: a socket that its owner and root may use.

use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use zeroize::Zeroizing;

use super::client::reachable;
use super::request::{Answer, Request};
use crate::failure::Failure;
use crate::founding::origin_of;
use crate::installation::Installation;
use crate::stop::Stop;

/// The longest request, in octets.
const REQUEST: u64 = 64 * 1024;
/// How long a request and its answer may take together.
const TIME: Duration = Duration::from_secs(30);
/// Connections at once.
const CONNECTIONS: usize = 16;

/// The socket, listened on. Its file goes when this is dropped.
pub(crate) struct AdminSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl AdminSocket {
    /// Listens in the installation's directory, whose lock the caller holds: what lies there
    /// already was left by a process that is gone.
    pub(crate) fn bind(installation: &Installation) -> Result<Self, Failure> {
        let path = installation.directory.admin_socket();
        let failed = |cause| Failure::File { act: "listen on", path: path.clone(), cause };
        match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(failed(cause)),
            _ => {}
        }
        let (name, _folder) = reachable(&path).map_err(failed)?;
        let listener = UnixListener::bind(name).map_err(failed)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
        Ok(Self { listener, path })
    }

    /// Answers until `stop` turns true.
    pub(crate) async fn serve(self, installation: Arc<Installation>, mut stop: Stop) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let accepted = tokio::select! {
                () = stop.given() => break,
                accepted = self.listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
            let (installation, place) = (Arc::clone(&installation), Arc::new(place));
            tokio::spawn(async move {
                let conversation = converse(stream, &installation, &place);
                if tokio::time::timeout(TIME, conversation).await.is_err() {
                    tracing::warn!("an administrative request took too long");
                }
            });
        }
        drop(self);
        // What was begun is finished.
        let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(TIME, places.acquire_many(all)).await;
    }
}

impl Drop for AdminSocket {
    fn drop(&mut self) {
        // A file that stays behind is removed by the next server.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// One request, one answer. What was begun goes on to its end, in its place, also when the time for
/// the answer is over: a rotation that stopped between two of its steps would leave this process
/// with other keys than the database's.
async fn converse(
    stream: UnixStream,
    installation: &Arc<Installation>,
    place: &Arc<OwnedSemaphorePermit>,
) {
    let Ok(peer) = rustix::net::sockopt::socket_peercred(stream.as_fd()) else { return };
    let uid = peer.uid.as_raw();
    if uid != rustix::process::geteuid().as_raw() && !peer.uid.is_root() {
        tracing::warn!(uid, "an administrative request by another user was refused");
        return;
    }
    let (reader, mut writer) = stream.into_split();
    let mut line = Zeroizing::new(Vec::new());
    let mut reader = BufReader::new(reader.take(REQUEST));
    if reader.read_until(b'\n', &mut line).await.is_err() || line.last() != Some(&b'\n') {
        return;
    }
    let answer = match serde_json::from_slice::<Request>(&line) {
        Ok(request) => {
            let origin = origin_of(installation, uid);
            let request_id = origin.request_id.clone();
            let (own, place) = (Arc::clone(installation), Arc::clone(place));
            let act = tokio::spawn(async move {
                let done = own.act(request, origin).await;
                drop(place);
                done
            });
            let ended = act.await.unwrap_or_else(|error| {
                Err(Failure::internal("an administrative request ended before its time", error))
            });
            ended.unwrap_or_else(|failure| {
                if matches!(failure, Failure::Internal { .. } | Failure::Database { .. }) {
                    tracing::error!(request_id, error = %failure, "an administrative request failed");
                }
                failure.into()
            })
        }
        Err(error) => Answer::Refused {
            error: format!("the server does not understand the request: {error}"),
            hint: "the command and the server may be of different releases".to_owned(),
        },
    };
    if let Ok(text) = serde_json::to_vec(&answer).map(Zeroizing::new) {
        // A client that has gone does not need the answer.
        let _ = writer.write_all(&text).await;
        let _ = writer.write_all(b"\n").await;
        let _ = writer.shutdown().await;
    }
}
