//! What the change sets of a transaction add to counters, summed up.
//!
//! Counters are the rows that everybody writes. They are read without a lock when the change sets are
//! judged, and written at the very end, under the condition that they still stand where the judgement
//! holds: so nobody waits for them longer than a commit takes.

use std::collections::{BTreeMap, HashMap};

use ledger::{Addition, Counter};
use tokio_postgres::types::Type;

use crate::sql::postgres::{Column, Given, Session, Step};
use crate::sql::{self, Value};
use crate::tables::counters;

/// The sums, in an order that is the same for everybody.
#[derive(Default)]
pub(super) struct Sums(BTreeMap<Counter, Sum>);

/// What is added to a counter, and between what it has to stand before.
struct Sum {
    amount: i64,
    at_least: i64,
    at_most: i64,
}

impl Sums {
    /// Adds what a change set adds that was found to be within its bounds.
    pub(super) fn add(&mut self, additions: &[Addition]) {
        for Addition { counter, amount, at_most } in additions {
            let sum = self.0.entry(counter.clone()).or_insert(Sum {
                amount: 0,
                at_least: 0,
                at_most: i64::MAX,
            });
            sum.amount = sum.amount.saturating_add(*amount);
            sum.at_least = sum.at_least.max(sum.amount.saturating_neg());
            if let Some(at_most) = at_most {
                sum.at_most = sum.at_most.min(at_most.saturating_sub(sum.amount));
            }
        }
    }

    /// The statements that write the sums. One whose counter stands elsewhere by now divides by zero,
    /// which ends the transaction.
    pub(super) fn steps(
        &self,
        session: &Session,
        known: &HashMap<Counter, i64>,
    ) -> sql::Result<Vec<Step>> {
        let mut steps = Vec::new();
        for (counter, sum) in self.0.iter().filter(|(_, sum)| sum.amount != 0) {
            let sql = match known.get(counter) {
                // It may have come in the meantime.
                None | Some(0) => MAKE,
                Some(_) => RAISE,
            };
            let key = || text_columns(counter);
            let mut params: Vec<_> = key()?.into();
            for number in [sum.amount, sum.at_least, sum.at_most] {
                params.push(Column::one(Type::INT8, Value::Integer(number))?);
            }
            steps.push(Step::Query(session.prepare(sql)?.statement().clone(), params));
            // Nothing is kept of a counter that is at zero.
            if sum.amount < 0 {
                let statement = session.prepare(FORGET)?.statement().clone();
                steps.push(Step::Write(statement, key()?.into()));
            }
        }
        Ok(steps)
    }
}

const RAISE: &str = "
    WITH written AS (
        UPDATE counters SET used = used + $3
        WHERE quota = $1 AND scope = $2 AND used BETWEEN $4 AND $5 RETURNING 1)
    SELECT 1 / count(*) FROM written";

const MAKE: &str = "
    WITH written AS (
        INSERT INTO counters (quota, scope, used) VALUES ($1, $2, $3)
        ON CONFLICT (quota, scope) DO UPDATE SET used = counters.used + excluded.used
            WHERE counters.used BETWEEN $4 AND $5 RETURNING 1)
    SELECT 1 / count(*) FROM written";

const FORGET: &str = "DELETE FROM counters WHERE quota = $1 AND scope = $2 AND used = 0";

/// The statement that reads counters.
pub(super) fn reading(session: &Session, wanted: &[&Counter]) -> sql::Result<Step> {
    let sql = "SELECT wanted.place, counters.used
               FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (quota, scope, place)
               JOIN counters ON counters.quota = wanted.quota AND counters.scope = wanted.scope";
    Ok(Step::Query(
        session.prepare(sql)?.statement().clone(),
        vec![
            Column::of(Type::TEXT, wanted.iter().map(|one| Value::Text(counters::name(one))))?,
            Column::of(Type::TEXT, wanted.iter().map(|one| Value::Text(&one.scope)))?,
        ],
    ))
}

/// What counters stand at, from what the statement has given.
pub(super) fn read(wanted: &[&Counter], given: Given) -> sql::Result<HashMap<Counter, i64>> {
    let mut read: HashMap<Counter, i64> = wanted.iter().map(|&one| (one.clone(), 0)).collect();
    let Given::Rows(rows) = given else { return Ok(read) };
    for row in &rows {
        let place: i64 = row.try_get(0)?;
        let counter = usize::try_from(place - 1).ok().and_then(|place| wanted.get(place));
        if let Some(&counter) = counter {
            read.insert(counter.clone(), row.try_get(1)?);
        }
    }
    Ok(read)
}

fn text_columns(counter: &Counter) -> sql::Result<[crate::sql::postgres::Encoded; 2]> {
    Ok([
        Column::one(Type::TEXT, Value::Text(counters::name(counter)))?,
        Column::one(Type::TEXT, Value::Text(&counter.scope))?,
    ])
}
