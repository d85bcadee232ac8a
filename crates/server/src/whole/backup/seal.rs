//! The envelope of a backup: age, for a passphrase or for public keys.

use std::io::{self, BufRead, Write};
use std::path::Path;
use std::str::FromStr;

use age::secrecy::SecretString;
use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// For whom a backup is sealed.
pub(crate) struct Seal(Vec<Box<dyn Recipient + Send>>);

impl Seal {
    /// For whoever knows the passphrase.
    pub(crate) fn of_passphrase(passphrase: SecretString) -> Self {
        Self(vec![Box::new(scrypt::Recipient::new(passphrase))])
    }

    /// For the owners of public keys.
    pub(crate) fn of_recipients(keys: &[String]) -> Result<Self, Failure> {
        let recipients = (1..).zip(keys).map(|(number, key)| {
            // What was given is not told: it may be a secret key by mistake.
            let recipient =
                x25519::Recipient::from_str(key).map_err(|problem| Failure::Invalid {
                    problem: format!(
                        "--recipient number {number} is no public key of age: {problem}"
                    ),
                    hint: "`age-keygen` makes one; it begins with age1",
                })?;
            Ok(Box::new(recipient) as Box<dyn Recipient + Send>)
        });
        recipients.collect::<Result<_, Failure>>().map(Self)
    }

    /// Seals what is written.
    pub(crate) fn writer<W: Write>(self, to: W) -> Result<io::Result<StreamWriter<W>>, Failure> {
        let recipients = self.0.iter().map(|recipient| &**recipient as &dyn Recipient);
        let encryptor = Encryptor::with_recipients(recipients)
            .map_err(|error| Failure::internal("cannot seal the backup", error))?;
        Ok(encryptor.wrap_output(to))
    }
}

/// Who opens a backup.
pub(crate) struct Opener(Vec<Box<dyn Identity + Send>>);

impl Opener {
    /// Whoever knows the passphrase.
    pub(crate) fn of_passphrase(passphrase: SecretString) -> Self {
        Self(vec![Box::new(scrypt::Identity::new(passphrase))])
    }

    /// The owner of the secret keys in a file, one a line.
    pub(crate) fn of_file(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)
            .map(Zeroizing::new)
            .map_err(|cause| Failure::File { act: "read", path: path.to_owned(), cause })?;
        let lines = text.lines().map(str::trim);
        let keys: Result<Vec<_>, Failure> = lines
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                let identity = x25519::Identity::from_str(line).map_err(|_| no_key(path))?;
                Ok(Box::new(identity) as Box<dyn Identity + Send>)
            })
            .collect();
        let keys = keys?;
        if keys.is_empty() { Err(no_key(path)) } else { Ok(Self(keys)) }
    }

    /// Opens what is read.
    pub(crate) fn reader<R: BufRead>(
        &self,
        from: R,
        path: &Path,
    ) -> Result<StreamReader<R>, Failure> {
        let opened = Decryptor::new_buffered(from).and_then(|decryptor| {
            decryptor.decrypt(self.0.iter().map(|identity| &**identity as &dyn Identity))
        });
        opened.map_err(|error| refused(&error, path))
    }
}

fn no_key(path: &Path) -> Failure {
    Failure::Invalid {
        problem: format!("{} has no secret key of age on each of its lines", path.display()),
        hint: "the file that `age-keygen` has written; a key begins with AGE-SECRET-KEY-1",
    }
}

fn refused(error: &DecryptError, path: &Path) -> Failure {
    let path = path.display();
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::DecryptionFailed
        | DecryptError::KeyDecryptionFailed => Failure::Invalid {
            problem: format!(
                "{path} does not open with this passphrase or key; nothing was written"
            ),
            hint: "give the passphrase that it was made with, or --identity FILE with the secret key of \
                   one of its recipients",
        },
        DecryptError::ExcessiveWork { .. } => Failure::Invalid {
            problem: format!("{path} asks for more work than this machine does for a passphrase"),
            hint: "restore it on a machine as fast as the one that made it",
        },
        error => Failure::Invalid {
            problem: format!("{path} is no backup, or was damaged: {error}; nothing was written"),
            hint: "take another copy of it",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_for_a_public_key_is_not_told() {
        let secret = "AGE-SECRET-KEY-1QQQQQQQQ".to_owned();

        let refused = Seal::of_recipients(&[secret]).err().unwrap();

        assert!(!format!("{refused} {}", refused.hint()).contains("QQQQ"), "{refused}");
    }
}
