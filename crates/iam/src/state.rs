//! Whether something may be used.

/// Whether an account, project, user or access key may be used.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum State {
    /// It counts as absent for everybody who signs in.
    Disabled,
    /// It may be used.
    #[default]
    Enabled,
}

impl State {
    /// Whether it may be used.
    pub fn is_enabled(self) -> bool {
        self == Self::Enabled
    }
}
