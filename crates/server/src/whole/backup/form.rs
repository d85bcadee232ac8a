//! The form of a backup inside its envelope.
//!
//! A line of text, a header, then for each table its name, its rows, and what they add up to; at last a
//! mark of the end. All numbers are big-endian.

use std::io::{self, ErrorKind, Read, Write};

use keys::MasterKey;
use ledger::Timestamp;
use serde::{Deserialize, Serialize};
use store::contents::{Digest, Snapshot};
use zeroize::Zeroizing;

use crate::admin::Secret;

/// How every backup begins.
const MAGIC: &[u8] = b"cinnabar backup\n";
/// The version of the form.
const VERSION: u32 = 1;
/// The longest header, in octets.
const LONGEST_HEADER: u32 = 64 * 1024;
/// The longest name of a table, in octets.
const LONGEST_NAME: usize = 255;
/// The longest row, in octets.
const LONGEST_ROW: u32 = 1024 * 1024 * 1024;

const TABLE: u8 = b'T';
const ROW: u8 = b'R';
const TABLE_END: u8 = b'E';
const END: u8 = b'Z';

/// What a backup says before its rows.
#[derive(Deserialize, Serialize)]
pub(crate) struct Header {
    /// When it was made, UTC milliseconds.
    pub(crate) made_at: i64,
    /// The last step of the tables.
    pub(crate) step: i64,
    /// The release that has made it.
    pub(crate) release: String,
    /// The text of the master key that wraps the data keys in it.
    master_key: Secret,
}

impl Header {
    pub(crate) fn new(made_at: Timestamp, envelope: &MasterKey) -> Self {
        let line = envelope.to_line();
        Self {
            made_at: made_at.as_millis(),
            step: Snapshot::step(),
            release: env!("CARGO_PKG_VERSION").to_owned(),
            master_key: Secret(Zeroizing::new(
                String::from_utf8_lossy(&line).trim_end().to_owned(),
            )),
        }
    }

    /// The master key that wraps the data keys in the backup.
    pub(crate) fn envelope(&self) -> Result<MasterKey, keys::MasterKeyError> {
        MasterKey::from_variable("in the backup", &self.master_key.0)
    }
}

/// Writes a backup.
pub(crate) struct FormWriter<W> {
    to: W,
}

impl<W: Write> FormWriter<W> {
    pub(crate) fn begin(mut to: W, header: &Header) -> io::Result<Self> {
        to.write_all(MAGIC)?;
        to.write_all(&VERSION.to_be_bytes())?;
        let text = serde_json::to_vec(header).map(Zeroizing::new)?;
        counted(&mut to, &text)?;
        Ok(Self { to })
    }

    pub(crate) fn table(&mut self, name: &str) -> io::Result<()> {
        self.to.write_all(&[TABLE])?;
        counted(&mut self.to, name.as_bytes())
    }

    pub(crate) fn row(&mut self, row: &[u8]) -> io::Result<()> {
        self.to.write_all(&[ROW])?;
        counted(&mut self.to, row)
    }

    pub(crate) fn end_table(&mut self, digest: &Digest) -> io::Result<()> {
        self.to.write_all(&[TABLE_END])?;
        self.to.write_all(&digest.to_bytes())
    }

    /// Ends it; what it was written to.
    pub(crate) fn end(mut self) -> io::Result<W> {
        self.to.write_all(&[END])?;
        Ok(self.to)
    }
}

fn counted(to: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let length =
        u32::try_from(octets.len()).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(octets)
}

/// Why a backup cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FormError {
    /// It ends too early, or the envelope finds that it was changed.
    #[error("it is cut off or was changed: {0}")]
    Broken(#[from] io::Error),
    /// It is something else.
    #[error("it is no backup of this program")]
    Foreign,
    /// What stands in it is not possible.
    #[error("it is damaged")]
    Malformed,
    /// It has another form.
    #[error("it has version {0} of the form, and this release knows {VERSION}")]
    OtherVersion(u32),
}

/// What comes next in a backup.
pub(crate) enum Piece {
    /// A table's name.
    Table(String),
    /// A row, which is where the reader was told to put it.
    Row,
    /// What the rows of the table add up to.
    TableEnd([u8; 40]),
    /// The end.
    End,
}

/// Reads a backup.
pub(crate) struct FormReader<R> {
    from: R,
}

impl<R: Read> FormReader<R> {
    pub(crate) fn begin(mut from: R) -> Result<(Self, Header), FormError> {
        let mut magic = [0; MAGIC.len()];
        from.read_exact(&mut magic)?;
        if magic != MAGIC {
            return Err(FormError::Foreign);
        }
        match number(&mut from)? {
            VERSION => {}
            other => return Err(FormError::OtherVersion(other)),
        }
        let mut text = Zeroizing::new(Vec::new());
        take(&mut from, LONGEST_HEADER, &mut text)?;
        let header = serde_json::from_slice(&text).map_err(|_| FormError::Malformed)?;
        Ok((Self { from }, header))
    }

    /// The next piece; the octets of a row are put into `row`.
    pub(crate) fn next(&mut self, row: &mut Vec<u8>) -> Result<Piece, FormError> {
        let mut kind = [0];
        self.from.read_exact(&mut kind)?;
        match kind[0] {
            TABLE => {
                let mut name = Vec::new();
                take(&mut self.from, u32::try_from(LONGEST_NAME).unwrap_or(0), &mut name)?;
                String::from_utf8(name).map(Piece::Table).map_err(|_| FormError::Malformed)
            }
            ROW => {
                row.clear();
                take(&mut self.from, LONGEST_ROW, row)?;
                Ok(Piece::Row)
            }
            TABLE_END => {
                let mut sum = [0; 40];
                self.from.read_exact(&mut sum)?;
                Ok(Piece::TableEnd(sum))
            }
            END => {
                // The envelope has an end of its own, which is looked at by reading up to it.
                let mut more = [0];
                match self.from.read(&mut more)? {
                    0 => Ok(Piece::End),
                    _ => Err(FormError::Malformed),
                }
            }
            _ => Err(FormError::Malformed),
        }
    }
}

fn number(from: &mut impl Read) -> Result<u32, FormError> {
    let mut octets = [0; 4];
    from.read_exact(&mut octets)?;
    Ok(u32::from_be_bytes(octets))
}

/// Reads what was counted; memory is taken as the octets come.
fn take(from: &mut impl Read, longest: u32, into: &mut Vec<u8>) -> Result<(), FormError> {
    let length = number(from)?;
    if length > longest {
        return Err(FormError::Malformed);
    }
    let read = from.by_ref().take(length.into()).read_to_end(into)?;
    if read == usize::try_from(length).unwrap_or(usize::MAX) {
        Ok(())
    } else {
        Err(io::Error::from(ErrorKind::UnexpectedEof).into())
    }
}

#[cfg(test)]
mod tests {
    use ledger::system::SystemRandom;

    use super::*;

    fn written() -> Vec<u8> {
        let envelope = MasterKey::generate(&SystemRandom);
        let header = Header::new(Timestamp::from_millis(5), &envelope);
        let mut form = FormWriter::begin(Vec::new(), &header).unwrap();
        form.table("accounts").unwrap();
        form.row(b"row").unwrap();
        let mut digest = Digest::default();
        digest.add(b"row");
        form.end_table(&digest).unwrap();
        form.end().unwrap()
    }

    fn read(octets: &[u8]) -> Result<usize, FormError> {
        let (mut form, header) = FormReader::begin(octets)?;
        assert_eq!(header.made_at, 5);
        let (mut row, mut rows) = (Vec::new(), 0);
        loop {
            match form.next(&mut row)? {
                Piece::Row => rows += 1,
                Piece::End => return Ok(rows),
                Piece::Table(_) | Piece::TableEnd(_) => {}
            }
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        assert_eq!(read(&written()).unwrap(), 1);
    }

    #[test]
    fn one_that_ends_too_early_is_refused_wherever_it_ends() {
        let whole = written();

        for length in 0..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn one_of_another_version_is_told_by_its_version() {
        let mut other = written();
        other[MAGIC.len() + 3] = 2;

        assert!(matches!(read(&other), Err(FormError::OtherVersion(2))));
    }

    #[test]
    fn what_follows_the_end_is_refused() {
        let mut longer = written();
        longer.push(0);

        assert!(matches!(read(&longer), Err(FormError::Malformed)));
    }
}
