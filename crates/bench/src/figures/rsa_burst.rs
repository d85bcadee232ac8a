//! A burst of certification requests with RSA keys, on a server whose pool of ready-made keys is
//! full.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_rs::rsa::{KeyPair, KeySize};
use futures_util::future::join_all;
use http_body_util::BodyExt;

use crate::call::Call;
use crate::client::{Connection, runtime};
use crate::failure::Failure;
use crate::figure::{Errors, Figure, Reference, Unit};
use crate::interrupt;
use crate::requests::{create_csr, sign_in};
use crate::server::{Installation, Pool, Server, processor_time};
use crate::statistics::{Latency, Summary};

/// How many requests come at once; as many as the pool gives one account out of a full shelf.
const BURST: usize = 20;
/// How many bursts.
const BURSTS: usize = 5;
/// Milliseconds, for the slowest of a burst.
const AIM: f64 = 50.0;
/// How many keys are made for the reference.
const RAW_KEYS: usize = 20;
/// A server that uses less of a processor than this over a second has nothing left to make.
const QUIET: Duration = Duration::from_millis(50);
/// How long the pool may take to fill.
const PATIENCE: Duration = Duration::from_secs(240);

/// Sends bursts, each to a full pool.
pub(super) fn measure(cinnabar: &Path, directory: &Path) -> Result<Figure, Failure> {
    let installation = Installation::create(cinnabar, directory.join("burst"))?;
    let server = Server::start(&installation, Pool::Usual)?;
    let token = sign_in(&server.target, &installation.credentials)?;
    let call = create_csr("RSA_2048").with_token(&token);
    let (mut slowest, mut all, mut errors) = (Vec::new(), Vec::new(), Errors::default());
    for _ in 0..BURSTS {
        wait_for_quiet(&server)?;
        let times = burst(&server, &call, &mut errors)?;
        slowest.extend(times.iter().max().map(|time| time.as_secs_f64() * 1e3));
        all.extend(times);
    }
    server.stop()?;
    Ok(Figure {
        title: format!("the slowest of {BURST} CSRs RSA_2048 at once"),
        unit: Unit::Milliseconds,
        value: Summary::of(&slowest).ok_or(Failure::Slow("every burst"))?,
        aim: AIM,
        latency: Latency::of(all),
        server_cpu_us: None,
        references: vec![raw()?],
        errors,
    })
}

/// Waits until the server makes no more keys.
fn wait_for_quiet(server: &Server) -> Result<(), Failure> {
    let used = || processor_time(server.target.process).ok_or(Failure::Slow("reading /proc"));
    let began = Instant::now();
    let mut before = used()?;
    while began.elapsed() < PATIENCE {
        interrupt::check()?;
        thread::sleep(Duration::from_secs(1));
        let now = used()?;
        if now.saturating_sub(before) < QUIET {
            return Ok(());
        }
        before = now;
    }
    Err(Failure::Slow("the pool's filling"))
}

/// All at once, on connections that are open already; how long each took.
fn burst(server: &Server, call: &Call, errors: &mut Errors) -> Result<Vec<Duration>, Failure> {
    runtime()?.block_on(async {
        let mut connections = Vec::with_capacity(BURST);
        for _ in 0..BURST {
            connections.push(Connection::open(&server.target).await?);
        }
        let answers = connections.iter_mut().map(async |connection| {
            let began = Instant::now();
            let (head, body) = connection.send(call.request()?).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok::<_, Failure>((began.elapsed(), head.status, body))
        });
        let mut times = Vec::with_capacity(BURST);
        for answer in join_all(answers).await {
            let (time, status, body) = answer?;
            if status == call.expected {
                times.push(time);
            } else {
                errors.add(|| format!("{status}: {}", String::from_utf8_lossy(&body)));
            }
        }
        Ok(times)
    })
}

/// What each would take at least if its key had to be made, alone on a processor.
fn raw() -> Result<Reference, Failure> {
    let mut times = Vec::with_capacity(RAW_KEYS);
    for _ in 0..RAW_KEYS {
        interrupt::check()?;
        let began = Instant::now();
        KeyPair::generate(KeySize::Rsa2048)
            .map_err(|_unspecified| Failure::Cryptography("to make an RSA key"))?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Reference {
        title: "one RSA-2048 key generation".to_owned(),
        value: Summary::of(&times).ok_or(Failure::Slow("every key"))?,
    })
}
