//! Java's own key store format, JKS, version 2.
//!
//! There is no standard of it; this is how Java reads it. The key is masked with a stream of
//! SHA-1 hashes of its password, each hashed once: whoever has the file tries passwords fast.

use aws_lc_rs::digest;
use zeroize::Zeroizing;

use super::{Draw, Password, drawn};
use crate::der::Writer;
use crate::key::PrivateKey;
use crate::oid;
use crate::time::UnixTime;

/// The name of the one entry.
pub const ALIAS: &str = "server";

/// How the file starts: the magic number and the version.
const HEADER: [u8; 8] = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2];

/// What stands between password and contents in the hash at the end.
const PHRASE: &[u8] = b"Mighty Aphrodite";

/// The octets of a SHA-1 hash and of the salt.
const HASH: usize = 20;

/// What goes into a file.
#[derive(Clone, Copy, Debug)]
pub struct Contents<'a> {
    /// The key.
    pub key: &'a PrivateKey,
    /// Its certificate and those above it, nearest first, DER.
    pub certificates: &'a [Vec<u8>],
    /// The date of the entry.
    pub created: UnixTime,
}

/// Writes a file of one key under [`ALIAS`]; its password is also the key's.
#[must_use]
pub fn write(contents: Contents<'_>, password: &Password, draw: &mut Draw<'_>) -> Vec<u8> {
    let password = password.utf16();
    let mut out = HEADER.to_vec();
    // One entry, and it is a key.
    push_number(&mut out, 1);
    push_number(&mut out, 1);
    push_text(&mut out, ALIAS);
    out.extend(contents.created.0.saturating_mul(1000).to_be_bytes());
    push_octets(&mut out, &protected(contents.key, &password, drawn(draw)));
    push_number(&mut out, contents.certificates.len());
    for certificate in contents.certificates {
        push_text(&mut out, "X.509");
        push_octets(&mut out, certificate);
    }
    let hash = sha1(&[&password, PHRASE, &out]);
    out.extend(*hash);
    out
}

/// The key as EncryptedPrivateKeyInfo of Sun's key protector: salt, masked key, hash of the key.
fn protected(key: &PrivateKey, password: &[u8], salt: [u8; HASH]) -> Vec<u8> {
    let plain = key.pkcs8_der();
    let mut content = Vec::with_capacity(plain.len() + 2 * HASH);
    content.extend(salt);
    let mut mask = Zeroizing::new(salt);
    for part in plain.chunks(HASH) {
        mask = sha1(&[password, &*mask]);
        content.extend(part.iter().zip(&*mask).map(|(octet, mask)| octet ^ mask));
    }
    content.extend(*sha1(&[password, plain]));
    Writer::build(|w| {
        w.sequence(|w| {
            w.sequence(|w| {
                w.oid(&oid::JKS_KEY_PROTECTOR);
                w.null();
            });
            w.octet_string(&content);
        });
    })
}

fn sha1(parts: &[&[u8]]) -> Zeroizing<[u8; HASH]> {
    let mut context = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    parts.iter().for_each(|part| context.update(part));
    let mut hash = Zeroizing::new([0; HASH]);
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// Four octets. Nothing here comes near their bound.
fn push_number(out: &mut Vec<u8>, number: usize) {
    out.extend(u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes());
}

/// A text that is ASCII and short, after its length in two octets.
fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend(text.as_bytes());
}

/// Octets after their length.
fn push_octets(out: &mut Vec<u8>, octets: &[u8]) {
    push_number(out, octets.len());
    out.extend(octets);
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::bundle::counting;
    use crate::bundle::pkcs12::tests::{certificates_of, key_of, openssl};

    #[test]
    fn keytool_opens_the_key_with_the_password_and_with_no_other() {
        let folder = tempfile::tempdir().unwrap();
        for kind in ["RSA", "EC"] {
            let key = key_of(kind);
            let [leaf, _] = certificates_of(&key, folder.path());
            let contents =
                Contents { key: &key, certificates: &[leaf], created: UnixTime(1_700_000_000) };
            let file = write(contents, &Password::parse("secret#1").unwrap(), &mut counting());
            let path = folder.path().join("server.jks");
            std::fs::write(&path, file).unwrap();
            let converted = folder.path().join(format!("{kind}.p12"));
            let convert = |password: &str| {
                let mut keytool = Command::new("keytool");
                keytool.arg("-importkeystore").arg("-srckeystore").arg(&path);
                keytool.args(["-srcstoretype", "JKS", "-srcstorepass", password]);
                keytool.arg("-destkeystore").arg(&converted).args(["-deststoretype", "PKCS12"]);
                keytool.args(["-deststorepass", "secret#1", "-srcalias", ALIAS, "-noprompt"]);
                keytool.output().unwrap()
            };

            assert!(!convert("secret#2").status.success());
            let opened = convert("secret#1");
            assert!(opened.status.success(), "{opened:?}");

            let converted = converted.to_str().unwrap();
            let pem = openssl(&[
                "pkcs12",
                "-in",
                converted,
                "-passin",
                "pass:secret#1",
                "-nodes",
                "-nocerts",
            ]);
            let text = String::from_utf8(pem.stdout).unwrap();
            let found = PrivateKey::from_pem(&text).unwrap();
            assert_eq!(found.pkcs8_der(), key.pkcs8_der(), "{kind}");
        }
    }
}
