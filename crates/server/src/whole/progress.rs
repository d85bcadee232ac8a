//! How far it is: a bar on a terminal, else a line now and then, on standard error.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Between two lines where there is no terminal.
const LINE: Duration = Duration::from_secs(5);
/// Rate and remaining time are those of the whole.
const FORM: &str = "{msg:32} {bar:30} {human_pos} of {human_len} ({per_sec}, {eta} left)";

/// What is shown of some work.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
    told: Instant,
    step: String,
}

impl Shown {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            // The form is right, or the usual one is shown.
            if let Ok(style) = ProgressStyle::with_template(FORM) {
                bar.set_style(style);
            }
            bar
        });
        Self { bar, told: Instant::now(), step: String::new() }
    }

    /// So much of all of a step is done.
    pub(super) fn at(&mut self, step: &str, done: u64, all: u64) {
        match &self.bar {
            Some(bar) => {
                if self.step != step {
                    bar.set_message(step.to_owned());
                    step.clone_into(&mut self.step);
                }
                bar.set_length(all);
                bar.set_position(done);
            }
            None if self.told.elapsed() >= LINE => {
                self.told = Instant::now();
                let _ = writeln!(std::io::stderr().lock(), "{step}: {done} of {all}");
            }
            None => {}
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
