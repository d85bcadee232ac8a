//! The operations over a store in memory and keys in the clear.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]
#![expect(clippy::expect_used, reason = "a test ends where it fails")]

mod activate;
mod buckets;
mod by_csr;
mod certificates;
mod commit;
mod company;
mod counters;
mod create;
mod crls;
mod csr_changes;
mod csrs;
mod export;
mod import;
mod judged_certificates;
mod keys;
mod lifecycle;
mod memory;
mod ocsp;
mod openssl;
mod outside;
mod publishing;
mod replica;
mod restored;
mod shards;
mod states;
mod workspace;
mod workspace_authorities;
mod world;
