//! All that a database holds, table by table, the same in a file and on a server.
//!
//! A [`Snapshot`] reads rows in the order of their keys, in a form that does not depend on the engine;
//! a [`Target`] is an empty database that takes them. Copies, backups, restores and checks are made of
//! these two. Everything here blocks: not for a thread of a runtime.

mod copy;
mod digest;
mod encoded;
mod error;
pub(crate) mod filling;
mod place;
mod postgres_form;
mod read;
mod snapshot;
mod tables;
mod target;
#[cfg(test)]
mod tests;
pub(crate) mod unfinished;

pub use copy::{Progress, Step, copy};
pub use digest::Digest;
pub use encoded::{Cell, MalformedRow, cells, encode};
pub use error::ContentsError;
pub use place::Place;
pub use snapshot::Snapshot;
pub use tables::Table;
pub use target::{Beginning, Completeness, Target};

pub(crate) use tables::Kind;
