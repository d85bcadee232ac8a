//! The passphrase of a backup: from a file, or typed.

use std::path::Path;

use age::secrecy::SecretString;
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::passwords;

/// The shortest passphrase that seals a backup, in characters.
const SHORTEST: usize = 12;

/// What a passphrase is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Asked {
    /// To open a backup that there is.
    ToOpen,
    /// To seal a new one: typed twice, and not too short.
    ToSeal,
}

/// Reads it.
pub(super) async fn passphrase(file: Option<&Path>, asked: Asked) -> Result<SecretString, Failure> {
    let text = match file {
        Some(path) => first_line(path)?,
        None => {
            let prompts: &'static [&'static str] = match asked {
                Asked::ToOpen => &["Passphrase: "],
                Asked::ToSeal => &["Passphrase: ", "The same again: "],
            };
            passwords::typed(
                prompts,
                "give --passphrase-file FILE, or --recipient or --identity with a key",
            )
            .await?
        }
    };
    if asked == Asked::ToSeal && text.chars().count() < SHORTEST {
        return Err(Failure::Invalid {
            problem: format!("a passphrase has at least {SHORTEST} characters"),
            hint: "whoever has the backup can try as many as he likes: take several random words",
        });
    }
    Ok(SecretString::from(text.as_str()))
}

fn first_line(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|cause| Failure::File { act: "read", path: path.to_owned(), cause })?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}
