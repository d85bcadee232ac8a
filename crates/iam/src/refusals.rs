//! Refusals that repeat, folded into one audit event.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ledger::{AccountId, Actor, AuditEvent, Timestamp};

use crate::address::Source;

/// For how long repeats of a refusal are held back.
const FOLD: Duration = Duration::from_secs(60);
/// How many kinds of refusals are told apart at a time; others are folded by action only.
const MAX_KINDS: usize = 1000;
/// How many of them from one source; others are folded by action and address only, and from a
/// source of many addresses by action and source only.
const MAX_KINDS_OF_ONE_SOURCE: usize = 50;

/// What makes two refusals one kind.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
struct Kind {
    action: &'static str,
    account: Option<AccountId>,
    actor: Actor,
    address: Option<IpAddr>,
    object: Option<String>,
    detail: Option<String>,
}

/// A kind that was told at `told_at`, and what is held back since.
#[derive(Debug)]
struct Fold {
    told_at: Timestamp,
    held: Option<AuditEvent>,
}

impl Fold {
    fn hold(&mut self, event: AuditEvent) {
        let count = self.held.as_ref().map_or(0, |held| held.count);
        self.held = Some(AuditEvent { count: count.saturating_add(event.count), ..event });
    }
}

/// Folds refusals: the first of a kind is told at once, its repeats within a minute as one event
/// with their count. Two are of a kind when they differ in nothing but time and request
/// identifier. In memory, and bounded, whatever is sent.
#[derive(Debug, Default)]
pub(crate) struct RefusalLog {
    folds: Mutex<HashMap<Kind, Fold>>,
}

impl RefusalLog {
    /// Takes note of a refusal; gives it back when it is to be told at once.
    pub(crate) fn refuse(&self, event: AuditEvent, now: Timestamp) -> Option<AuditEvent> {
        let mut folds = self.folds.lock().unwrap_or_else(PoisonError::into_inner);
        let event = bounded(&folds, event);
        match folds.get_mut(&kind(&event)) {
            Some(fold) => {
                fold.hold(event);
                None
            }
            None => {
                folds.insert(kind(&event), Fold { told_at: now, held: None });
                Some(event)
            }
        }
    }

    /// Takes back what could not be told, to be told with the repeats of the next minute.
    pub(crate) fn hold_back(&self, event: AuditEvent, now: Timestamp) {
        let mut folds = self.folds.lock().unwrap_or_else(PoisonError::into_inner);
        let event = bounded(&folds, event);
        folds.entry(kind(&event)).or_insert(Fold { told_at: now, held: None }).hold(event);
    }

    /// The repeats whose minute is over.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<AuditEvent> {
        let mut folds = self.folds.lock().unwrap_or_else(PoisonError::into_inner);
        let over = folds.extract_if(|_, fold| now.apart(fold.told_at) >= FOLD);
        over.filter_map(|(_, fold)| fold.held).collect()
    }

    /// All repeats that are held back.
    pub(crate) fn all(&self) -> Vec<AuditEvent> {
        let mut folds = self.folds.lock().unwrap_or_else(PoisonError::into_inner);
        folds.drain().filter_map(|(_, fold)| fold.held).collect()
    }
}

/// The event itself, or what it is folded into when there are too many kinds.
fn bounded(folds: &HashMap<Kind, Fold>, mut event: AuditEvent) -> AuditEvent {
    if folds.contains_key(&kind(&event)) {
        return event;
    }
    let is_full = folds.len() >= MAX_KINDS;
    let source = Source::of(event.origin.address);
    let of_source = folds.keys().filter(|kind| Source::of(kind.address) == source).count();
    if is_full || of_source >= MAX_KINDS_OF_ONE_SOURCE {
        event.origin.address = source.address();
        event.account = None;
        event.origin.actor = Actor::Anonymous(None);
        event.object = None;
        event.detail = Some("various".to_owned());
    }
    if is_full {
        event.origin.address = None;
    }
    event
}

fn kind(event: &AuditEvent) -> Kind {
    Kind {
        action: event.action,
        account: event.account,
        actor: event.origin.actor.clone(),
        address: event.origin.address,
        object: event.object.clone(),
        detail: event.detail.clone(),
    }
}

#[cfg(test)]
mod tests {
    use ledger::{Origin, Outcome};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(1_768_465_800 + second)
    }

    fn refusal(name: &str, address: [u8; 4], second: i64) -> AuditEvent {
        AuditEvent {
            at: at(second),
            account: None,
            origin: Origin {
                actor: Actor::Anonymous(Some(name.to_owned())),
                address: Some(address.into()),
                request_id: second.to_string(),
            },
            action: "sign_in",
            object: None,
            outcome: Outcome::Refused,
            detail: None,
            count: 1,
        }
    }

    const HERE: [u8; 4] = [192, 0, 2, 1];

    #[test]
    fn the_first_is_told_at_once_and_its_repeats_after_a_minute() {
        let log = RefusalLog::default();

        let first = log.refuse(refusal("a", HERE, 0), at(0));
        assert_eq!(first, Some(refusal("a", HERE, 0)));
        for second in 1..=30 {
            assert_eq!(log.refuse(refusal("a", HERE, second), at(second)), None);
        }
        assert_eq!(log.due(at(59)), []);
        assert_eq!(log.due(at(60)), [AuditEvent { count: 30, ..refusal("a", HERE, 30) }]);
        assert_eq!(log.due(at(200)), []);
    }

    #[test]
    fn after_its_minute_a_kind_is_told_at_once_again() {
        let log = RefusalLog::default();
        log.refuse(refusal("a", HERE, 0), at(0));

        assert_eq!(log.due(at(60)), []);
        assert!(log.refuse(refusal("a", HERE, 61), at(61)).is_some());
    }

    #[test]
    fn another_name_or_address_is_another_kind() {
        let log = RefusalLog::default();
        log.refuse(refusal("a", HERE, 0), at(0));

        assert!(log.refuse(refusal("b", HERE, 0), at(0)).is_some());
        assert!(log.refuse(refusal("a", [192, 0, 2, 2], 0), at(0)).is_some());
    }

    #[test]
    fn the_end_of_the_server_tells_everything_that_was_held_back() {
        let log = RefusalLog::default();
        log.refuse(refusal("a", HERE, 0), at(0));
        log.refuse(refusal("a", HERE, 1), at(1));

        assert_eq!(log.all(), [refusal("a", HERE, 1)]);
        assert_eq!(log.all(), []);
    }

    #[test]
    fn many_names_from_one_address_become_one_kind() {
        let log = RefusalLog::default();

        let told = (0..500)
            .filter_map(|number| log.refuse(refusal(&number.to_string(), HERE, 0), at(0)))
            .count();

        assert_eq!(told, MAX_KINDS_OF_ONE_SOURCE + 1);
        let [folded] = log.due(at(60)).try_into().unwrap();
        assert_eq!(usize::try_from(folded.count).unwrap() + told, 500);
        assert_eq!(folded.origin.address, Some(HERE.into()));
    }

    #[test]
    fn one_ipv6_network_cannot_take_the_room_of_all_others() {
        let log = RefusalLog::default();
        for number in 0..2000 {
            let mut event = refusal(&number.to_string(), HERE, 0);
            event.origin.address =
                Some(std::net::Ipv6Addr::from_bits(0x2001_0db8 << 96 | number).into());
            log.refuse(event, at(0));
        }

        assert_eq!(log.refuse(refusal("a", HERE, 0), at(0)), Some(refusal("a", HERE, 0)));
    }

    #[test]
    fn a_clock_that_is_set_back_does_not_hold_repeats_back() {
        let log = RefusalLog::default();
        log.refuse(refusal("a", HERE, 0), at(0));
        log.refuse(refusal("a", HERE, 1), at(1));

        assert_eq!(log.due(at(-3600)), [refusal("a", HERE, 1)]);
    }

    #[test]
    fn memory_is_bounded_whatever_is_sent() {
        let log = RefusalLog::default();

        let told = (0..5000_u32)
            .filter_map(|number| log.refuse(refusal("a", number.to_be_bytes(), 0), at(0)))
            .count();

        assert_eq!(told, MAX_KINDS + 1);
        assert_eq!(log.folds.lock().unwrap().len(), MAX_KINDS + 1);
        let counted: u32 = log.due(at(60)).iter().map(|event| event.count).sum();
        assert_eq!(usize::try_from(counted).unwrap() + told, 5000);
    }
}
