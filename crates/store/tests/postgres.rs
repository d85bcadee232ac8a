//! The suite of the ports on PostgreSQL, each case in a database of its own.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod database;

use std::sync::Arc;

use store::conformance::Ledger;

use database::{Opened, fresh_database};

async fn fresh() -> (Arc<dyn Ledger>, Opened) {
    let opened = fresh_database().await;
    (Arc::new(opened.database.clone()), opened)
}

mod conformance {
    store::conformance_suite!(super::fresh);
}
