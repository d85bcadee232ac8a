//! How many certificates a second are recorded on PostgreSQL, by one node and by three, and what one
//! costs in CPU time: `cargo bench -p store --bench throughput`.
#![expect(clippy::unwrap_used, reason = "a measurement ends where it fails")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use postgres_cluster::{Cluster, Durability, TestDatabase};
use store::conformance::Ledger;
use store::conformance::nodes::{issue, issuing};
use store::{Database, Demands, PostgresAddress};

const COMMITTERS: usize = 64;
const LASTS: Duration = Duration::from_secs(5);

#[tokio::main(worker_threads = 2)]
async fn main() {
    for nodes in [1, 3, 1, 3] {
        let (server, ledgers) = tokio::task::spawn_blocking(move || {
            let cluster = Arc::new(Cluster::start(Durability::Safe));
            let server = TestDatabase::new(&cluster);
            let address: PostgresAddress = server.url().parse().unwrap();
            let open = || {
                let demands = Demands::default();
                let opened = Database::open_postgres(address.clone(), demands).unwrap();
                Arc::new(opened) as Arc<dyn Ledger>
            };
            let ledgers: Vec<_> = (0..nodes).map(|_| open()).collect();
            (server, ledgers)
        })
        .await
        .unwrap();
        let issuing = issuing(&ledgers[0]).await;
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let before = (cpu_of_this_process(), cpu_of_children());
        let started = Instant::now();
        let committers: Vec<_> = (0..COMMITTERS)
            .map(|number| {
                let ledger = ledgers[number % ledgers.len()].clone();
                let (issuing, stop, done) = (issuing.clone(), stop.clone(), done.clone());
                tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        issue(&ledger, &issuing).await.unwrap();
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        tokio::time::sleep(LASTS).await;
        stop.store(true, Ordering::Relaxed);
        for committer in committers {
            committer.await.unwrap();
        }

        let count = done.load(Ordering::Relaxed);
        let per = |ticks: u64| ticks * 10_000 / count;
        println!(
            "{nodes} nodes: {:.0} certificates/s, CPU {} + {} µs for each",
            f64::from(u32::try_from(count).unwrap()) / started.elapsed().as_secs_f64(),
            per(cpu_of_this_process() - before.0),
            per(cpu_of_children() - before.1),
        );
        let rows = server.run("SELECT count(*)::text FROM private_certificates").unwrap();
        assert_eq!(rows, count.to_string());
        drop(ledgers);
        tokio::task::spawn_blocking(move || drop(server)).await.unwrap();
    }
}

/// Ticks of 10 ms, of this process alone.
fn cpu_of_this_process() -> u64 {
    ticks("/proc/self/stat").map_or(0, |(_, ticks)| ticks)
}

/// Ticks of all processes whose session leader or ancestor is this process: PostgreSQL's.
fn cpu_of_children() -> u64 {
    let mut all: Vec<(u32, u32, u64)> = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(id) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        if let Some((parent, ticks)) = ticks(&format!("/proc/{id}/stat")) {
            all.push((id, parent, ticks));
        }
    }
    let mut ours = vec![std::process::id()];
    let mut sum = 0;
    while let Some(parent) = ours.pop() {
        for (id, _, ticks) in all.iter().filter(|(_, of, _)| *of == parent) {
            ours.push(*id);
            sum += ticks;
        }
    }
    sum
}

/// The parent, and the ticks in user and system mode (proc(5)).
fn ticks(path: &str) -> Option<(u32, u64)> {
    let stat = std::fs::read_to_string(path).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some((u32::try_from(number(1)?).ok()?, number(11)? + number(12)?))
}
