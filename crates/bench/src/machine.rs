//! What it is measured on.

use std::fmt;
use std::fs;
use std::num::NonZero;
use std::thread;

use serde::Serialize;

/// A machine, as far as it explains the figures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    /// How many processors this process may use.
    pub(crate) cores: usize,
    /// The processor's name as the kernel tells it.
    pub(crate) model: String,
}

impl Machine {
    /// This machine.
    pub(crate) fn this() -> Self {
        let model = fs::read_to_string("/proc/cpuinfo").ok().as_deref().and_then(model);
        Self { cores: cores(), model: model.unwrap_or_else(|| "unknown processor".to_owned()) }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cores, {}", self.cores, self.model)
    }
}

/// How many processors this process may use.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

fn model(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_is_the_first_processors() {
        let cpuinfo = "processor\t: 0\nmodel name\t: Fast One\n\nprocessor\t: 1\nmodel name\t: B\n";

        assert_eq!(model(cpuinfo).as_deref(), Some("Fast One"));
        assert_eq!(model("processor\t: 0\n"), None);
    }
}
