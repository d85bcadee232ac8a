//! `POST /v3/scm/csr`: a key, a signature by it, and a durable commit.

use std::sync::Arc;

use super::Bench;
use super::windows::{Aim, Raw, Subject};
use crate::failure::Failure;
use crate::figure::Figure;
use crate::load::Load;
use crate::raw::{Group, p256_keys, p256_signatures, rsa_2048_keys};
use crate::requests::create_csr;

/// With an EC_P256 key, where the commit counts.
pub(super) fn p256(bench: &Bench) -> Result<Figure, Failure> {
    bench.windows.measure(Subject {
        title: "create CSR EC_P256, 32 connections",
        load: Box::new(load(bench, "EC_P256", 32)),
        references: vec![
            Raw::new("P-256 key generation, all cores", 0.25, p256_keys),
            Raw::new("P-256 signature, all cores", 0.25, p256_signatures),
            Raw::commits(Group::OfOne, &bench.directory)?,
            Raw::commits(Group::OfThirtyTwo, &bench.directory)?,
        ],
        aim: Aim::Rate(4000.0),
    })
}

/// With an RSA_2048 key, where nothing but its generation counts.
pub(super) fn rsa_2048(bench: &Bench) -> Result<Figure, Failure> {
    bench.windows.doubled().measure(Subject {
        title: "create CSR RSA_2048, 8 connections",
        load: Box::new(load(bench, "RSA_2048", 8)),
        references: vec![Raw::new("RSA-2048 key generation, all cores", 1.0, rsa_2048_keys)],
        aim: Aim::OfFirstReference(0.8),
    })
}

fn load(bench: &Bench, algorithm: &str, connections: usize) -> Load {
    let call = create_csr(algorithm).with_token(&bench.token);
    Load { target: bench.server.target.clone(), call: Arc::new(call), connections }
}
