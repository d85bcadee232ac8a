//! The four forms of an SM2 pair.

use x509::LineEnding;
use x509::bundle::{Archive, SignedAndEnveloped, Signer, base64, sm2_enveloped_key};

use super::texts::{ExportedTexts, certificate_pem};
use super::{OpenedEncryption, OpenedExport};
use crate::Error;

/// An encryption key in its two envelopes, base64.
struct Envelopes {
    /// By GM/T 0009.
    enveloped_key: String,
    /// By GM/T 0010.
    signed_and_enveloped: String,
}

impl OpenedExport {
    /// The files of a pair.
    pub(super) fn sm2_archive(&self, pair: &OpenedEncryption) -> Result<Archive, Error> {
        let ending = LineEnding::Lf;
        let mut archive = Archive::default()
            .with("chain.pem", self.chain_pem(ending))
            .with("signCert.pem", certificate_pem(&self.certificate.der, ending))
            .with("encCert.pem", certificate_pem(&pair.der, ending));
        if let Some(key) = &self.key {
            archive = archive.with("signCert.key", self.key_pem(key, ending)?.as_bytes());
        }
        match self.envelopes(pair)? {
            Some(envelopes) => Ok(archive
                .with("encSm2EnvelopedKey.key", envelopes.enveloped_key)
                .with("signedAndEnvelopedData.key", envelopes.signed_and_enveloped)),
            // With a request, the password has nothing of the caller's to protect: the documents
            // have this key plain.
            None if self.key.is_none() => {
                let key = pair.key.pkcs8_pem();
                Ok(archive.with("encCert.key", key.as_bytes()))
            }
            None => Ok(archive.with("encCert.key", self.key_pem(&pair.key, ending)?.as_bytes())),
        }
    }

    /// `texts` with those of the encryption half.
    pub(super) fn with_encryption(
        &self,
        texts: ExportedTexts,
        pair: &OpenedEncryption,
    ) -> Result<ExportedTexts, Error> {
        let ending = LineEnding::CrLf;
        let texts =
            ExportedTexts { enc_certificate: Some(certificate_pem(&pair.der, ending)), ..texts };
        match self.envelopes(pair)? {
            Some(envelopes) => Ok(ExportedTexts {
                enc_sm2_enveloped_key: Some(envelopes.enveloped_key),
                signed_and_enveloped_data: Some(envelopes.signed_and_enveloped),
                ..texts
            }),
            None => {
                let key = self.key_pem(&pair.key, ending)?;
                Ok(ExportedTexts { enc_private_key: Some(key), ..texts })
            }
        }
    }

    /// The envelopes, where they were asked for.
    fn envelopes(&self, pair: &OpenedEncryption) -> Result<Option<Envelopes>, Error> {
        let Some(signature) = &pair.signature else { return Ok(None) };
        let Some(issuer) = self.chain.first() else {
            return Err(Error::inconsistent("a certificate has nothing above it"));
        };
        let recipient =
            x509::Certificate::from_der(&self.certificate.der).map_err(Error::internal)?;
        let public_key = recipient.public_key().map_err(|error| Error::internal(error.clone()))?;
        let mut draw = |octets: &mut [u8]| self.random.fill(octets);

        let enveloped =
            sm2_enveloped_key(&pair.key, public_key, &mut draw).map_err(Error::internal)?;
        let signed = SignedAndEnveloped { key: &pair.key, recipient: &recipient }
            .write(Signer { certificate: issuer, signature }, &mut draw)
            .map_err(Error::internal)?;
        Ok(Some(Envelopes {
            enveloped_key: base64(&enveloped),
            signed_and_enveloped: base64(&signed),
        }))
    }
}
