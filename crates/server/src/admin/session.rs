//! Several acts one after the other: by the running server, or by this process, which holds the data
//! directory meanwhile.

use std::time::Duration;

use tokio::net::UnixStream;

use super::client::{connect, converse};
use super::request::{Answer, Request};
use crate::configuration::Decided;
use crate::directory::DataDirectory;
use crate::failure::Failure;
use crate::founding;
use crate::installation::{self, Installation};

/// How often a directory that is locked and whose server does not listen yet is tried again.
const ATTEMPTS: u32 = 50;
/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

/// Who acts.
pub(crate) enum Session {
    /// This process.
    Here(Box<Installation>),
    /// The running server, and a connection to it that was not used yet.
    Server(DataDirectory, Option<UnixStream>),
}

impl Session {
    /// Finds out who acts.
    pub(crate) async fn begin(decided: &Decided) -> Result<Self, Failure> {
        let directory = DataDirectory::existing(&decided.data_dir)?;
        let mut attempt = 0;
        loop {
            if let Some(stream) = connect(&directory).await {
                return Ok(Self::Server(directory, Some(stream)));
            }
            match installation::existing(decided).await {
                // A server that is starting, or about to end.
                Err(Failure::DirectoryLocked { .. }) if attempt < ATTEMPTS => attempt += 1,
                Err(failure) => return Err(failure),
                Ok(installation) => return Ok(Self::Here(Box::new(installation))),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Has it done.
    pub(crate) async fn ask(&mut self, request: Request) -> Result<Answer, Failure> {
        match self {
            Self::Here(installation) => {
                let origin = founding::origin(installation);
                installation.act(request, origin).await
            }
            Self::Server(directory, stream) => {
                let stream = match stream.take() {
                    Some(stream) => stream,
                    None => connect(directory).await.ok_or_else(|| {
                        Failure::Administration("it has ended in between".to_owned())
                    })?,
                };
                match converse(stream, &request).await? {
                    Answer::Refused { error, hint } => Err(Failure::Refused { error, hint }),
                    answer => Ok(answer),
                }
            }
        }
    }

    /// Lets the data directory go.
    pub(crate) async fn end(self) {
        if let Self::Here(installation) = self {
            installation.rotation.stop().await;
            installation.database.close();
        }
    }
}
