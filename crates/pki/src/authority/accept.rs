//! Takes a certificate that was signed elsewhere, and finds who signed it.

use ledger::{AccountId, Changes};
use x509::key::PublicKey;
use x509::{Certificate, Name};

use super::examine::{self, Incoming};
use super::issue::shown_name;
use super::lineage::Lineage;
use super::{GenerationMode, Home, Issued, Issuer};
use crate::path_length::{self, Level};
use crate::{Error, Field, Pki, Record};

/// A certificate that an authority may take as its own.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// The certificate with its place in its chain.
    pub(crate) issued: Issued,
    /// The signer, where it is an authority of this account.
    lineage: Option<Lineage>,
}

impl Pki {
    /// Checks what came for an authority with this key, and finds its issuer: among the account's
    /// own authorities by name and signature, or in the chain that came along.
    ///
    /// # Errors
    ///
    /// `PublicKeyMismatch`; `Invalid` for the certificate or its chain.
    pub(crate) async fn accept(
        &self,
        account: AccountId,
        home: Home,
        incoming: Incoming,
        key: &PublicKey,
    ) -> Result<Accepted, Error> {
        let now = self.clock.now();
        let Incoming { certificate, pool } = incoming;
        let algorithm = examine::check_certificate(&certificate, key, now)?;
        let chain = examine::ordered_chain(&certificate, pool, now)?;
        let lineage = self.own_issuer(account, home, &certificate).await?;
        if let Some(lineage) = &lineage {
            // What a revoked authority signed could issue nothing.
            lineage
                .check_revocations()
                .map_err(|refusal| Error::invalid(Field::Certificate, refusal.to_string()))?;
            examine::ordered_chain(&certificate, lineage.certificates.clone(), now)?;
        }
        let issuer = lineage.as_ref().and_then(|lineage| lineage.authorities.first());
        let read = Issued::read(&certificate, key, algorithm.hash());
        let issued = match issuer.map(|issuer| (&issuer.value, issuer.value.issued())) {
            Some((authority, Some(issuer))) => {
                if issuer.effective_path_length == Some(0) {
                    let problem = "the path length of its issuer is 0";
                    return Err(Error::invalid(Field::Certificate, problem));
                }
                Issued {
                    issuer: Issuer::Authority(authority.id),
                    effective_path_length: path_length::below(
                        issuer.effective_path_length,
                        read.path_length,
                    ),
                    ..read
                }
            }
            _ => {
                let known = std::iter::once(&certificate).chain(&chain);
                let levels: Vec<Level> = known.map(Level::of).collect();
                Issued {
                    issuer: Issuer::Outside,
                    effective_path_length: path_length::along(&levels),
                    imported_chain: chain.iter().map(|member| member.der().to_vec()).collect(),
                    ..read
                }
            }
        };
        let issuer_name = Some(shown_name(certificate.issuer()));
        let issued = Issued { issuer_name, mode: GenerationMode::Import, ..issued };
        if self.store.is_serial_taken(account, &issued).await? {
            let problem = "its issuer gave the same serial number to another certificate; have it signed anew";
            return Err(Error::invalid(Field::Certificate, problem));
        }
        Ok(Accepted { issued, lineage })
    }

    /// The authority of this account that signed the certificate, with all above it. One that has
    /// expired is found too: its certificates must not pass for those of somebody outside.
    async fn own_issuer(
        &self,
        account: AccountId,
        home: Home,
        certificate: &Certificate,
    ) -> Result<Option<Lineage>, Error> {
        let subject = certificate.issuer().comparison_key();
        let now = self.clock.now();
        for candidate in self.store.authorities_by_subject(account, &subject).await? {
            let authority = &candidate.value;
            if authority.is_gone(now) {
                continue;
            }
            let near = authority.home == Home::PrivateCa || authority.home == home;
            let Some(issued) = authority.issued() else { continue };
            if !near {
                continue;
            }
            let own = Certificate::from_der(&issued.certificate).map_err(Error::internal)?;
            let signed =
                own.public_key().is_ok_and(|key| certificate.verify_signed_by(key).is_ok());
            if signed {
                return Ok(Some(self.lineage(account, candidate).await?));
            }
        }
        Ok(None)
    }
}

impl Accepted {
    /// Lets the change hold only while the known issuers are as they were read.
    pub(crate) fn expected_by(&self, changes: Changes<Record>) -> Changes<Record> {
        match &self.lineage {
            Some(lineage) => lineage.expected_by(changes),
            None => changes,
        }
    }

    /// In what the certificate differs from the request; the certificate wins.
    pub(crate) fn differences(&self, asked: &Name, key: &PublicKey) -> Option<String> {
        let mut differences = Vec::new();
        if self.issued.subject != *asked {
            differences.push(format!("subject {} instead of {asked}", self.issued.subject));
        }
        if self.issued.key_identifier != key.key_identifier() {
            let identifier = self.issued.key_identifier.iter();
            let hex: String = identifier.map(|octet| format!("{octet:02x}")).collect();
            differences.push(format!("subject key identifier {hex}"));
        }
        let told = differences.join("; ");
        (!told.is_empty()).then(|| format!("the certificate differs from its request: {told}"))
    }
}
