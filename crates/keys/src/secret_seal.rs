//! The vault seals access-key secrets for `iam`.

use iam::{SealError, SecretSeal};
use zeroize::Zeroizing;

use crate::Vault;
use crate::context::Context;

impl SecretSeal for Vault {
    fn seal(&self, plaintext: &[u8], context: &[u8]) -> Result<Vec<u8>, SealError> {
        self.keyring().seal(plaintext, &of_secret(context)).map_err(SealError::new)
    }

    fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.keyring().open_blob(sealed, &of_secret(context)).map_err(SealError::new)
    }
}

/// A secret never opens as a private key, nor the reverse, whatever context the caller gives.
pub(crate) fn of_secret(context: &[u8]) -> Context {
    Context::of("secret").with(context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::tests::vault;

    #[test]
    fn a_secret_opens_for_its_own_context_only() {
        let vault = vault();
        let sealed = vault.seal(b"wJalrXUtnFEMI", b"AK1").unwrap();

        assert_eq!(*SecretSeal::open(&vault, &sealed, b"AK1").unwrap(), b"wJalrXUtnFEMI");
        assert!(SecretSeal::open(&vault, &sealed, b"AK2").is_err());
    }

    #[test]
    fn a_sealed_secret_does_not_show_its_text() {
        let sealed = vault().seal(b"wJalrXUtnFEMI", b"AK1").unwrap();

        assert!(!sealed.windows(13).any(|window| window == b"wJalrXUtnFEMI"));
    }
}
