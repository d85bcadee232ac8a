//! What the server says unasked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::{self, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Connection};

/// Where the server's code warns that a commit waits for standbys no longer, although it is done. The
/// text is in the server's language, and its state (01000) is that of every warning.
const WAITING: &str = "SyncRepWaitForLSN";

/// Sends and receives until the connection ends, and sets `unreplicated` when a commit was not waited
/// for. What the connection ends with the client's statements tell.
pub(super) async fn hear<S, T>(mut connection: Connection<S, T>, unreplicated: Arc<AtomicBool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut messages = stream::poll_fn(|context| connection.poll_message(context));
    while let Some(Ok(message)) = messages.next().await {
        let AsyncMessage::Notice(notice) = message else { continue };
        if is_unreplicated(&notice) {
            unreplicated.store(true, Ordering::Relaxed);
            tracing::error!(%notice, "a commit is done without its standby");
        } else {
            tracing::debug!(%notice, "the database says");
        }
    }
}

fn is_unreplicated(notice: &DbError) -> bool {
    notice.routine() == Some(WAITING)
}
