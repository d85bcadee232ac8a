//! How a database is opened.

/// When a commit counts as written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Synchronous {
    /// When the disk has it: it survives a power cut.
    #[default]
    Full,
    /// When the operating system has it. Exists so that the power-cut test can show that it would
    /// notice; release builds do not have it.
    #[cfg(debug_assertions)]
    Off,
}

/// How a database is opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// When a commit counts as written.
    pub synchronous: Synchronous,
    /// How many connections serve point reads; at least one. One for each thread that answers
    /// requests is enough, since a point read never waits inside.
    pub readers: usize,
}

impl Default for Options {
    fn default() -> Self {
        let readers = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 16);
        Self { synchronous: Synchronous::Full, readers }
    }
}
