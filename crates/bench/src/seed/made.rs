//! The copies of a certificate, made on all processors and handed on in order.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::cell::Cell;
use super::patch::Patch;
use super::signer::Signer;
use super::template::Template;
use crate::failure::Failure;
use crate::machine;
use crate::world::{hex, identifier, serial};

/// How many copies are handed on at once.
const BATCH: u64 = 2000;
/// How many batches may wait for the database, for each thread.
const WAITING: usize = 4;
/// The name of the certificate that is copied.
pub(super) const NAME: &str = "seed-0000000000.example.org";
/// How many values the tags have.
pub(super) const TAG_VALUES: u64 = 1000;
/// Changes have identifiers of their own: so far from those of certificates.
const CHANGES: u64 = 1 << 40;

/// What of a copy differs from the certificate that is copied, table by table.
pub(super) type Made = [Vec<Cell>; 5];

/// What copies are made of.
pub(super) struct Copies<'a> {
    template: &'a Template,
    patch: Patch,
    signer: Option<&'a Signer>,
    count: u64,
    /// The number of the first one, so that a second seeding makes others.
    first: u64,
}

impl<'a> Copies<'a> {
    /// So many, signed anew if there is who signs.
    ///
    /// # Errors
    ///
    /// The certificate is not as it was when this was written.
    pub(super) fn of(
        template: &'a Template,
        signer: Option<&'a Signer>,
        (first, count): (u64, u64),
    ) -> Result<Self, Failure> {
        let octets: Vec<u8> = (0..template.serial.len() / 2)
            .filter_map(|n| u8::from_str_radix(template.serial.get(2 * n..2 * n + 2)?, 16).ok())
            .collect();
        let patch = Patch::of(&template.der, &octets, NAME)?;
        Ok(Self { template, patch, signer, count, first })
    }

    /// Makes them, and gives `take` batch after batch in the order of their identifiers.
    ///
    /// # Errors
    ///
    /// `take` fails, or a signature cannot be made.
    pub(super) fn make(
        &self,
        mut take: impl FnMut(Vec<Made>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let batches = self.count.div_ceil(BATCH);
        let threads = machine::cores();
        thread::scope(|scope| {
            let queues: Vec<Receiver<Result<Vec<Made>, Failure>>> = (0..threads)
                .map(|thread| {
                    let (give, queue) = sync_channel(WAITING);
                    scope.spawn(move || {
                        for batch in (thread as u64..batches).step_by(threads) {
                            // Nobody takes any more after a failure.
                            if give.send(self.batch(batch)).is_err() {
                                return;
                            }
                        }
                    });
                    queue
                })
                .collect();
            for (_, queue) in (0..batches).zip(queues.iter().cycle()) {
                take(queue.recv().map_err(|_gone| Failure::Panicked)??)?;
            }
            Ok(())
        })
    }

    fn batch(&self, batch: u64) -> Result<Vec<Made>, Failure> {
        let from = batch * BATCH;
        (from..(from + BATCH).min(self.count)).map(|number| self.one(number)).collect()
    }

    /// The copies are older than what is copied, the last one the least, and end before it does.
    fn one(&self, place: u64) -> Result<Made, Failure> {
        let template = self.template;
        let number = self.first + place;
        let before = i64::try_from(self.count - place).unwrap_or(i64::MAX);
        // Some are created in the same millisecond.
        let created_at = template.created_at - 1 - before / 64;
        let end = template.not_after / 1000 - before;
        let millis = u64::try_from(created_at).unwrap_or_default();
        let id = identifier(millis, number);
        let octets = serial(number, template.serial.len() / 2);
        let hex = hex(&octets);
        let name = format!("seed-{number:010}.example.org");
        let mut der = self.patch.copy(&octets, &name, end);
        if let Some(signer) = self.signer {
            der = signer.sign(self.patch.signed(&der))?;
        }
        let text = |text: &str| Cell::Text(text.to_owned());
        let not_after = Cell::Integer(end * 1000);
        Ok([
            vec![
                text(&id),
                Cell::Text(name),
                text(&hex),
                not_after.clone(),
                Cell::Integer(created_at),
            ],
            vec![text(&id), Cell::Blob(der)],
            vec![text(&hex), not_after],
            vec![text(&id), Cell::Text(format!("t{:04}", number % TAG_VALUES))],
            vec![
                Cell::Text(identifier(millis, number + CHANGES)),
                Cell::Integer(created_at),
                text(&id),
                Cell::Text(template.detail.replace(&template.serial, &hex)),
            ],
        ])
    }
}
