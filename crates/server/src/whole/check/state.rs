//! How far a check is, kept in a file so that it can go on.

use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};
use store::SealedColumn;

use crate::failure::Failure;

/// A part of a check, in their order.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// What the database is asked.
    #[default]
    Claims,
    /// Certificates of authorities.
    Authorities,
    /// Certificates of others.
    Certificates,
    /// Secrets of access keys.
    AccessKeys,
    /// Private keys.
    Keys,
    /// Secrets of temporary access keys.
    TemporaryKeys,
    /// CRLs.
    Crls,
}

impl Part {
    pub(super) fn of(column: SealedColumn) -> Self {
        match column {
            SealedColumn::AccessKeys => Self::AccessKeys,
            SealedColumn::Keys => Self::Keys,
            SealedColumn::TemporaryKeys => Self::TemporaryKeys,
        }
    }
}

/// How far a check is.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct State {
    part: Part,
    after: String,
    /// How many rows were looked at.
    pub(super) looked: u64,
    /// How many faults there were.
    pub(super) faults: u64,
}

impl State {
    /// Reads it; without a file it is the beginning.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            read => read.map_err(|cause| failed("read", path, cause))?,
        };
        serde_json::from_slice(&text).map_err(|_| Failure::Invalid {
            problem: format!("{} does not say how far a check was", path.display()),
            hint: "start from the beginning: leave out --resume",
        })
    }

    /// After which row of a part to go on; `None` is not at all.
    pub(super) fn reached(&self, part: Part) -> Option<String> {
        match self.part.cmp(&part) {
            std::cmp::Ordering::Less => Some(String::new()),
            std::cmp::Ordering::Equal => Some(self.after.clone()),
            std::cmp::Ordering::Greater => None,
        }
    }

    pub(super) fn reach(&mut self, part: Part, after: &str, rows: usize, faults: u64) {
        self.part = part;
        after.clone_into(&mut self.after);
        self.looked += rows as u64;
        self.faults = faults;
    }

    /// Keeps it, whole or as it was.
    pub(super) fn keep(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_vec(self)
            .map_err(|error| Failure::internal("cannot write how far the check is", error))?;
        let mut draft = path.as_os_str().to_owned();
        draft.push(".new");
        std::fs::write(&draft, text)
            .and_then(|()| std::fs::rename(&draft, path))
            .map_err(|cause| failed("write", path, cause))
    }

    /// Nothing is left to go on with.
    pub(super) fn forget(path: &Path) -> Result<(), Failure> {
        match std::fs::remove_file(path) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => Err(failed("remove", path, cause)),
            _ => Ok(()),
        }
    }
}

fn failed(act: &'static str, path: &Path, cause: std::io::Error) -> Failure {
    Failure::File { act, path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_goes_on_after_the_row_that_it_reached() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let mut state = State::default();
        state.reach(Part::Certificates, "b", 5, 2);
        state.keep(&path).unwrap();

        let read = State::read(&path).unwrap();

        assert_eq!(read.reached(Part::Claims), None);
        assert_eq!(read.reached(Part::Certificates).as_deref(), Some("b"));
        assert_eq!(read.reached(Part::Crls).as_deref(), Some(""));
        assert_eq!((read.looked, read.faults), (5, 2));
    }

    #[test]
    fn another_file_is_refused_and_none_is_the_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        assert_eq!(State::read(&path).unwrap().reached(Part::Claims).as_deref(), Some(""));

        std::fs::write(&path, "x").unwrap();

        assert!(State::read(&path).is_err());
    }
}
