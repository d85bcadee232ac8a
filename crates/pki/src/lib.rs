//! What may be done: certificate authorities, certification requests, their rules and operations.
//!
//! Every front-end calls the methods of [`Pki`]. An operation reads what it needs through the
//! [`Store`] port, applies a rule that is a plain function, and hands one change set back to the
//! store. This crate knows neither HTTP nor SQL nor JSON, and takes time and randomness from ports.

pub mod agency;
pub mod authority;
pub mod certificate;
mod commit;
pub mod company;
pub mod crl;
pub mod csr;
mod error;
mod key_store;
mod keys;
pub mod lease;
pub mod ocsp;
mod page;
mod path_length;
mod pointers;
mod profile;
mod public_url;
mod record;
mod replica;
pub mod revocation;
mod settings;
mod store;
mod subject;
pub mod tag;
pub mod text;
pub mod validity;
pub mod workspace;

pub use crl::Crls;
pub use error::{Error, Field};
pub use key_store::{ExportedKey, KeyBinding, KeyError, KeyPurpose, KeyRecord, KeyStore};
pub use page::{Listed, MOST_COUNTED, Page};
pub use public_url::PublicUrl;
pub use record::Record;
pub use replica::{Lists, Objects, Replica};
pub use revocation::{Revocation, RevocationReason};
pub use settings::Settings;
pub use store::{Authorities, Certificates, Companies, Csrs, Keys, Store, WorkspaceTransactions};
pub use subject::DistinguishedName;
pub use tag::{Tag, Tags};

use std::sync::Arc;

use ledger::{Clock, Random};

/// The operations, over the ports that they need.
#[derive(Clone)]
pub struct Pki {
    store: Arc<dyn Store>,
    keys: Arc<dyn KeyStore>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    settings: Settings,
    buckets: Arc<dyn crl::Buckets>,
    overtaken: crl::publish::Overtaken,
    exports: Arc<authority::Exports>,
    ocsp: Arc<ocsp::Memory>,
    issuers: Arc<authority::issuing::IssuingAuthorities>,
}

impl Pki {
    /// The operations over these ports.
    pub fn new(
        store: Arc<dyn Store>,
        keys: Arc<dyn KeyStore>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        settings: Settings,
    ) -> Self {
        let exports = Arc::new(authority::no_exports());
        let buckets = Arc::new(crl::NoBuckets);
        let overtaken = crl::publish::Overtaken::default();
        Self {
            store,
            keys,
            clock,
            random,
            settings,
            buckets,
            overtaken,
            exports,
            ocsp: Arc::new(ocsp::Memory::new()),
            issuers: Arc::new(authority::issuing::IssuingAuthorities::new()),
        }
    }

    /// The same operations, which publish CRLs in these buckets.
    #[must_use]
    pub fn publishing_in(self, buckets: Arc<dyn crl::Buckets>) -> Self {
        Self { buckets, ..self }
    }
}
