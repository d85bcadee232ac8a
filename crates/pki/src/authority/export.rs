//! Exports the certificate of an authority and the chain above it.

use std::sync::Arc;

use ledger::{AccountId, CaId, Versioned};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use x509::{Certificate, LineEnding};

use super::{Authority, Issuer, Status};
use crate::{Error, Pki};

/// How much text the kept exports may have together, in octets.
const KEPT_OCTETS: u64 = 8 * 1024 * 1024;

/// How many exports are expected to be kept; only a hint for the cache's tables.
const KEPT_EXPORTS: usize = 1024;

/// An authority's certificate and chain, PEM with CRLF line ends.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExportedAuthority {
    /// Its certificate.
    pub certificate: String,
    /// The certificates above it, nearest first, root last; `None` for a root.
    pub chain: Option<String>,
}

/// Exports that were rendered before. A certificate and all above it never change, so nothing in
/// here becomes wrong; whether an authority may be exported, and whether all above it are still
/// there, is read at each request.
pub(crate) type Exports = Cache<CaId, KeptExport, TextLength>;

/// An export and the authorities that it rests on.
#[derive(Clone, Debug)]
pub(crate) struct KeptExport {
    export: Arc<ExportedAuthority>,
    above: Arc<[CaId]>,
}

/// Weighs an export by the length of its text.
#[derive(Clone, Debug)]
pub(crate) struct TextLength;

impl Weighter<CaId, KeptExport> for TextLength {
    fn weight(&self, _: &CaId, KeptExport { export, .. }: &KeptExport) -> u64 {
        let chain = export.chain.as_ref().map_or(0, String::len);
        u64::try_from(export.certificate.len() + chain).unwrap_or(u64::MAX)
    }
}

/// Room for exports, empty.
pub(crate) fn no_exports() -> Exports {
    Cache::with_weighter(KEPT_EXPORTS, KEPT_OCTETS, TextLength)
}

impl Pki {
    /// The certificate of the authority `id` and the chain above it.
    ///
    /// # Errors
    ///
    /// `AuthorityNotFound`; `AuthorityStatus` unless it is active, expired or disabled;
    /// `AncestorGone` when an authority above it does not exist any more, so that there is no
    /// whole chain to show.
    pub async fn export_authority(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Arc<ExportedAuthority>, Error> {
        let authority = self.shown_authority(account, id).await?;
        let status = authority.value.status(self.clock.now());
        if !matches!(status, Status::Active | Status::Disabled | Status::Expired) {
            let needed = "only an ACTIVED, EXPIRED or DISABLED one is exported";
            return Err(Error::AuthorityStatus { id, status, needed });
        }
        let kept = match self.exports.get(&id) {
            Some(kept) => kept,
            None => {
                let kept = self.rendered(account, authority).await?;
                self.exports.insert(id, kept.clone());
                return Ok(kept.export);
            }
        };
        for above in kept.above.iter() {
            if !self.is_present(account, *above).await? {
                return Err(Error::AncestorGone { id });
            }
        }
        Ok(kept.export)
    }

    async fn rendered(
        &self,
        account: AccountId,
        authority: Versioned<Authority>,
    ) -> Result<KeptExport, Error> {
        let is_root =
            authority.value.issued().is_some_and(|issued| issued.issuer == Issuer::Itself);
        let lineage = self.lineage(account, authority).await?;
        let mut texts = lineage.certificates.iter().map(to_pem);
        let Some(certificate) = texts.next() else {
            return Err(Error::inconsistent("an authority has no certificate"));
        };
        let above: Vec<String> = texts.collect();
        let chain = (!is_root && !above.is_empty()).then(|| above.join("\r\n"));
        let above = lineage.authorities.iter().skip(1).map(|authority| authority.value.id);
        Ok(KeptExport {
            export: Arc::new(ExportedAuthority { certificate, chain }),
            above: above.collect(),
        })
    }
}

fn to_pem(certificate: &Certificate) -> String {
    certificate.to_pem(LineEnding::CrLf)
}
