//! RSA keys with the library that the server uses, and nothing around it.

use std::time::Duration;

use aws_lc_rs::rsa::{KeyPair, KeySize};

use super::rate;
use crate::failure::Failure;

/// Generations of 2048-bit keys in a second.
pub(crate) fn rsa_2048_keys(length: Duration) -> Result<f64, Failure> {
    rate(length, || {
        KeyPair::generate(KeySize::Rsa2048)
            .map(drop)
            .map_err(|_unspecified| Failure::Cryptography("to make an RSA key"))
    })
}
