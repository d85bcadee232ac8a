//! What the kernel counts of a process, from `/proc`.

use std::fs;
use std::time::Duration;

use crate::failure::Failure;

/// The processor time that a process has used, in and out of the kernel.
pub(crate) fn processor_time(process: u32) -> Option<Duration> {
    let ticks = ticks(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)?;
    let per_second = rustix::param::clock_ticks_per_second();
    Some(Duration::from_secs_f64(ticks as f64 / per_second as f64))
}

/// The memory that a process holds, in octets.
pub(crate) fn resident_memory(process: u32) -> Option<u64> {
    memory(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, "VmRSS:")
}

/// The most memory that a process holds from a moment on.
pub(crate) struct PeakMemory {
    process: u32,
    before: u64,
}

impl PeakMemory {
    /// Lets the peak begin anew from what is held now (proc_pid_clear_refs(5)).
    ///
    /// # Errors
    ///
    /// The process is not there, or another user's.
    pub(crate) fn from_now(process: u32) -> Result<Self, Failure> {
        let file = format!("/proc/{process}/clear_refs");
        fs::write(&file, "5").map_err(Failure::io(file))?;
        let before = Self::peak(process)?;
        Ok(Self { process, before })
    }

    /// How many octets more than at that moment it held at most.
    ///
    /// # Errors
    ///
    /// The process is not there any more.
    pub(crate) fn more(&self) -> Result<u64, Failure> {
        Ok(Self::peak(self.process)?.saturating_sub(self.before))
    }

    fn peak(process: u32) -> Result<u64, Failure> {
        let file = format!("/proc/{process}/status");
        let status = fs::read_to_string(&file).map_err(Failure::io(file))?;
        memory(&status, "VmHWM:").ok_or(Failure::Slow("reading /proc"))
    }
}

/// proc_pid_stat(5): after the name, which may contain anything, utime and stime are the 12th and
/// 13th field.
fn ticks(stat: &str) -> Option<u64> {
    let (_name, fields) = stat.rsplit_once(')')?;
    let mut times = fields.split_whitespace().skip(11);
    let user: u64 = times.next()?.parse().ok()?;
    let system: u64 = times.next()?.parse().ok()?;
    user.checked_add(system)
}

/// proc_pid_status(5): `VmRSS:    1234 kB`, of 1024 octets each.
fn memory(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use std::process;

    use super::*;

    #[test]
    fn user_and_system_time_are_added_whatever_the_process_is_called() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194560 1 2 3 4 150 50 0 0 20 0";

        assert_eq!(ticks(stat), Some(200));
        assert_eq!(ticks("7 (short) S 1"), None);
    }

    #[test]
    fn resident_memory_is_given_in_octets() {
        let status = "Name:\tcinnabar\nVmPeak:\t 9 kB\nVmRSS:\t   12 kB\n";

        assert_eq!(memory(status, "VmRSS:"), Some(12_288));
        assert_eq!(memory("Name:\tkthread\n", "VmRSS:"), None);
    }

    #[test]
    fn this_process_has_memory_and_has_run() {
        assert!(resident_memory(process::id()).unwrap() > 100_000);
        assert!(processor_time(process::id()).is_some());
    }
}
