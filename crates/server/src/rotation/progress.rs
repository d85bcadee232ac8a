//! How far the sealing in the background is.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What others see of it. Clones see the same.
#[derive(Debug, Default)]
pub(crate) struct Progress(Mutex<State>);

/// How far it is.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// It has not begun.
    #[default]
    Idle,
    /// So many blobs of so many.
    Running {
        /// Sealed again.
        done: u64,
        /// All.
        all: u64,
    },
    /// All of them.
    Finished {
        /// How many.
        blobs: u64,
    },
    /// It stopped before the end.
    Failed {
        /// Why.
        error: String,
        /// What to do about it.
        hint: String,
    },
}

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    is_to_stop: bool,
}

impl Progress {
    /// How far it is now.
    pub(crate) fn stage(&self) -> Stage {
        self.lock().stage.clone()
    }

    /// Whether it has begun and not ended.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.lock().stage, Stage::Running { .. })
    }

    /// Whether it should end.
    pub(super) fn is_to_stop(&self) -> bool {
        self.lock().is_to_stop
    }

    /// It begins.
    pub(super) fn begin(&self) {
        self.lock().stage = Stage::Running { done: 0, all: 0 };
    }

    /// `left` blobs are there to be sealed again, beside those that are.
    pub(super) fn found(&self, left: u64) {
        if let Stage::Running { done, all } = &mut self.lock().stage {
            *all = done.saturating_add(left);
        }
    }

    /// More blobs are sealed again.
    pub(super) fn sealed(&self, blobs: usize) {
        if let Stage::Running { done, all } = &mut self.lock().stage {
            *done = done.saturating_add(blobs as u64);
            *all = (*all).max(*done);
        }
    }

    /// It has ended.
    pub(super) fn end(&self, ended: Result<(), Failure>) {
        let mut state = self.lock();
        let blobs = match state.stage {
            Stage::Running { done, .. } => done,
            _ => 0,
        };
        state.stage = match ended {
            Ok(()) => Stage::Finished { blobs },
            Err(failure) => Stage::Failed { error: failure.to_string(), hint: failure.hint() },
        };
    }

    /// It should end.
    pub(super) fn stop(&self) {
        self.lock().is_to_stop = true;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
