//! `POST /ocsp/{ca_id}` over plain HTTP, about revoked certificates among a million.

use std::path::Path;
use std::sync::Arc;

use super::export_authority::rate_without_errors;
use super::windows::{Aim, Raw, Subject, Windows};
use crate::echo::PlainEcho;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::load::Source;
use crate::ocsp::{Issuer, Nonce, is_successful, number_nonce, post};
use crate::plain::{Connection, Next, PlainLoad};
use crate::raw::p256_signatures;
use crate::world::World;

const CONNECTIONS: usize = 32;

/// Requests without a nonce, about a thousand certificates in turn: all but the first thousand are
/// answered from memory, after a look at the status.
pub(super) fn cached(world: &World, directory: &Path, windows: Windows) -> Result<Figure, Failure> {
    let subject = Subject {
        title: "OCSP cached, plain HTTP, 32 connections",
        load: Box::new(load(world, Nonce::None)?),
        references: vec![echo(world, directory, "echo-cached", windows)?],
        aim: Aim::Rate(40_000.0),
    };
    windows.measure(subject)
}

/// Requests with a nonce: each answer is signed.
pub(super) fn live(world: &World, directory: &Path, windows: Windows) -> Result<Figure, Failure> {
    let subject = Subject {
        title: "OCSP signed live P-256, 32 connections",
        load: Box::new(load(world, Nonce::Last)?),
        references: vec![
            echo(world, directory, "echo-live", windows)?,
            Raw::new("P-256 signature, all cores", 0.25, p256_signatures),
        ],
        aim: Aim::Rate(10_000.0),
    };
    windows.measure(subject)
}

fn load(world: &World, nonce: Nonce) -> Result<PlainLoad, Failure> {
    Ok(PlainLoad {
        target: world.server.public,
        next: requests(world, nonce)?,
        check: is_successful,
        connections: CONNECTIONS,
    })
}

/// What is asked.
fn requests(world: &World, nonce: Nonce) -> Result<Next, Failure> {
    let issuer = Issuer::of(&world.certificate()?)?;
    let about = |serial: &Vec<u8>| post(&world.authority, &issuer.request(serial, nonce));
    let all: Vec<_> = world.revoked.iter().map(about).collect();
    Ok(Arc::new(move |number, http| {
        let turn = usize::try_from(number).unwrap_or_default().checked_rem(all.len());
        if let Some(request) = turn.and_then(|turn| all.get(turn)) {
            http.clone_from(request);
        }
        if nonce == Nonce::Last {
            number_nonce(number, http);
        }
    }))
}

/// The same requests to a server that answers as many octets without a look at them.
fn echo(world: &World, directory: &Path, name: &str, windows: Windows) -> Result<Raw, Failure> {
    let next = requests(world, Nonce::Last)?;
    let mut connection = Connection::open(world.server.public.address)?;
    connection.send(|http| next(0, http))?;
    let (answered, _) = connection.receive()?;
    if !is_successful(&answered) {
        let text = answered.told();
        return Err(Failure::Unintelligible { what: "the OCSP answer", text });
    }
    let echo = PlainEcho::start(&directory.join(name), answered.body.len())?;
    let load = PlainLoad {
        target: echo.target,
        next,
        check: |answered| answered.status == 200,
        connections: CONNECTIONS,
    };
    Ok(Raw::new("HTTP echo of the same length, plain", 1.0, move |length| {
        let _running = &echo;
        rate_without_errors(load.run(windows.warm_up(), length)?)
    }))
}
