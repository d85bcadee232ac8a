//! PEM (RFC 7468): blocks out of text, and text out of DER.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

/// How lines end in text that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnding {
    /// Line feed, also after the last line: the form of files.
    Lf,
    /// Carriage return and line feed, but nothing after the last line: the form of the cloud's API answers.
    CrLf,
}

/// One block: what stands between `-----BEGIN label-----` and `-----END label-----`.
#[derive(Clone)]
pub struct Block {
    /// The label, such as `CERTIFICATE`.
    pub label: String,
    /// The decoded contents, wiped when dropped, since they may be a private key.
    pub der: Zeroizing<Vec<u8>>,
}

impl std::fmt::Debug for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Block").field("label", &self.label).finish_non_exhaustive()
    }
}

/// Why text is not PEM as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PemError {
    /// The text is longer than [`MAX_TEXT`].
    #[error("PEM text is longer than {MAX_TEXT} octets")]
    TooLong,
    /// There is no block with an expected label.
    #[error("no PEM block of the expected kind")]
    NoBlock,
    /// There are several blocks where one was expected, or more than anyone needs.
    #[error("more than one PEM block")]
    SeveralBlocks,
    /// A block does not end, ends with another label, or its contents are not base64.
    #[error("malformed PEM block")]
    Malformed,
    /// A block is encrypted in the old manner (RFC 1421 §4.6.1.1, `Proc-Type: 4,ENCRYPTED`).
    #[error("PEM block is encrypted")]
    Encrypted,
}

/// The longest text that is read, in octets.
pub const MAX_TEXT: usize = 2 * 1024 * 1024 + 64 * 1024;

/// The most blocks that are read: each costs a buffer as long as the text.
const MAX_BLOCKS: usize = 64;

const LINE: usize = 64;

/// All blocks in `text`, in order. Carriage returns, blank lines, and text before, between and after the
/// blocks are tolerated (RFC 7468 §2, §5.2).
///
/// # Errors
/// [`PemError`] if a block is malformed, or the text too long. No block at all is not an error here.
pub fn decode(text: &str) -> Result<Vec<Block>, PemError> {
    if text.len() > MAX_TEXT {
        return Err(PemError::TooLong);
    }
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = boundary(line, "-----BEGIN ") else { continue };
        if blocks.len() == MAX_BLOCKS {
            return Err(PemError::SeveralBlocks);
        }
        // As large as it will get, so that nothing secret is left behind by a growing buffer.
        let body = lines.clone().take_while(|line| boundary(line, "-----END ").is_none());
        let mut base64 = Zeroizing::new(String::with_capacity(body.map(str::len).sum()));
        loop {
            let line = lines.next().ok_or(PemError::Malformed)?;
            if let Some(end) = boundary(line, "-----END ") {
                if end != label {
                    return Err(PemError::Malformed);
                }
                break;
            }
            if line.starts_with("Proc-Type:") && line.ends_with("ENCRYPTED") {
                return Err(PemError::Encrypted);
            }
            base64.extend(line.split_ascii_whitespace());
        }
        let mut der = Zeroizing::new(vec![0; base64.len() / 4 * 3]);
        let length =
            Base64::decode(base64.as_bytes(), &mut der).map_err(|_| PemError::Malformed)?.len();
        der.truncate(length);
        blocks.push(Block { label: label.to_owned(), der });
    }
    Ok(blocks)
}

/// The only block in `text`, whose label must be among `labels`.
///
/// # Errors
/// [`PemError`] if there is none, more than one, or one that is malformed.
pub fn decode_one(text: &str, labels: &[&str]) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let mut blocks = decode(text)?.into_iter();
    let block = blocks.next().ok_or(PemError::NoBlock)?;
    if blocks.next().is_some() {
        return Err(PemError::SeveralBlocks);
    }
    if !labels.contains(&block.label.as_str()) {
        return Err(PemError::NoBlock);
    }
    Ok(block.der)
}

/// `der` as a block with lines of 64 characters.
#[must_use]
pub fn encode(label: &str, der: &[u8], ending: LineEnding) -> String {
    let newline = match ending {
        LineEnding::Lf => "\n",
        LineEnding::CrLf => "\r\n",
    };
    let base64 = Zeroizing::new(Base64::encode_string(der));
    let lines = base64.len().div_ceil(LINE) + 2;
    let mut text =
        String::with_capacity(base64.len() + 2 * label.len() + 40 + lines * newline.len());
    text.extend(["-----BEGIN ", label, "-----", newline]);
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
        text.extend([line, newline]);
        rest = after;
    }
    text.extend(["-----END ", label, "-----"]);
    if ending == LineEnding::Lf {
        text.push_str(newline);
    }
    text
}

/// The label of an encapsulation boundary that starts with `start`.
fn boundary<'a>(line: &'a str, start: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix("-----")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Vec<u8>, PemError> {
        decode_one(text, &["THING"]).map(|der| der.to_vec())
    }

    #[test]
    fn what_it_writes_is_read_back() {
        for length in [0, 1, 47, 48, 49, 200] {
            let der: Vec<u8> = (0..length).collect();
            for ending in [LineEnding::Lf, LineEnding::CrLf] {
                assert_eq!(one(&encode("THING", &der, ending)), Ok(der.clone()));
            }
        }
    }

    #[test]
    fn the_two_line_endings_differ_in_the_last_line() {
        assert_eq!(
            encode("THING", &[1], LineEnding::Lf),
            "-----BEGIN THING-----\nAQ==\n-----END THING-----\n"
        );
        assert_eq!(
            encode("THING", &[1], LineEnding::CrLf),
            "-----BEGIN THING-----\r\nAQ==\r\n-----END THING-----"
        );
    }

    #[test]
    fn tolerates_text_around_and_blank_lines() {
        let text = "\u{feff}hello\r\n\r\n-----BEGIN THING----- \r\n\r\nAQ\r\n==\r\n\r\n  -----END THING-----\r\nbye";
        assert_eq!(one(text), Ok(vec![1]));
    }

    #[test]
    fn names_what_is_wrong() {
        let block = encode("THING", &[1], LineEnding::Lf);
        for (text, error) in [
            (String::new(), PemError::NoBlock),
            (encode("OTHER", &[1], LineEnding::Lf), PemError::NoBlock),
            (format!("{block}{block}"), PemError::SeveralBlocks),
            (block.replace("END THING", "END OTHER"), PemError::Malformed),
            (block.replace("AQ==", "A*=="), PemError::Malformed),
            (block.replace("AQ==", "AR=="), PemError::Malformed),
            (block.replace("-----END THING-----", ""), PemError::Malformed),
            (block.replace("AQ==", "Proc-Type: 4,ENCRYPTED\n\nAQ=="), PemError::Encrypted),
            ("x".repeat(MAX_TEXT + 1), PemError::TooLong),
        ] {
            assert_eq!(one(&text), Err(error), "{:.80}", text);
        }
    }
}
