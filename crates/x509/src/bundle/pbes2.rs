//! PBES2 (RFC 8018 §6.2) with AES-256-CBC and PBKDF2-HMAC-SHA256.

use aws_lc_rs::cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use zeroize::Zeroizing;

use super::{Draw, EncryptionFailed, ITERATIONS, Password, drawn};
use crate::der::Writer;
use crate::key::PrivateKey;
use crate::oid;
use crate::pem::{self, LineEnding};

/// Something encrypted under a password.
pub(super) struct Encrypted {
    /// How, with salt and count: an AlgorithmIdentifier.
    pub(super) algorithm: Vec<u8>,
    /// The ciphertext.
    pub(super) content: Vec<u8>,
}

impl Encrypted {
    /// It as EncryptedPrivateKeyInfo (RFC 5958 §3).
    pub(super) fn private_key_der(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.raw(&self.algorithm);
                w.octet_string(&self.content);
            });
        })
    }
}

/// The key as PEM block `ENCRYPTED PRIVATE KEY` (RFC 7468 §11).
///
/// # Errors
/// [`EncryptionFailed`] if the library refuses.
pub fn encrypted_private_key_pem(
    key: &PrivateKey,
    password: &Password,
    ending: LineEnding,
    draw: &mut Draw<'_>,
) -> Result<String, EncryptionFailed> {
    let encrypted = encrypt(key.pkcs8_der(), password, draw)?;
    Ok(pem::encode("ENCRYPTED PRIVATE KEY", &encrypted.private_key_der(), ending))
}

/// Encrypts `plain` with a new salt and a new initialization vector.
pub(super) fn encrypt(
    plain: &[u8],
    password: &Password,
    draw: &mut Draw<'_>,
) -> Result<Encrypted, EncryptionFailed> {
    const FAILED: EncryptionFailed = EncryptionFailed("AES-256-CBC");

    let (salt, iv): ([u8; 16], [u8; 16]) = (drawn(draw), drawn(draw));
    let mut key = Zeroizing::new([0; 32]);
    let prf = pbkdf2::PBKDF2_HMAC_SHA256;
    pbkdf2::derive(prf, ITERATIONS, &salt, password.octets(), &mut *key);

    // Room for the padding, so that the plaintext is not moved.
    let mut content = Zeroizing::new(Vec::with_capacity(plain.len() + 16));
    content.extend_from_slice(plain);
    let cipher = UnboundCipherKey::new(&AES_256, &*key).map_err(|_| FAILED)?;
    let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(cipher).map_err(|_| FAILED)?;
    let context = EncryptionContext::Iv128(FixedLength::from(iv));
    cipher.less_safe_encrypt(&mut *content, context).map_err(|_| FAILED)?;
    Ok(Encrypted { algorithm: algorithm(&salt, &iv), content: std::mem::take(&mut *content) })
}

/// The AlgorithmIdentifier (RFC 8018 §A.2, §A.4, §B.2.5).
fn algorithm(salt: &[u8], iv: &[u8]) -> Vec<u8> {
    Writer::build(|w| {
        w.sequence(|w| {
            w.oid(&oid::PBES2);
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&oid::PBKDF2);
                    w.sequence(|w| {
                        w.octet_string(salt);
                        w.unsigned(&ITERATIONS.get().to_be_bytes());
                        w.sequence(|w| {
                            w.oid(&oid::HMAC_WITH_SHA256);
                            w.null();
                        });
                    });
                });
                w.sequence(|w| {
                    w.oid(&oid::AES256_CBC);
                    w.octet_string(iv);
                });
            });
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::counting;
    use crate::bundle::pkcs12::tests::{key_of, openssl};

    #[test]
    fn openssl_opens_every_kind_of_key_with_the_password_and_with_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k.pem");
        for kind in ["RSA", "EC", "SM2"] {
            let key = key_of(kind);
            let password = Password::parse("pass,.+-_#1").unwrap();
            let pem = encrypted_private_key_pem(&key, &password, LineEnding::Lf, &mut counting())
                .unwrap();
            std::fs::write(&path, &pem).unwrap();

            let with = |password: &str| {
                let pass = format!("pass:{password}");
                openssl(&["pkcs8", "-in", path.to_str().unwrap(), "-passin", &pass])
            };
            let opened = with("pass,.+-_#1");
            let text = String::from_utf8(opened.stdout).unwrap();
            assert_eq!(PrivateKey::from_pem(&text).unwrap().pkcs8_der(), key.pkcs8_der(), "{kind}");
            assert!(!with("pass,.+-_#2").status.success());
        }
    }
}
