//! One connection of a load: it sends, waits, notes, and sends again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::BodyExt;
use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::time;

use super::recorder::{Recorder, Verdict};
use super::schedule::{Arrival, Schedule};
use super::{Mix, Node, Operation};
use crate::client::Connection;
use crate::failure::Failure;
use crate::stock::{Listener, Order, Stock};

/// How long to wait before a broken connection is made anew.
const PAUSE: Duration = Duration::from_millis(20);

/// One connection of a load, with another one to the public listener where it asks there.
pub(super) struct Worker {
    pub(super) node: Node,
    pub(super) stock: Arc<Stock>,
    pub(super) mix: Mix,
    /// When requests are due; without one each is sent when the last one is answered.
    pub(super) schedule: Option<Arc<Schedule>>,
    pub(super) recorder: Arc<Mutex<Recorder>>,
    pub(super) end: Instant,
    pub(super) api: Option<Connection>,
    pub(super) public: Option<Connection>,
}

impl Worker {
    /// Sends until the end.
    ///
    /// # Errors
    ///
    /// There is nothing to send. What goes wrong on the way is noted.
    pub(super) async fn work(mut self) -> Result<(), Failure> {
        while let Some((due, arrival)) = self.next().await {
            let order = self.stock.order(self.mix.next())?;
            let operation = order.operation;
            let verdict = match self.exchange(order).await {
                Ok((verdict, body)) => {
                    if matches!(verdict, Verdict::Good) {
                        self.stock.answered(operation, &body);
                    }
                    verdict
                }
                Err(failure) => {
                    time::sleep(PAUSE).await;
                    Verdict::Wrong(failure.to_string())
                }
            };
            let now = Instant::now();
            // An answer of a closed loop belongs to its own moment, one of an open loop to that of
            // its request: there none may be lost because it came late.
            let at = if arrival.is_some() { due } else { now };
            self.note(operation, at, now.saturating_duration_since(due), verdict);
            if let (Some(schedule), Some(arrival)) = (&self.schedule, arrival) {
                schedule.done(arrival);
            }
        }
        Ok(())
    }

    /// Waits until the next request is due; `None` at the end.
    async fn next(&self) -> Option<(Instant, Option<Arrival>)> {
        let Some(schedule) = &self.schedule else {
            let now = Instant::now();
            return (now < self.end).then_some((now, None));
        };
        loop {
            let arrival = schedule.take();
            if arrival.due >= self.end {
                return None;
            }
            time::sleep_until(arrival.due.into()).await;
            if !schedule.is_too_many(Instant::now()) {
                return Some((arrival.due, Some(arrival)));
            }
            schedule.done(arrival);
            self.recorder.lock().unwrap_or_else(PoisonError::into_inner).drop_one(arrival.due);
        }
    }

    /// Sends a request and reads the answer. After a failure the connection is made anew.
    async fn exchange(&mut self, order: Order) -> Result<(Verdict, Bytes), Failure> {
        let place = match order.listener {
            Listener::Api => &mut self.api,
            Listener::Public => &mut self.public,
        };
        let mut connection = match place.take() {
            Some(connection) => connection,
            None => self.node.connect(order.listener).await?,
        };
        let answer = connection.send(order.request).await?;
        let status = answer.status();
        let is_over = answer.headers().get("connection").is_some_and(|value| value == "close");
        let body = answer.into_body().collect().await?.to_bytes();
        if !is_over {
            *place = Some(connection);
        }
        let verdict = match status {
            status if status == order.expected => Verdict::Good,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Verdict::Refused,
            status => {
                let text = String::from_utf8_lossy(&body);
                Verdict::Wrong(format!("{}: {status} {text}", order.operation))
            }
        };
        Ok((verdict, body))
    }

    fn note(&self, operation: Operation, at: Instant, took: Duration, verdict: Verdict) {
        let mut recorder = self.recorder.lock().unwrap_or_else(PoisonError::into_inner);
        recorder.note(operation, at, took, verdict);
    }
}
