//! Zip archives (APPNOTE.TXT 4.3) of a few small files, stored as they are.
//!
//! Stored, since a key does not shrink and a certificate hardly; written here, since a writer for
//! every archive leaves copies of the keys in buffers that grew.

use zeroize::Zeroizing;

/// The CRC-32 of zip (ISO 3309), reflected.
const CRC_TABLE: [u32; 256] = crc_table();

/// 1 January 1980, the first day that can be told: no clock of ours shows.
const DATE: u16 = 1 << 5 | 1;

/// Version 2.0 is needed to extract; made on Unix (3), so that the permissions below count.
const VERSION_NEEDED: u16 = 20;
const MADE_BY: u16 = 3 << 8 | 20;

/// A regular file that its owner alone may read and write.
const ATTRIBUTES: u32 = 0o100_600 << 16;

/// The octets of a local file header and of a central one without the name, and of the end record.
const LOCAL: usize = 30;
const CENTRAL: usize = 46;
const END: usize = 22;

/// Files to pack, in order.
#[derive(Debug, Default)]
pub struct Archive {
    files: Vec<(&'static str, Zeroizing<Vec<u8>>)>,
}

/// The files are too large or too many for a plain zip archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much for one archive")]
pub struct ArchiveError;

impl Archive {
    /// Adds a file.
    #[must_use]
    pub fn with(mut self, name: &'static str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((name, Zeroizing::new(content.into())));
        self
    }

    /// The archive; the same octets for the same files.
    ///
    /// # Errors
    /// [`ArchiveError`] from 4 GiB or 65,536 files on.
    pub fn into_bytes(self) -> Result<Zeroizing<Vec<u8>>, ArchiveError> {
        let of_one = |(name, content): &(&str, Zeroizing<Vec<u8>>)| {
            LOCAL + CENTRAL + 2 * name.len() + content.len()
        };
        let octets = END + self.files.iter().map(of_one).sum::<usize>();
        let mut out = Zeroizing::new(Vec::with_capacity(octets));
        let mut directory = Vec::new();
        for (name, content) in &self.files {
            let start = u32::try_from(out.len()).map_err(|_| ArchiveError)?;
            let common = common_part(name, content)?;
            out.extend(0x0403_4b50_u32.to_le_bytes());
            out.extend(&common);
            out.extend(name.as_bytes());
            out.extend(content.iter());

            directory.extend(0x0201_4b50_u32.to_le_bytes());
            directory.extend(MADE_BY.to_le_bytes());
            directory.extend(&common);
            // Comment, disk and internal attributes: none.
            directory.extend([0; 6]);
            directory.extend(ATTRIBUTES.to_le_bytes());
            directory.extend(start.to_le_bytes());
            directory.extend(name.as_bytes());
        }
        let start = u32::try_from(out.len()).map_err(|_| ArchiveError)?;
        let length = u32::try_from(directory.len()).map_err(|_| ArchiveError)?;
        let count = u16::try_from(self.files.len()).map_err(|_| ArchiveError)?;
        out.extend(&directory);
        out.extend(0x0605_4b50_u32.to_le_bytes());
        out.extend([0; 4]);
        out.extend([count.to_le_bytes(), count.to_le_bytes()].as_flattened());
        out.extend(length.to_le_bytes());
        out.extend(start.to_le_bytes());
        out.extend([0; 2]);
        Ok(out)
    }
}

/// What the local and the central header of a file share: from the version to the extra length.
fn common_part(name: &str, content: &[u8]) -> Result<Vec<u8>, ArchiveError> {
    let length = u32::try_from(content.len()).map_err(|_| ArchiveError)?.to_le_bytes();
    let name_length = u16::try_from(name.len()).map_err(|_| ArchiveError)?;
    let mut part = Vec::with_capacity(26);
    part.extend(VERSION_NEEDED.to_le_bytes());
    // No flags, method "stored", midnight.
    part.extend([0; 6]);
    part.extend(DATE.to_le_bytes());
    part.extend(crc32(content).to_le_bytes());
    part.extend([length, length].as_flattened());
    part.extend(name_length.to_le_bytes());
    part.extend([0; 2]);
    Ok(part)
}

fn crc32(octets: &[u8]) -> u32 {
    !octets.iter().fold(!0, |crc, octet| {
        let [low, ..] = crc.to_le_bytes();
        crc >> 8 ^ CRC_TABLE.get(usize::from(low ^ octet)).copied().unwrap_or_default()
    })
}

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256; try_from is not const")]
        let mut crc = index as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn knows_the_check_value_of_its_crc() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn unzip_finds_every_file_as_it_was_put_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        let long = vec![b'x'; 100_000];
        let archive = Archive::default().with("a.txt", "one\n").with("b", "").with("c", &long[..]);
        std::fs::write(&path, archive.into_bytes().unwrap()).unwrap();

        for (name, content) in [("a.txt", &b"one\n"[..]), ("b", b""), ("c", &long)] {
            let out = Command::new("unzip").arg("-p").arg(&path).arg(name).output().unwrap();
            assert!(out.status.success(), "{out:?}");
            assert_eq!(out.stdout, content, "{name}");
        }
        let tested = Command::new("unzip").arg("-tq").arg(&path).output().unwrap();
        assert!(tested.status.success(), "{tested:?}");
    }

    #[test]
    fn the_buffer_is_as_large_as_the_archive_from_the_start() {
        let archive = Archive::default().with("server.key", "secret").with("x", "y");

        let bytes = archive.into_bytes().unwrap();

        assert_eq!(bytes.len(), bytes.capacity());
    }
}
