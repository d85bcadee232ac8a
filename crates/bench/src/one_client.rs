//! One client that asks again when it is answered, and how long each answer took.

use std::time::{Duration, Instant};

use http_body_util::BodyExt;

use crate::call::Call;
use crate::client::{Connection, Target, runtime};
use crate::failure::Failure;
use crate::figure::Errors;
use crate::interrupt;
use crate::statistics::Latency;

/// What happened in one window.
#[derive(Debug, Default)]
pub(crate) struct Times {
    /// How long each answer took.
    pub(crate) times: Vec<Duration>,
    /// Answers that were not as they should be.
    pub(crate) errors: Errors,
}

impl Times {
    /// Sends what `next` makes for `length` over one connection.
    ///
    /// # Errors
    ///
    /// The connection breaks, or `next` has nothing more.
    pub(crate) fn of(
        target: &Target,
        length: Duration,
        mut next: impl FnMut() -> Result<Call, Failure>,
    ) -> Result<Self, Failure> {
        interrupt::check()?;
        runtime()?.block_on(async {
            let mut connection = Connection::open(target).await?;
            let (mut times, mut errors) = (Vec::new(), Errors::default());
            let end = Instant::now() + length;
            while Instant::now() < end {
                let call = next()?;
                let request = call.request()?;
                let sent = Instant::now();
                let (head, body) = connection.send(request).await?.into_parts();
                let body = body.collect().await?.to_bytes();
                if head.status == call.expected {
                    times.push(sent.elapsed());
                } else {
                    errors.add(|| format!("{} {}", head.status, String::from_utf8_lossy(&body)));
                }
            }
            Ok(Self { times, errors })
        })
    }

    /// The 99th percentile, in milliseconds.
    ///
    /// # Errors
    ///
    /// There was no answer.
    pub(crate) fn p99(&self) -> Result<f64, Failure> {
        let latency = Latency::of(self.times.clone());
        latency.map(|latency| latency.p99_ms).ok_or(Failure::Slow("every request"))
    }
}
