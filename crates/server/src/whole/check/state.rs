//! How far a check is, kept in a file so that it can go on.

use std::io::ErrorKind;
use std::path::Path;

use ledger::Timestamp;
use serde::{Deserialize, Serialize};
use store::SealedColumn;

use crate::failure::Failure;

/// A part of a check, in their order.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part {
    /// The tables of a file and their indexes.
    #[default]
    Tables,
    /// What the database is asked.
    Claims,
    /// Certificates of authorities.
    Authorities,
    /// Certificates of others.
    Certificates,
    /// Certificates of OCSP responders.
    Responders,
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
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct State {
    /// What tells the database from others.
    origin: String,
    /// The last step of its tables.
    step: i64,
    /// When the check began, UTC milliseconds.
    since: i64,
    part: Part,
    after: String,
    /// How many rows were looked at.
    pub(super) looked: u64,
    /// How many faults there were.
    pub(super) faults: u64,
}

impl State {
    /// The beginning of a check of `origin` with tables of `step`.
    pub(super) fn beginning(origin: String, step: i64, now: Timestamp) -> Self {
        let since = now.as_millis();
        Self {
            origin,
            step,
            since,
            part: Part::default(),
            after: String::new(),
            looked: 0,
            faults: 0,
        }
    }

    /// Reads how far the check was that began as `beginning` says; `None` without a file.
    ///
    /// # Errors
    ///
    /// When the file is none of a check, or one of another database or release.
    pub(super) fn read(path: &Path, beginning: &Self) -> Result<Option<Self>, Failure> {
        let text = match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|cause| failed("read", path, cause))?,
        };
        let refused = |what: &str| Failure::Invalid {
            problem: format!("{} {what}", path.display()),
            hint: "start from the beginning: leave out --resume",
        };
        let read: Self = serde_json::from_slice(&text)
            .map_err(|_| refused("does not say how far a check was"))?;
        if read.origin != beginning.origin {
            return Err(refused(
                "is of the check of another database, or of this one under another master key",
            ));
        }
        if read.step != beginning.step {
            return Err(refused("is of a check by another release, whose tables were others"));
        }
        Ok(Some(read))
    }

    /// When it began.
    pub(super) fn since(&self) -> Timestamp {
        Timestamp::from_millis(self.since)
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

    fn beginning(origin: &str, step: i64) -> State {
        State::beginning(origin.to_owned(), step, Timestamp::from_millis(7))
    }

    #[test]
    fn a_check_goes_on_after_the_row_that_it_reached() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let mut state = beginning("one", 5);
        state.reach(Part::Certificates, "b", 5, 2);
        state.keep(&path).unwrap();

        let read = State::read(&path, &beginning("one", 5)).unwrap().unwrap();

        assert_eq!(read.reached(Part::Claims), None);
        assert_eq!(read.reached(Part::Certificates).as_deref(), Some("b"));
        assert_eq!(read.reached(Part::Crls).as_deref(), Some(""));
        assert_eq!((read.looked, read.faults), (5, 2));
        assert_eq!(read.since(), Timestamp::from_millis(7));
    }

    #[test]
    fn a_check_of_another_database_or_by_another_release_does_not_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        beginning("one", 5).keep(&path).unwrap();

        for (other, text) in
            [(beginning("two", 5), "another database"), (beginning("one", 6), "release")]
        {
            let refused = State::read(&path, &other).unwrap_err().to_string();
            assert!(refused.contains(text), "{refused}");
        }
    }

    #[test]
    fn another_file_is_refused_and_none_is_the_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let begun = beginning("one", 5);
        assert!(State::read(&path, &begun).unwrap().is_none());
        assert_eq!(begun.reached(Part::Tables).as_deref(), Some(""));

        std::fs::write(&path, "x").unwrap();

        assert!(State::read(&path, &begun).is_err());
    }
}
