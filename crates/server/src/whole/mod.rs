//! Databases as a whole: copied, backed up, restored, checked.

mod backup;
mod check;
mod copy;
mod failed;
mod passphrase;
mod place;
mod progress;
mod restore;

pub(crate) use backup::backup;
pub(crate) use check::check;
pub(crate) use copy::copy;
pub(crate) use restore::restore;

use self::failed::failed;
use self::passphrase::{Asked, passphrase};
use self::place::{DatabaseLock, place_of};
use self::progress::Shown;
use crate::failure::Failure;

/// Does what takes long on a thread of its own, so that signals are heard meanwhile.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::internal("the work ended before its time", error))?
}
