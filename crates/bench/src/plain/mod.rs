//! A closed loop over plain HTTP that takes as little of the processor as it can: the server under
//! measurement shares it.

mod connection;

pub(crate) use connection::{Answered, Connection};

use std::net::SocketAddr;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::figure::Errors;
use crate::interrupt;
use crate::load::{Share, Source, Window, processor_time_over, share};
use crate::machine;

/// After how many errors a thread gives up.
const TOO_MANY: u64 = 100;

/// A plain server and its process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainTarget {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its process.
    pub(crate) process: u32,
}

/// Makes the next request of a connection: writes it over what is there.
pub(crate) type Next = Arc<dyn Fn(u64, &mut Vec<u8>) + Send + Sync>;

/// Who sends what to whom.
pub(crate) struct PlainLoad {
    /// To whom.
    pub(crate) target: PlainTarget,
    /// The request with this number, different from all others.
    pub(crate) next: Next,
    /// Whether an answer is what was asked for.
    pub(crate) check: fn(&Answered<'_>) -> bool,
    /// How many requests are on their way at once.
    pub(crate) connections: usize,
}

impl Source for PlainLoad {
    fn run(&self, warm_up: Duration, length: Duration) -> Result<Window, Failure> {
        interrupt::check()?;
        let threads = machine::cores().min(self.connections);
        let start = Barrier::new(threads + 1);
        let (shares, cpu) = thread::scope(|scope| {
            let senders: Vec<_> = (0..threads)
                .map(|thread| {
                    let connections = share(self.connections, threads, thread);
                    let start = &start;
                    scope.spawn(move || self.send(thread, connections, start, warm_up, length))
                })
                .collect();
            start.wait();
            let cpu = processor_time_over(self.target.process, warm_up, length);
            let shares: Vec<_> =
                senders.into_iter().map(|s| s.join().unwrap_or(Err(Failure::Panicked))).collect();
            (shares, cpu)
        });
        Window::of(shares, cpu, length)
    }
}

impl PlainLoad {
    /// One thread's part: it goes from connection to connection, reads the answer that is there or
    /// soon will be, and sends the next request. So each request costs two calls of the kernel.
    fn send(
        &self,
        thread: usize,
        connections: usize,
        start: &Barrier,
        warm_up: Duration,
        length: Duration,
    ) -> Result<Share, Failure> {
        let open: Result<Vec<_>, _> =
            (0..connections).map(|_| Connection::open(self.target.address)).collect();
        // Also when this thread has failed: the others wait for it.
        start.wait();
        let mut open = open?;
        let (mut latencies, mut errors) = (Vec::new(), Errors::default());
        let from = Instant::now() + warm_up;
        let to = from + length;
        // Numbers of other threads begin elsewhere.
        let mut number = (thread as u64) << 40;
        for connection in &mut open {
            connection.send(|request| (self.next)(number, request))?;
            number += 1;
        }
        loop {
            for connection in &mut open {
                let (answered, took) = connection.receive()?;
                if !(self.check)(&answered) {
                    errors.add(|| answered.told());
                }
                let now = Instant::now();
                if now >= to || errors.count >= TOO_MANY {
                    return Ok(Share { latencies, errors });
                }
                if now >= from {
                    latencies.push(took);
                }
                connection.send(|request| (self.next)(number, request))?;
                number += 1;
            }
        }
    }
}
