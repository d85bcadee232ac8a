//! The archives of international algorithms.

use x509::LineEnding;
use x509::bundle::{Archive, Password, jks, pkcs12};
use x509::key::PrivateKey;
use x509::time::UnixTime;

use super::texts::certificate_pem;
use super::{OpenedExport, ServerType};
use crate::Error;

impl OpenedExport {
    /// The files, in text with LF line ends.
    pub(super) fn archive(&self) -> Result<Archive, Error> {
        match (&self.encryption, &self.key) {
            (Some(pair), _) => self.sm2_archive(pair),
            (None, Some(key)) => self.archive_with_key(key),
            (None, None) => Ok(self.archive_without_key()),
        }
    }

    fn archive_with_key(&self, key: &PrivateKey) -> Result<Archive, Error> {
        let archive = Archive::default();
        let files = match self.options.server {
            ServerType::Iis => return self.key_store(key, "server.pfx", Self::pkcs12),
            ServerType::Tomcat => return self.key_store(key, "server.jks", Self::jks),
            ServerType::Apache => {
                let chain = self.chain_pem(LineEnding::Lf);
                archive.with("chain.crt", chain).with("server.crt", self.leaf())
            }
            ServerType::Nginx => archive.with("server.crt", self.leaf_and_chain()),
            ServerType::Other => {
                let chain = self.chain_pem(LineEnding::Lf);
                archive.with("chain.pem", chain).with("server.pem", self.leaf())
            }
        };
        let key = self.key_pem(key, LineEnding::Lf)?;
        Ok(files.with("server.key", key.as_bytes()))
    }

    fn archive_without_key(&self) -> Archive {
        let archive = Archive::default();
        match self.options.server {
            ServerType::Apache | ServerType::Iis | ServerType::Tomcat => {
                let chain = self.chain_pem(LineEnding::Lf);
                archive.with("chain.crt", chain).with("server.crt", self.leaf())
            }
            ServerType::Nginx => archive.with("server.crt", self.leaf_and_chain()),
            ServerType::Other => {
                let chain = self.chain_pem(LineEnding::Lf);
                archive.with("chain.pem", chain).with("cert.pem", self.leaf())
            }
        }
    }

    /// The key store `name` that `make` makes, with its password in a file of its own if nobody
    /// chose it.
    fn key_store(
        &self,
        key: &PrivateKey,
        name: &'static str,
        make: fn(&Self, &PrivateKey, &Password) -> Result<Vec<u8>, Error>,
    ) -> Result<Archive, Error> {
        match &self.options.password {
            Some(password) => Ok(Archive::default().with(name, make(self, key, password)?)),
            None => {
                let password = Password::generate(&mut |octets| self.random.fill(octets));
                let archive = Archive::default().with(name, make(self, key, &password)?);
                Ok(archive.with("keystorePass.txt", password.as_str()))
            }
        }
    }

    fn pkcs12(&self, key: &PrivateKey, password: &Password) -> Result<Vec<u8>, Error> {
        let name = &self.certificate.distinguished_name.common_name;
        let contents = pkcs12::Contents {
            friendly_name: if name.is_empty() { jks::ALIAS } else { name },
            key,
            certificate: &self.certificate.der,
            chain: &self.chain_der(),
        };
        let mut draw = |octets: &mut [u8]| self.random.fill(octets);
        pkcs12::write(contents, password, self.protection, &mut draw).map_err(Error::internal)
    }

    fn jks(&self, key: &PrivateKey, password: &Password) -> Result<Vec<u8>, Error> {
        let contents = jks::Contents {
            key,
            certificates: &self.all_der(),
            created: UnixTime(self.at.as_seconds()),
        };
        Ok(jks::write(contents, password, &mut |octets| self.random.fill(octets)))
    }

    fn leaf(&self) -> String {
        certificate_pem(&self.certificate.der, LineEnding::Lf)
    }

    fn leaf_and_chain(&self) -> String {
        self.leaf() + &self.chain_pem(LineEnding::Lf)
    }
}
