//! What a sealed blob of a private key holds.
//!
//! A first octet 0 and the key as PKCS#8, or a first octet 1, the length of the PKCS#8 (32 bits,
//! big-endian), the PKCS#8 and the text that was imported.

use x509::key::PrivateKey;
use zeroize::Zeroizing;

use crate::SealedError;

/// The first octet of a key that was made here.
const GENERATED: u8 = 0;
/// The first octet of a key that came with a text.
const IMPORTED: u8 = 1;

/// A private key, and the text it came in.
pub(super) struct Material {
    key: PrivateKey,
    text: Option<Zeroizing<String>>,
}

impl Material {
    /// A key made here.
    pub(super) fn generated(key: PrivateKey) -> Self {
        Self { key, text: None }
    }

    /// A key that came as `text`.
    pub(super) fn imported(key: PrivateKey, text: Zeroizing<String>) -> Self {
        Self { key, text: Some(text) }
    }

    /// The key.
    pub(super) fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The text that was imported, or else the key as PKCS#8 in PEM.
    pub(super) fn into_pem(self) -> Zeroizing<String> {
        self.text.unwrap_or_else(|| self.key.pkcs8_pem())
    }

    /// The octets to seal.
    pub(super) fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let pkcs8 = self.key.pkcs8_der();
        let text = self.text.as_ref().map_or("", |text| text.as_str());
        // At its final size from the start: growing would leave copies behind.
        let mut octets = Zeroizing::new(Vec::with_capacity(5 + pkcs8.len() + text.len()));
        if self.text.is_some() {
            octets.push(IMPORTED);
            // A key that was parsed is far shorter than 2^32 octets.
            octets.extend_from_slice(&u32::try_from(pkcs8.len()).unwrap_or(0).to_be_bytes());
        } else {
            octets.push(GENERATED);
        }
        octets.extend_from_slice(pkcs8);
        octets.extend_from_slice(text.as_bytes());
        octets
    }

    /// Reads what [`Material::to_octets`] wrote.
    pub(super) fn from_octets(octets: &[u8]) -> Result<Self, SealedError> {
        match octets.split_first() {
            Some((&GENERATED, pkcs8)) => Ok(Self::generated(read(pkcs8)?)),
            Some((&IMPORTED, rest)) => {
                let (length, rest) = rest.split_first_chunk().ok_or(SealedError::Content)?;
                let length = u32::from_be_bytes(*length);
                let (pkcs8, text) = usize::try_from(length)
                    .ok()
                    .and_then(|length| rest.split_at_checked(length))
                    .ok_or(SealedError::Content)?;
                let text = std::str::from_utf8(text).map_err(|_| SealedError::Content)?;
                Ok(Self::imported(read(pkcs8)?, Zeroizing::new(text.to_owned())))
            }
            Some(_) | None => Err(SealedError::Content),
        }
    }
}

fn read(pkcs8: &[u8]) -> Result<PrivateKey, SealedError> {
    PrivateKey::from_pkcs8_der(pkcs8).map_err(|_| SealedError::Content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PrivateKey {
        PrivateKey::from_sm2_scalar(&[1; 32]).unwrap()
    }

    #[test]
    fn both_forms_are_read_back() {
        let generated = Material::from_octets(&Material::generated(key()).to_octets()).unwrap();
        let text = Zeroizing::new("as it came\r\n".to_owned());
        let imported = Material::from_octets(&Material::imported(key(), text).to_octets()).unwrap();

        assert_eq!(*generated.into_pem(), *key().pkcs8_pem());
        assert_eq!(imported.key().public_key(), key().public_key());
        assert_eq!(*imported.into_pem(), "as it came\r\n");
    }

    #[test]
    fn other_octets_are_refused() {
        let octets = Material::imported(key(), Zeroizing::default()).to_octets();
        for other in [&[][..], &[2], &[GENERATED], &octets[..4], &octets[..octets.len() - 1]] {
            assert_eq!(Material::from_octets(other).err(), Some(SealedError::Content));
        }
    }
}
