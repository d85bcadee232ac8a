//! How often each operation comes: `issue=5,show=3`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Operation;

/// The largest sum of weights.
const MOST: u32 = 1000;

/// Operations and their weights. Clones take turns with each other.
#[derive(Clone, Debug)]
pub(crate) struct Mix {
    weights: Vec<(Operation, u32)>,
    cycle: Arc<[Operation]>,
    next: Arc<AtomicUsize>,
}

/// Why a text is no mix.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum MixError {
    #[error(
        "{0:?} is no operation; they are issue, issue-key, show, list, revoke, export and ocsp"
    )]
    Unknown(String),
    #[error("{0:?} is no weight; it is a whole number")]
    Weight(String),
    #[error("the weights sum up to 1 to {MOST}")]
    Sum,
}

impl Mix {
    /// Nothing but this.
    pub(crate) fn only(operation: Operation) -> Self {
        Self::of(vec![(operation, 1)])
    }

    /// The next operation.
    pub(crate) fn next(&self) -> Operation {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.cycle.len().max(1);
        self.cycle.get(turn).copied().unwrap_or(Operation::Show)
    }

    /// Whether it has this operation.
    pub(crate) fn includes(&self, operation: Operation) -> bool {
        self.weights.iter().any(|(own, weight)| *own == operation && *weight > 0)
    }

    fn of(weights: Vec<(Operation, u32)>) -> Self {
        let cycle = spread(&weights).into();
        Self { weights, cycle, next: Arc::default() }
    }
}

impl FromStr for Mix {
    type Err = MixError;

    fn from_str(text: &str) -> Result<Self, MixError> {
        let weights = text.split(',').map(weight).collect::<Result<Vec<_>, _>>()?;
        let sum = weights.iter().try_fold(0_u32, |sum, (_, weight)| sum.checked_add(*weight));
        match sum {
            Some(1..=MOST) => Ok(Self::of(weights)),
            Some(_) | None => Err(MixError::Sum),
        }
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (operation, weight)) in self.weights.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{operation}={weight}")?;
        }
        Ok(())
    }
}

/// `issue=5`; a word alone has the weight 1.
fn weight(text: &str) -> Result<(Operation, u32), MixError> {
    let (word, weight) = text.trim().split_once('=').unwrap_or((text.trim(), "1"));
    let operation = Operation::ALL.into_iter().find(|operation| operation.word() == word);
    let operation = operation.ok_or_else(|| MixError::Unknown(word.to_owned()))?;
    Ok((operation, weight.parse().map_err(|_| MixError::Weight(weight.to_owned()))?))
}

/// Each as often as it weighs, none of them in a heap: whoever has waited longest, measured by its
/// weight, comes next.
fn spread(weights: &[(Operation, u32)]) -> Vec<Operation> {
    let sum: i64 = weights.iter().map(|(_, weight)| i64::from(*weight)).sum();
    let mut credit = vec![0_i64; weights.len()];
    let mut cycle = Vec::new();
    for _ in 0..sum {
        for (credit, (_, weight)) in credit.iter_mut().zip(weights) {
            *credit += i64::from(*weight);
        }
        let next = (0..credit.len()).max_by_key(|place| (credit.get(*place), usize::MAX - place));
        let Some(place) = next else { break };
        if let (Some(credit), Some((operation, _))) = (credit.get_mut(place), weights.get(place)) {
            *credit -= sum;
            cycle.push(*operation);
        }
    }
    cycle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_comes_as_often_as_it_weighs_and_in_no_heap() {
        let mix: Mix = "issue=3,show=1,list=2".parse().unwrap();

        let cycle: Vec<_> = (0..6).map(|_| mix.next().word()).collect();

        assert_eq!(cycle, ["issue", "list", "issue", "show", "list", "issue"]);
        assert_eq!(mix.next(), Operation::Issue);
    }

    #[test]
    fn a_mix_is_written_as_it_is_read() {
        let mix: Mix = "ocsp=10, show".parse().unwrap();

        assert_eq!(mix.to_string(), "ocsp=10,show=1");
        assert!(mix.includes(Operation::Show) && !mix.includes(Operation::Issue));
    }

    #[test]
    fn what_is_no_mix_is_refused() {
        let refused = |text: &str| text.parse::<Mix>().unwrap_err();

        assert_eq!(refused("isue=1"), MixError::Unknown("isue".to_owned()));
        assert_eq!(refused("issue=x"), MixError::Weight("x".to_owned()));
        assert_eq!(refused("issue=0"), MixError::Sum);
        assert_eq!(refused("issue=999,show=2"), MixError::Sum);
        assert_eq!(refused(""), MixError::Unknown(String::new()));
    }
}
