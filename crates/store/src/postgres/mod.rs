//! A PostgreSQL server: where it is, how the way to it is secured, what it has to be, and how far its
//! standbys are.

mod address;
pub(crate) mod demands;
pub(crate) mod replication;
mod tls;

pub use address::{AddressError, PostgresAddress};
pub use demands::{Demands, Durability, Standby, UnfitServer};
pub use replication::Standing;
pub(crate) use tls::Encryption;
pub use tls::TrustError;
