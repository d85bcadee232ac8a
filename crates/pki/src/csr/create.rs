//! Creates a certification request together with its key.

use ledger::{AccountId, Author, CsrId, Versioned};
use x509::{
    Criticality, ExtensionValue, KeyAlgorithm, LineEnding, RequestFields, SubjectAltName, pem,
};

use super::names::alternative_names;
use super::subject::{check_name, subject};
use super::{Csr, Usage};
use crate::commit::{Decisions, Settled};
use crate::company::{Company, CompanyProfile, ProfileOrigin};
use crate::keys::request_hash;
use crate::{Error, KeyPurpose, Pki};

/// The certification request to create.
#[derive(Clone, Debug)]
pub struct NewCsr {
    /// The user's name for it.
    pub name: String,
    /// The main name: a domain name or an IP address.
    pub domain_name: String,
    /// The further names, separated by commas, semicolons or white space; empty for none.
    pub sans: String,
    /// The kind of its key.
    pub algorithm: KeyAlgorithm,
    /// For whom.
    pub usage: Usage,
    /// The company; what is empty is filled from the account's profile.
    pub company: Company,
}

impl Pki {
    /// Makes a key and a certification request for it.
    ///
    /// # Errors
    ///
    /// `CompanyMissing` when company fields are mandatory and nobody names them; `QuotaReached`;
    /// what the rules refuse.
    pub async fn create_csr(&self, author: &Author, new: NewCsr) -> Result<Csr, Error> {
        check_name(&new.name)?;
        let names = alternative_names(&new.domain_name, &new.sans)?;
        let extensions = vec![SubjectAltName { names }.to_extension(Criticality::NotCritical)];
        let id = CsrId::generate(&*self.clock, &*self.random);
        let mut decisions = Decisions::default();
        let mut made_key = None;
        loop {
            let profile = self.needed_profile(author.account, &new).await?;
            let company = match new.usage {
                Usage::Enterprise => {
                    let own = profile.as_ref().map(|profile| &profile.value.company);
                    new.company.clone().filled_from(own)?
                }
                Usage::Personal => new.company.clone(),
            };
            let subject = subject(&new.domain_name, new.usage, &company)?;
            let key = match made_key.take() {
                Some(key) => key,
                None => {
                    self.check_csr_quota(author.account).await?;
                    self.new_key(author.account, KeyPurpose::Csr, new.algorithm).await?
                }
            };
            let fields = RequestFields {
                subject: &subject,
                public_key: &key.public_key,
                extensions: extensions.clone(),
            };
            let der = self.signed_request(&key, request_hash(new.algorithm), fields).await?;
            let now = self.clock.now();
            let csr = Csr {
                id,
                account: author.account,
                name: new.name.clone(),
                domain_name: new.domain_name.clone(),
                sans: new.sans.clone(),
                algorithm: new.algorithm,
                usage: new.usage,
                company,
                request: pem::encode("CERTIFICATE REQUEST", &der, LineEnding::Lf),
                key: Some(key.binding.id),
                created_at: now,
                updated_at: now,
            };
            let event = author.event(now, "create_csr", id);
            let changes = self.changes(author, event).insert(csr.clone()).insert(key.clone());
            let changes = match &profile {
                Some(profile) => changes.expect(profile.value.row(), profile.version),
                None => changes,
            };
            let changes = self.counted(changes, author.account);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                warn_of_sample(profile.as_ref());
                return Ok(csr);
            }
            made_key = Some(self.used_again(key)?);
        }
    }

    /// The account's profile, where the request leaves out what it must have.
    async fn needed_profile(
        &self,
        account: AccountId,
        new: &NewCsr,
    ) -> Result<Option<Versioned<CompanyProfile>>, Error> {
        if new.usage == Usage::Personal || new.company.is_complete() {
            return Ok(None);
        }
        Ok(self.store.company(account).await?)
    }
}

/// Reminds the administrator that requests name a company that nobody chose.
fn warn_of_sample(profile: Option<&Versioned<CompanyProfile>>) {
    if let Some(profile) = profile
        && profile.value.origin == ProfileOrigin::Sample
    {
        tracing::warn!(
            account = %profile.value.account,
            "a certification request was filled from the sample enterprise profile; set the real \
             one with cinnabar account set-company"
        );
    }
}
