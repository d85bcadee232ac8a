//! PKCS #12 files (RFC 7292): a key with its certificate and the chain above it.

mod bag;
mod derive;
mod legacy;

use aws_lc_rs::{digest, hmac};
use zeroize::Zeroizing;

use self::bag::Bag;
use self::derive::{Hash, Purpose, derive};
use super::pbes2::{self, Encrypted};
use super::{Draw, EncryptionFailed, ITERATIONS, Password, drawn};
use crate::der::{Writer, tag};
use crate::key::PrivateKey;
use crate::oid;

/// How the contents are encrypted and authenticated.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Protection {
    /// PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA256; the MAC is HMAC-SHA256.
    #[default]
    Modern,
    /// Triple DES and SHA-1, for programs too old to open the other.
    Legacy,
}

/// What goes into a file.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// The name under which programs list the key.
    pub friendly_name: &'a str,
    /// The key.
    pub key: &'a PrivateKey,
    /// Its certificate, DER.
    pub certificate: &'a [u8],
    /// The certificates above it, nearest first, DER.
    pub chain: &'a [Vec<u8>],
}

/// Writes the file, with new salts each time.
///
/// # Errors
/// [`EncryptionFailed`] if the library refuses.
pub fn write(
    contents: Contents<'_>,
    password: &Password,
    protection: Protection,
    draw: &mut Draw<'_>,
) -> Result<Vec<u8>, EncryptionFailed> {
    let encrypt = |plain: &[u8], draw: &mut Draw<'_>| match protection {
        Protection::Modern => pbes2::encrypt(plain, password, draw),
        Protection::Legacy => legacy::encrypt(plain, password, draw),
    };
    // The file is signed over the octets of its certificate, and any value that is the same on
    // both bags would do.
    let local_key_id = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, contents.certificate);
    let names = bag::attributes(contents.friendly_name, local_key_id.as_ref());
    let certificates = Writer::build(|w| {
        w.sequence(|w| {
            Bag::certificate(contents.certificate).write(w, &names);
            contents.chain.iter().for_each(|above| Bag::certificate(above).write(w, &[]));
        });
    });
    let certificates = encrypt(&certificates, draw)?;
    let key = encrypt(contents.key.pkcs8_der(), draw)?;
    let keys = Writer::build(|w| {
        w.sequence(|w| Bag::shrouded_key(&key.private_key_der()).write(w, &names));
    });
    let safe = Writer::build(|w| {
        w.sequence(|w| {
            write_encrypted_data(w, &certificates);
            write_data(w, &keys);
        });
    });
    Ok(Writer::build(|w| {
        w.sequence(|w| {
            w.unsigned(&[3]);
            write_data(w, &safe);
            write_mac(w, &safe, password, protection, &drawn(draw));
        });
    }))
}

/// A ContentInfo of kind `data` (RFC 2315 §8).
fn write_data(w: &mut Writer, content: &[u8]) {
    w.sequence(|w| {
        w.oid(&oid::PKCS7_DATA);
        w.nested(tag::context_constructed(0), |w| w.octet_string(content));
    });
}

/// A ContentInfo of kind `encryptedData` (RFC 2315 §13).
fn write_encrypted_data(w: &mut Writer, encrypted: &Encrypted) {
    w.sequence(|w| {
        w.oid(&oid::PKCS7_ENCRYPTED_DATA);
        w.nested(tag::context_constructed(0), |w| {
            w.sequence(|w| {
                w.unsigned(&[0]);
                w.sequence(|w| {
                    w.oid(&oid::PKCS7_DATA);
                    w.raw(&encrypted.algorithm);
                    w.element(tag::context(0), &encrypted.content);
                });
            });
        });
    });
}

/// The MacData (RFC 7292 §4) over the octets of the authenticated safe.
fn write_mac(
    w: &mut Writer,
    safe: &[u8],
    password: &Password,
    protection: Protection,
    salt: &[u8; 16],
) {
    let (hash, algorithm, name, octets) = match protection {
        Protection::Modern => (Hash::Sha256, hmac::HMAC_SHA256, oid::DIGEST_SHA256, 32),
        Protection::Legacy => {
            (Hash::Sha1, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, oid::DIGEST_SHA1, 20)
        }
    };
    let key: Zeroizing<Vec<u8>> = derive(hash, Purpose::Mac, password, salt, octets);
    let mac = hmac::sign(&hmac::Key::new(algorithm, &key), safe);
    w.sequence(|w| {
        w.sequence(|w| {
            w.sequence(|w| {
                w.oid(&name);
                w.null();
            });
            w.octet_string(mac.as_ref());
        });
        w.octet_string(salt);
        w.unsigned(&ITERATIONS.get().to_be_bytes());
    });
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;
    use std::process::{Command, Output};

    use super::*;
    use crate::bundle::counting;

    pub(crate) fn openssl(arguments: &[&str]) -> Output {
        Command::new("openssl").args(arguments).output().unwrap()
    }

    /// A new key, made by OpenSSL.
    pub(crate) fn key_of(kind: &str) -> PrivateKey {
        let made = match kind {
            "RSA" => openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]),
            "EC" => {
                openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"])
            }
            _ => openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"]),
        };
        PrivateKey::from_pem(&String::from_utf8(made.stdout).unwrap()).unwrap()
    }

    /// A self-signed certificate of `key`, and one that only stands for the chain; DER.
    pub(crate) fn certificates_of(key: &PrivateKey, folder: &Path) -> [Vec<u8>; 2] {
        let of = |key: &PrivateKey, subject: &str| {
            let path = folder.join("certified.key");
            std::fs::write(&path, key.pkcs8_pem()).unwrap();
            let path = path.to_str().unwrap();
            let made = openssl(&[
                "req", "-x509", "-new", "-key", path, "-subj", subject, "-days", "30", "-outform",
                "DER",
            ]);
            assert!(made.status.success(), "{made:?}");
            made.stdout
        };
        [of(key, "/CN=leaf"), of(&key_of("EC"), "/CN=above")]
    }

    #[test]
    fn openssl_opens_both_forms_with_key_chain_and_names() {
        let folder = tempfile::tempdir().unwrap();
        for (kind, protection, words) in [
            (
                "RSA",
                Protection::Modern,
                ["PBES2, PBKDF2, AES-256-CBC, Iteration 100000", "MAC: sha256"],
            ),
            ("EC", Protection::Legacy, ["pbeWithSHA1And3-KeyTripleDES-CBC", "MAC: sha1"]),
        ] {
            let key = key_of(kind);
            let [leaf, above] = certificates_of(&key, folder.path());
            let password = Password::parse("p#1").unwrap();
            let chain = [above];
            let contents =
                Contents { friendly_name: "名 a", key: &key, certificate: &leaf, chain: &chain };
            let file = write(contents, &password, protection, &mut counting()).unwrap();
            let path = folder.path().join("a.pfx");
            std::fs::write(&path, file).unwrap();
            let path = path.to_str().unwrap();

            let opened =
                openssl(&["pkcs12", "-in", path, "-passin", "pass:p#1", "-nodes", "-info"]);
            assert!(opened.status.success(), "{opened:?}");
            let said = String::from_utf8(opened.stderr).unwrap();
            assert!(words.iter().all(|word| said.contains(word)), "{said}");
            let text = String::from_utf8(opened.stdout).unwrap();
            assert_eq!(text.matches("BEGIN CERTIFICATE").count(), 2);
            assert_eq!(text.matches("localKeyID").count(), 2);
            assert_eq!(text.matches("friendlyName").count(), 2);
            let blocks = crate::pem::decode(&text).unwrap();
            let found = blocks.iter().find(|block| block.label == "PRIVATE KEY").unwrap();
            assert_eq!(&found.der[..], key.pkcs8_der());
            let wrong = openssl(&["pkcs12", "-in", path, "-passin", "pass:p#2", "-nodes"]);
            assert!(!wrong.status.success());
        }
    }

    #[test]
    fn keytool_lists_the_key_with_its_chain_in_both_forms() {
        let folder = tempfile::tempdir().unwrap();
        let key = key_of("RSA");
        // Java shows a chain only where each certificate is issued by the next.
        let [leaf, _] = certificates_of(&key, folder.path());
        for protection in [Protection::Modern, Protection::Legacy] {
            let password = Password::parse("secret#1").unwrap();
            let contents =
                Contents { friendly_name: "a", key: &key, certificate: &leaf, chain: &[] };
            let path = folder.path().join("a.pfx");
            let file = write(contents, &password, protection, &mut counting()).unwrap();
            std::fs::write(&path, file).unwrap();

            let arguments = ["-list", "-v", "-storepass", "secret#1", "-keystore"];
            let listed = Command::new("keytool").args(arguments).arg(path).output().unwrap();

            let text = String::from_utf8(listed.stdout).unwrap();
            assert!(text.contains("Keystore type: PKCS12"), "{text}");
            assert!(text.contains("Entry type: PrivateKeyEntry"), "{text}");
        }
    }
}
