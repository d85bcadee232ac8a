//! `POST /v1/private-certificates` and `…/csr`: a signature by an authority and a durable commit.

use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;
use serde_json::{Value, json};

use super::Bench;
use super::windows::{Aim, Raw, Subject};
use crate::call::Call;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::load::Load;
use crate::raw::{Group, p256_keys, p256_signatures, p256_verifications};
use crate::requests::{authority, create_authority, new_csr};

/// How many sockets ask at once.
const CONNECTIONS: usize = 64;
/// How many certification requests take turns: none comes back before hundreds of others.
const REQUESTS: usize = 2000;

/// By certification request, from a P-256 authority.
pub(super) fn by_csr(bench: &Bench) -> Result<Figure, Failure> {
    let issuer = issuer(bench)?;
    let bodies = (0..REQUESTS)
        .map(|_| {
            let body = json!({ "issuer_id": issuer, "csr": new_csr()?, "validity": days() });
            Ok(Bytes::from(body.to_string()))
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let call = Call::post("/v1/private-certificates/csr", StatusCode::OK).with_bodies(bodies);
    measure(
        bench,
        "issue by P-256 CSR, 64 connections",
        call,
        vec![Raw::new("P-256 verification, all cores", 0.25, p256_verifications)],
    )
}

/// With a P-256 key that the service makes, from a P-256 authority.
pub(super) fn with_key(bench: &Bench) -> Result<Figure, Failure> {
    let issuer = issuer(bench)?;
    let body = json!({
        "issuer_id": issuer,
        "key_algorithm": "EC256",
        "signature_algorithm": "SHA256",
        "distinguished_name": { "common_name": "shop.example.org" },
        "validity": days(),
        "key_usages": ["digitalSignature"],
        "subject_alternative_names": [{ "type": "DNS", "value": "shop.example.org" }],
    });
    let call = Call::post("/v1/private-certificates", StatusCode::OK).with_json(&body);
    measure(
        bench,
        "issue with a P-256 key made here, 64 connections",
        call,
        vec![Raw::new("P-256 key generation, all cores", 0.25, p256_keys)],
    )
}

fn measure(
    bench: &Bench,
    title: &'static str,
    call: Call,
    mut references: Vec<Raw>,
) -> Result<Figure, Failure> {
    references.push(Raw::new("P-256 signature, all cores", 0.25, p256_signatures));
    references.push(Raw::commits(Group::OfThirtyTwo, &bench.directory)?);
    bench.windows.measure(Subject {
        title,
        load: Box::new(Load {
            target: bench.server.target.clone(),
            call: Arc::new(call.with_token(&bench.token)),
            connections: CONNECTIONS,
        }),
        references,
        aim: Aim::Rate(5000.0),
    })
}

fn issuer(bench: &Bench) -> Result<String, Failure> {
    create_authority(&bench.server.target, &bench.token, &authority("issuing", "ROOT"))
}

fn days() -> Value {
    json!({ "type": "DAY", "value": 90 })
}
