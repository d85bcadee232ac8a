//! The master key from an open file descriptor, as a supervisor hands it over.

use std::fs::File;

use super::file::read_line;
use super::{MasterKey, MasterKeyError};

impl MasterKey {
    /// The key that stands in the open file descriptor `number`: a pipe, or a file from its start.
    ///
    /// Permissions are not looked at: whoever opened it has decided.
    ///
    /// # Errors
    ///
    /// [`MasterKeyError::Unreadable`] if the descriptor is not open for reading,
    /// [`MasterKeyError::Malformed`] if the text form does not stand there.
    pub fn from_descriptor(number: u32) -> Result<Self, MasterKeyError> {
        let origin = || format!("the file descriptor {number}");
        // The name of the descriptor gives it without taking it over, which only unsafe code may.
        File::open(format!("/dev/fd/{number}"))
            .and_then(read_line)
            .map_err(|source| MasterKeyError::Unreadable { origin: origin(), source })
            .and_then(|text| Self::from_text(&text, origin))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write, pipe};
    use std::os::fd::AsRawFd;

    use super::*;

    fn number(descriptor: &impl AsRawFd) -> u32 {
        u32::try_from(descriptor.as_raw_fd()).unwrap()
    }

    #[test]
    fn a_pipe_gives_its_key_while_its_writer_stays_open() {
        let (reader, mut writer) = pipe().unwrap();
        writer.write_all(format!("{}\n", "0f".repeat(32)).as_bytes()).unwrap();

        let key = MasterKey::from_descriptor(number(&reader)).ok().unwrap();

        assert_eq!(key.0, [0x0f; 32]);
        drop(writer);
    }

    #[test]
    fn a_file_gives_its_key() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all("0f".repeat(32).as_bytes()).unwrap();
        file.rewind().unwrap();

        let key = MasterKey::from_descriptor(number(&file)).ok().unwrap();

        assert_eq!(key.0, [0x0f; 32]);
    }

    #[test]
    fn a_closed_descriptor_is_refused_by_its_number() {
        let error = MasterKey::from_descriptor(987_654).err().unwrap();

        assert!(matches!(error, MasterKeyError::Unreadable { .. }));
        assert!(error.to_string().contains("987654"));
    }
}
