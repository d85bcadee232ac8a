//! What may be done: certificate authorities, certification requests, their rules and operations.
//!
//! Every front-end calls the methods of [`Pki`]. An operation reads what it needs through the
//! [`Store`] port, applies a rule that is a plain function, and hands one change set back to the
//! store. This crate knows neither HTTP nor SQL nor JSON, and takes time and randomness from ports.

pub mod authority;
pub mod certificate;
mod commit;
pub mod company;
pub mod crl;
pub mod csr;
mod error;
mod key_store;
mod keys;
mod page;
mod path_length;
mod profile;
mod record;
pub mod revocation;
mod settings;
mod store;
mod subject;
pub mod text;
pub mod validity;
pub mod workspace;

pub use error::{Error, Field};
pub use key_store::{ExportedKey, KeyBinding, KeyError, KeyPurpose, KeyRecord, KeyStore};
pub use page::{Listed, Page};
pub use record::Record;
pub use revocation::{Revocation, RevocationReason};
pub use settings::Settings;
pub use store::{
    Authorities, Certificates, Companies, Crls, Csrs, Keys, Store, WorkspaceTransactions,
};
pub use subject::DistinguishedName;

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
    exports: Arc<authority::Exports>,
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
        Self { store, keys, clock, random, settings, exports }
    }
}
