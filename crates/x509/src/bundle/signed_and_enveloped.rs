//! SignedAndEnvelopedData (GM/T 0010 §10) with an SM2 encryption key inside.

use zeroize::Zeroizing;

use super::enveloped_key::sm2_scalar;
use super::sm4_cipher::Sm4Key;
use super::{Draw, EncryptionFailed, sm2_cipher};
use crate::Certificate;
use crate::der::{Writer, tag};
use crate::key::PrivateKey;
use crate::oid::{self, Oid};

/// Who signed the content, and how.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// Its certificate, which goes into the structure.
    pub certificate: &'a Certificate,
    /// The signature over [`SignedAndEnveloped::to_be_signed`]: SM2 with SM3 and the default
    /// identifier, SEQUENCE { r, s }.
    pub signature: &'a [u8],
}

/// An SM2 key on its way to the holder of a certificate.
#[derive(Clone, Copy, Debug)]
pub struct SignedAndEnveloped<'a> {
    /// The key.
    pub key: &'a PrivateKey,
    /// Whom it is for: the owner of this SM2 certificate.
    pub recipient: &'a Certificate,
}

impl SignedAndEnveloped<'_> {
    /// What the signer signs: the content, the 32 octets of the key's scalar.
    ///
    /// # Errors
    /// [`EncryptionFailed`] if the key is of another kind.
    pub fn to_be_signed(&self) -> Result<Zeroizing<Vec<u8>>, EncryptionFailed> {
        Ok(Zeroizing::new(sm2_scalar(self.key)?.to_vec()))
    }

    /// The ContentInfo, DER.
    ///
    /// # Errors
    /// [`EncryptionFailed`] if a key is of another kind than SM2.
    pub fn write(
        &self,
        signer: Signer<'_>,
        draw: &mut Draw<'_>,
    ) -> Result<Vec<u8>, EncryptionFailed> {
        let content_key = Sm4Key::new(draw);
        let (iv, encrypted) = content_key.cbc(sm2_scalar(self.key)?, draw);
        let public_key =
            self.recipient.public_key().map_err(|_| EncryptionFailed("the recipient's key"))?;
        let encrypted_key = sm2_cipher::encrypt(public_key, content_key.octets(), draw)?;
        Ok(Writer::build(|w| {
            w.sequence(|w| {
                w.oid(&oid::GMT_SIGNED_AND_ENVELOPED_DATA);
                w.nested(tag::context_constructed(0), |w| {
                    w.sequence(|w| {
                        w.unsigned(&[1]);
                        w.nested(tag::SET, |w| write_recipient(w, self.recipient, &encrypted_key));
                        w.nested(tag::SET, |w| write_algorithm(w, &oid::DIGEST_SM3));
                        write_content(w, &iv, &encrypted);
                        w.element(tag::context_constructed(0), signer.certificate.der());
                        w.nested(tag::SET, |w| write_signer(w, signer));
                    });
                });
            });
        }))
    }
}

/// A RecipientInfo.
fn write_recipient(w: &mut Writer, recipient: &Certificate, encrypted_key: &[u8]) {
    w.sequence(|w| {
        w.unsigned(&[1]);
        write_issuer_and_serial(w, recipient);
        write_algorithm(w, &oid::SM2_ENCRYPT);
        w.octet_string(encrypted_key);
    });
}

/// An EncryptedContentInfo.
fn write_content(w: &mut Writer, iv: &[u8], encrypted: &[u8]) {
    w.sequence(|w| {
        w.oid(&oid::GMT_DATA);
        w.sequence(|w| {
            w.oid(&oid::SM4_CBC);
            w.octet_string(iv);
        });
        w.element(tag::context(0), encrypted);
    });
}

/// A SignerInfo.
fn write_signer(w: &mut Writer, signer: Signer<'_>) {
    w.sequence(|w| {
        w.unsigned(&[1]);
        write_issuer_and_serial(w, signer.certificate);
        write_algorithm(w, &oid::DIGEST_SM3);
        write_algorithm(w, &oid::SM2_SIGN);
        w.octet_string(signer.signature);
    });
}

fn write_issuer_and_serial(w: &mut Writer, certificate: &Certificate) {
    w.sequence(|w| {
        w.raw(certificate.issuer().der());
        certificate.serial().write(w);
    });
}

/// An AlgorithmIdentifier without parameters.
fn write_algorithm(w: &mut Writer, algorithm: &Oid) {
    w.sequence(|w| w.oid(algorithm));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::counting;
    use crate::bundle::enveloped_key::tests::{decrypted, hex, opened};
    use crate::bundle::pkcs12::tests::{certificates_of, key_of};
    use crate::der::Reader;

    #[test]
    fn the_key_inside_is_for_the_recipient_alone_and_the_parts_stand_where_they_belong() {
        let folder = tempfile::tempdir().unwrap();
        let (signing, encryption, authority) = (key_of("SM2"), key_of("SM2"), key_of("SM2"));
        let [recipient, _] = certificates_of(&signing, folder.path());
        let [issuer, _] = certificates_of(&authority, folder.path());
        let recipient = Certificate::from_der(&recipient).unwrap();
        let issuer = Certificate::from_der(&issuer).unwrap();
        let whole = SignedAndEnveloped { key: &encryption, recipient: &recipient };
        let signer = Signer { certificate: &issuer, signature: b"signature" };

        let der = whole.write(signer, &mut counting()).unwrap();

        let mut outer = Reader::new(&der);
        let mut info = outer.nested(tag::SEQUENCE).unwrap();
        assert_eq!(info.oid().unwrap(), oid::GMT_SIGNED_AND_ENVELOPED_DATA);
        let mut explicit = info.nested(tag::context_constructed(0)).unwrap();
        let mut parts = explicit.nested(tag::SEQUENCE).unwrap();
        assert_eq!(parts.unsigned().unwrap(), [1]);
        let mut recipients = parts.nested(tag::SET).unwrap();
        let mut info = recipients.nested(tag::SEQUENCE).unwrap();
        info.unsigned().unwrap();
        let mut name = info.nested(tag::SEQUENCE).unwrap();
        assert_eq!(name.any().unwrap().encoded, recipient.issuer().der());
        info.any().unwrap();
        let key = opened(info.content(tag::OCTET_STRING).unwrap(), &signing, folder.path());
        parts.nested(tag::SET).unwrap();
        let mut content = parts.nested(tag::SEQUENCE).unwrap();
        assert_eq!(content.oid().unwrap(), oid::GMT_DATA);
        let mut algorithm = content.nested(tag::SEQUENCE).unwrap();
        assert_eq!(algorithm.oid().unwrap(), oid::SM4_CBC);
        let iv = algorithm.content(tag::OCTET_STRING).unwrap();
        let arguments = ["-sm4-cbc", "-K", &hex(&key), "-iv", &hex(iv)];
        let inside = content.content(tag::context(0)).unwrap();
        let scalar = decrypted(&arguments, inside, folder.path());
        assert_eq!(scalar, encryption.ec_scalar().unwrap());
        assert_eq!(scalar, *whole.to_be_signed().unwrap());
        assert_eq!(parts.content(tag::context_constructed(0)).unwrap(), issuer.der());
        assert!(parts.content(tag::SET).unwrap().ends_with(b"\x04\x09signature"));
        parts.finish().unwrap();
    }
}
