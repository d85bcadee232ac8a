//! Registers a certification request that was made elsewhere.

use ledger::{AccountId, Author, CsrId};
use x509::{CertificationRequest, LineEnding, PrivateKey, Sm2EmptyId};
use zeroize::Zeroizing;

use super::Csr;
use super::derive::Derived;
use super::subject::check_name;
use crate::commit::{Decisions, Settled};
use crate::{Error, Field, KeyPurpose, KeyRecord, Pki};

/// A certification request that was made elsewhere.
#[derive(Clone)]
pub struct UploadedCsr {
    /// The user's name for it.
    pub name: String,
    /// The request, PEM.
    pub request: String,
    /// Its private key, PEM.
    pub private_key: Option<Zeroizing<String>>,
}

impl Pki {
    /// Registers a certification request that was made elsewhere, with or without its key.
    ///
    /// # Errors
    ///
    /// `Invalid` when the request or the key cannot be read or used; `PublicKeyMismatch` when they
    /// do not belong together; `QuotaReached`.
    pub async fn upload_csr(&self, author: &Author, uploaded: UploadedCsr) -> Result<Csr, Error> {
        check_name(&uploaded.name)?;
        let request = self.verified_request(&uploaded.request)?;
        if self.store.is_authority_key(request.public_key()).await? {
            let problem =
                "the CSR carries the key of a certificate authority; make one with its own";
            return Err(Error::invalid(Field::Csr, problem));
        }
        let Derived { domain_name, sans, usage, company } = Derived::read(&request)?;
        let mut key = match uploaded.private_key {
            Some(text) if !text.trim().is_empty() => {
                Some(self.imported_key(author.account, &request, text).await?)
            }
            _ => None,
        };
        let now = self.clock.now();
        let csr = Csr {
            id: CsrId::generate(&*self.clock, &*self.random),
            account: author.account,
            name: uploaded.name,
            domain_name,
            sans,
            algorithm: request.public_key().algorithm(),
            usage,
            company,
            request: request.to_pem(LineEnding::Lf),
            key: key.as_ref().map(|key| key.binding.id),
            created_at: now,
            updated_at: now,
        };
        let mut decisions = Decisions::default();
        loop {
            let event = author.event(now, "upload_csr", csr.id);
            let changes = self.changes(author, event).insert(csr.clone());
            let changes = match &key {
                Some(key) => changes.insert(key.clone()),
                None => changes,
            };
            let changes = self.counted(changes, author.account);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(csr);
            }
            key = key.map(|key| self.used_again(key)).transpose()?;
        }
    }

    /// Reads a request and checks that its signature was made with its own key (RFC 2986 §3).
    pub(crate) fn verified_request(&self, text: &str) -> Result<CertificationRequest, Error> {
        let invalid = |problem: String| Error::invalid(Field::Csr, problem);
        let request = CertificationRequest::from_pem(text)
            .map_err(|error| invalid(format!("the CSR cannot be used: {error}")))?;
        if request.signature_algorithm().is_none() {
            let oid = request.signature_algorithm_oid();
            return Err(invalid(format!("the CSR's signature algorithm {oid} is not supported")));
        }
        let empty_id =
            if self.settings.accept_empty_sm2_id { Sm2EmptyId::Accept } else { Sm2EmptyId::Refuse };
        request
            .verify(empty_id)
            .map_err(|_| invalid("the CSR's signature was not made with its key".to_owned()))?;
        Ok(request)
    }

    /// Takes the key of a request into the key store.
    async fn imported_key(
        &self,
        account: AccountId,
        request: &CertificationRequest,
        text: Zeroizing<String>,
    ) -> Result<KeyRecord, Error> {
        let key = PrivateKey::from_pem(&text)
            .map_err(|error| Error::invalid(Field::PrivateKey, error.to_string()))?;
        if key.public_key() != request.public_key() {
            return Err(Error::PublicKeyMismatch);
        }
        let binding = self.new_binding(account, KeyPurpose::Csr);
        Ok(self.keys.import(binding, key, text).await?)
    }
}
