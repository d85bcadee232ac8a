//! CRLs of a million revocations, made and published by the server's own work.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{Context, SHA256};
use rusqlite::{Connection, params};

use super::windows::Windows;
use crate::client::once;
use crate::failure::Failure;
use crate::figure::{Errors, Figure, Reference, Unit};
use crate::interrupt;
use crate::server::PeakMemory;
use crate::statistics::Summary;
use crate::world::World;

/// How long CRLs may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks, which is as exact as a time is.
const LOOK: Duration = Duration::from_millis(2);
/// How long nothing is asked before something is made: a list that was published rests for five
/// seconds.
const REST: Duration = Duration::from_secs(6);
/// How much is hashed and written at a time for the reference, in octets.
const PIECE: usize = 1024 * 1024;

/// Which CRLs are made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Lists {
    /// The complete one.
    Complete,
    /// All shards.
    Shards,
}

/// One making of them.
#[derive(Clone, Copy, Debug)]
struct Making {
    /// Until the last one was committed, in milliseconds.
    made: f64,
    /// Until the last one was in its bucket, in milliseconds.
    published: f64,
    /// How much more memory the server held at its peak, in 10^6 octets.
    memory: f64,
}

/// Waits for the first ones: all are due when the server starts, and would be made under other figures.
pub(super) fn settled(world: &World) -> Result<(), Failure> {
    let database = world.reader()?;
    wait(&database, world, Lists::Complete, None)?;
    wait(&database, world, Lists::Shards, None).map(drop)
}

/// The complete one and all shards: how long, and in how much memory.
pub(super) fn measure(
    world: &World,
    directory: &Path,
    windows: Windows,
) -> Result<Vec<Figure>, Failure> {
    let database = world.reader()?;
    let mut figures = Vec::new();
    for (lists, title, time, memory) in [
        (Lists::Complete, "complete CRL of 1,000,000", 1000.0, 32.0),
        (Lists::Shards, "all shards of 1,000,000", 5000.0, 64.0),
    ] {
        let mut makings = Vec::new();
        for _ in 0..windows.count() {
            thread::sleep(REST);
            makings.push(making(&database, world, lists)?);
        }
        let (octets, largest) = lengths(&database, world, lists)?;
        let raw =
            (0..windows.count()).map(|_| raw(directory, octets)).collect::<Result<Vec<_>, _>>()?;
        let of = |value: fn(&Making) -> f64| makings.iter().map(value).collect::<Vec<_>>();
        figures.push(figure(
            format!("{title}, made"),
            (Unit::Milliseconds, time),
            &of(|making| making.made),
            vec![
                reference("the same until it is in its bucket", &of(|making| making.published))?,
                reference("its octets hashed, written once, synced", &raw)?,
            ],
        )?);
        let peak = of(|making| making.memory);
        figures.push(figure(format!("{title}, memory"), (Unit::Megabytes, memory), &peak, vec![])?);
        if lists == Lists::Shards {
            let largest = [largest as f64 / 1e6];
            let title = "the largest shard".to_owned();
            figures.push(figure(title, (Unit::Megabytes, 1.0), &largest, vec![])?);
        }
    }
    Ok(figures)
}

/// Lets them be made once.
fn making(database: &Connection, world: &World, lists: Lists) -> Result<Making, Failure> {
    let memory = PeakMemory::from_now(world.server.public.process)?;
    let began = now()?;
    match lists {
        // It is on a shard too, of the last ones, which is small.
        Lists::Complete => drop(once(&world.server.target, &world.next_revocation()?)?),
        // As if one in each was revoked in the same moment.
        Lists::Shards => drop(database.execute(
            "INSERT INTO counters (quota, scope, used)
                 SELECT 'unpublished', list, 1 FROM crl_heads
                 WHERE authority = ?1 AND shard IS NOT NULL
             ON CONFLICT (quota, scope) DO UPDATE SET used = used + 1",
            [&world.authority],
        )?),
    }
    let (made, published) = wait(database, world, lists, Some(began))?;
    let memory = memory.more()? as f64 / 1e6;
    Ok(Making { made, published, memory })
}

/// Waits until all are made after `began` and published. A CRL's number is the millisecond in which its
/// making began: how many milliseconds after the first of them the last one was committed, and was in
/// its bucket.
fn wait(
    database: &Connection,
    world: &World,
    lists: Lists,
    began: Option<i64>,
) -> Result<(f64, f64), Failure> {
    let sql = "SELECT coalesce(sum(number IS NULL OR number < ?2), 1),
                   coalesce(sum(published IS NOT number), 1), min(number)
               FROM crl_heads WHERE authority = ?1 AND (shard IS NOT NULL) = ?3";
    let parameters = params![world.authority, began.unwrap_or(0), lists == Lists::Shards];
    let mut look = database.prepare(sql)?;
    let patience = Instant::now();
    let mut made = None;
    while patience.elapsed() < PATIENCE {
        interrupt::check()?;
        let (missing, waiting, first): (i64, i64, Option<i64>) =
            look.query_row(parameters, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let since = (now()? - first.unwrap_or(0)) as f64;
        if missing == 0 && made.is_none() {
            made = Some(since);
        }
        if let Some(made) = made.filter(|_| waiting == 0) {
            return Ok((made, since));
        }
        thread::sleep(LOOK);
    }
    Err(Failure::Slow("making the CRLs"))
}

/// How many octets all of them have, and the longest.
fn lengths(database: &Connection, world: &World, lists: Lists) -> Result<(u64, u64), Failure> {
    let sql = "SELECT sum(octets), max(octets) FROM crl_heads
               WHERE authority = ?1 AND (shard IS NOT NULL) = ?2";
    let parameters = params![world.authority, lists == Lists::Shards];
    let lengths: (i64, i64) =
        database.query_row(sql, parameters, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((lengths.0.unsigned_abs(), lengths.1.unsigned_abs()))
}

/// How long it takes to hash as many octets and to write them to a file, in milliseconds.
fn raw(directory: &Path, octets: u64) -> Result<f64, Failure> {
    let path = directory.join("reference.crl");
    let piece = vec![0x5a; PIECE];
    let began = Instant::now();
    let write = || {
        let mut file = fs::File::create(&path)?;
        let mut context = Context::new(&SHA256);
        for _ in 0..octets.div_ceil(PIECE as u64) {
            context.update(&piece);
            file.write_all(&piece)?;
        }
        std::hint::black_box(context.finish());
        file.sync_all()
    };
    write().map_err(Failure::file(&path))?;
    let took = began.elapsed().as_secs_f64() * 1e3;
    fs::remove_file(&path).map_err(Failure::file(&path))?;
    Ok(took)
}

fn figure(
    title: String,
    (unit, aim): (Unit, f64),
    values: &[f64],
    references: Vec<Reference>,
) -> Result<Figure, Failure> {
    Ok(Figure {
        title,
        unit,
        value: summary(values)?,
        aim,
        latency: None,
        server_cpu_us: None,
        references,
        errors: Errors::default(),
    })
}

fn reference(title: &str, values: &[f64]) -> Result<Reference, Failure> {
    Ok(Reference { title: title.to_owned(), value: summary(values)? })
}

fn summary(values: &[f64]) -> Result<Summary, Failure> {
    Summary::of(values).ok_or(Failure::Slow("every CRL"))
}

/// Milliseconds since 1970, as the server's clock has them.
#[expect(clippy::disallowed_methods, reason = "what the server's clock says is compared with it")]
fn now() -> Result<i64, Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = now.ok().and_then(|now| i64::try_from(now.as_millis()).ok());
    millis.ok_or(Failure::Slow("the clock"))
}
