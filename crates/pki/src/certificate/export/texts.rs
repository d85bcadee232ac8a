//! An export as texts, PEM with CRLF line ends.

use x509::LineEnding;
use x509::bundle::encrypted_private_key_pem;
use x509::key::PrivateKey;
use x509::pem;
use zeroize::Zeroizing;

use super::OpenedExport;
use crate::Error;

/// The texts of an export. Keys are wiped when dropped.
#[derive(Debug, Default)]
pub struct ExportedTexts {
    /// The certificate; of an SM2 pair the one for signatures.
    pub certificate: String,
    /// The certificates above it, nearest first, root last.
    pub certificate_chain: String,
    /// Its private key, where the service made it.
    pub private_key: Option<Zeroizing<String>>,
    /// The encryption certificate of an SM2 pair.
    pub enc_certificate: Option<String>,
    /// Its private key.
    pub enc_private_key: Option<Zeroizing<String>>,
    /// The same key enveloped by GM/T 0009, base64.
    pub enc_sm2_enveloped_key: Option<String>,
    /// The same key enveloped by GM/T 0010, base64.
    pub signed_and_enveloped_data: Option<String>,
}

impl OpenedExport {
    /// The texts.
    pub(super) fn texts(&self) -> Result<ExportedTexts, Error> {
        let ending = LineEnding::CrLf;
        let key = match &self.key {
            Some(key) => Some(self.key_pem(key, ending)?),
            None => None,
        };
        let texts = ExportedTexts {
            certificate: certificate_pem(&self.certificate.der, ending),
            certificate_chain: self.chain_pem(ending),
            private_key: key,
            ..ExportedTexts::default()
        };
        match &self.encryption {
            Some(pair) => self.with_encryption(texts, pair),
            None => Ok(texts),
        }
    }

    /// The certificates above it, one after the other.
    pub(super) fn chain_pem(&self, ending: LineEnding) -> String {
        let blocks: Vec<_> = self.chain.iter().map(|above| above.to_pem(ending)).collect();
        blocks.join(match ending {
            LineEnding::CrLf => "\r\n",
            LineEnding::Lf => "",
        })
    }

    /// A private key, encrypted if there is a password for it.
    pub(super) fn key_pem(
        &self,
        key: &PrivateKey,
        ending: LineEnding,
    ) -> Result<Zeroizing<String>, Error> {
        let pem = match &self.options.password {
            Some(password) => {
                let mut draw = |octets: &mut [u8]| self.random.fill(octets);
                encrypted_private_key_pem(key, password, ending, &mut draw)
                    .map_err(Error::internal)?
            }
            None => pem::encode("PRIVATE KEY", key.pkcs8_der(), ending),
        };
        Ok(Zeroizing::new(pem))
    }
}

/// A certificate as PEM.
pub(super) fn certificate_pem(der: &[u8], ending: LineEnding) -> String {
    pem::encode("CERTIFICATE", der, ending)
}
