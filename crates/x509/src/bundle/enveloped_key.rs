//! SM2EnvelopedKey (GM/T 0009 §7.4): an SM2 encryption key on its way to the holder of a signing key.

use super::sm4_cipher::Sm4Key;
use super::{Draw, EncryptionFailed, sm2_cipher};
use crate::der::Writer;
use crate::key::{PrivateKey, PublicKey};
use crate::oid;

/// `key`, an SM2 key, for who has the private half of `recipient`; DER.
///
/// # Errors
/// [`EncryptionFailed`] if one of the keys is of another kind.
pub fn sm2_enveloped_key(
    key: &PrivateKey,
    recipient: &PublicKey,
    draw: &mut Draw<'_>,
) -> Result<Vec<u8>, EncryptionFailed> {
    let scalar = sm2_scalar(key)?;
    let wrapping = Sm4Key::new(draw);
    let wrapped = sm2_cipher::encrypt(recipient, wrapping.octets(), draw)?;
    Ok(Writer::build(|w| {
        w.sequence(|w| {
            w.sequence(|w| w.oid(&oid::SM4_ECB));
            w.raw(&wrapped);
            w.bit_string(key.public_key().bits());
            w.bit_string(&wrapping.ecb(scalar));
        });
    }))
}

/// The scalar of an SM2 key.
pub(super) fn sm2_scalar(key: &PrivateKey) -> Result<&[u8; 32], EncryptionFailed> {
    let scalar = key.ec_scalar().and_then(|scalar| scalar.try_into().ok());
    scalar.ok_or(EncryptionFailed("a key that is not SM2"))
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::bundle::counting;
    use crate::bundle::pkcs12::tests::{key_of, openssl};
    use crate::der::{Reader, tag};

    /// What OpenSSL opens of an SM2Cipher.
    pub(in crate::bundle) fn opened(cipher: &[u8], key: &PrivateKey, folder: &Path) -> Vec<u8> {
        let (key_path, cipher_path) = (folder.join("sign.key"), folder.join("cipher"));
        std::fs::write(&key_path, key.pkcs8_pem()).unwrap();
        std::fs::write(&cipher_path, cipher).unwrap();
        let [key, cipher] = [key_path.to_str().unwrap(), cipher_path.to_str().unwrap()];
        let out = openssl(&["pkeyutl", "-decrypt", "-inkey", key, "-in", cipher]);
        assert!(out.status.success(), "{out:?}");
        out.stdout
    }

    /// What OpenSSL makes of SM4 ciphertext.
    pub(in crate::bundle) fn decrypted(
        arguments: &[&str],
        octets: &[u8],
        folder: &Path,
    ) -> Vec<u8> {
        let path = folder.join("encrypted");
        std::fs::write(&path, octets).unwrap();
        let mut openssl = Command::new("openssl");
        let out =
            openssl.args(["enc", "-d"]).args(arguments).arg("-in").arg(&path).output().unwrap();
        assert!(out.status.success(), "{out:?}");
        out.stdout
    }

    pub(in crate::bundle) fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    #[test]
    fn openssl_opens_it_with_the_signing_key() {
        let folder = tempfile::tempdir().unwrap();
        let (signing, encryption) = (key_of("SM2"), key_of("SM2"));

        let der = sm2_enveloped_key(&encryption, signing.public_key(), &mut counting()).unwrap();

        let mut outer = Reader::new(&der);
        let mut parts = outer.nested(tag::SEQUENCE).unwrap();
        let algorithm = parts.nested(tag::SEQUENCE).unwrap().oid().unwrap();
        let wrapped = parts.any().unwrap().encoded;
        let public_key = parts.bit_string().unwrap();
        let encrypted = parts.bit_string().unwrap();
        parts.finish().unwrap();
        assert_eq!(algorithm, oid::SM4_ECB);
        assert_eq!(public_key, encryption.public_key().bits());
        let key = opened(wrapped, &signing, folder.path());
        let arguments = ["-sm4-ecb", "-nopad", "-K", &hex(&key)];
        let scalar = decrypted(&arguments, encrypted, folder.path());
        assert_eq!(scalar, encryption.ec_scalar().unwrap());
    }

    #[test]
    fn keys_of_other_kinds_are_refused() {
        let (sm2, ec) = (key_of("SM2"), key_of("EC"));

        assert!(sm2_enveloped_key(&ec, sm2.public_key(), &mut counting()).is_err());
        assert!(sm2_enveloped_key(&sm2, ec.public_key(), &mut counting()).is_err());
    }
}
