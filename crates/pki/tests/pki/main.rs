//! The operations over a store in memory and keys in the clear.

#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]
#![expect(clippy::expect_used, reason = "a test ends where it fails")]

mod activate;
mod commit;
mod company;
mod create;
mod csrs;
mod export;
mod import;
mod keys;
mod memory;
mod openssl;
mod outside;
mod workspace;
mod world;
