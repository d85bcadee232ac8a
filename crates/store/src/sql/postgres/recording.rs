//! Statements that are kept until they are sent together. Insertions of the same kind become one.

use std::sync::Arc;

use tokio_postgres::Statement;

use super::encoded::{Column, Encoded};
use super::pipeline::Step;
use crate::sql::Result;
use crate::sql::value::Value;

/// Statements in the order in which they are to take effect.
#[derive(Default)]
pub(super) struct Recording {
    kept: Vec<Kept>,
    /// From here on insertions can join those that are there already: what came before may depend on
    /// something that is not an insertion.
    barrier: usize,
}

/// A statement with its values.
struct Kept {
    sql: Arc<str>,
    one: Statement,
    /// The same for many rows.
    many: Option<Statement>,
    columns: Vec<Column>,
}

impl Recording {
    /// Keeps a statement. `many` is the same for many rows if it is an insertion.
    pub(super) fn keep(
        &mut self,
        sql: &Arc<str>,
        (one, many): (&Statement, Option<&Statement>),
        values: &[Value<'_>],
    ) -> Result<()> {
        let after = self.kept.get_mut(self.barrier..).unwrap_or_default();
        let same = after.iter_mut().find(|kept| many.is_some() && kept.sql == *sql);
        if let Some(kept) = same {
            return push(&mut kept.columns, values);
        }
        let mut columns: Vec<Column> = one.params().iter().cloned().map(Column::new).collect();
        push(&mut columns, values)?;
        let (sql, one, many) = (sql.clone(), one.clone(), many.cloned());
        let is_insertion = many.is_some();
        self.kept.push(Kept { sql, one, many, columns });
        if !is_insertion {
            self.barrier = self.kept.len();
        }
        Ok(())
    }

    /// What is to be sent.
    pub(super) fn into_steps(self) -> Vec<Step> {
        self.kept.into_iter().map(Kept::into_step).collect()
    }
}

impl Kept {
    fn into_step(self) -> Step {
        let Self { one, many, columns, .. } = self;
        let rows = columns.first().map_or(1, Column::count);
        match many {
            Some(many) if rows > 1 => {
                Step::Write(many, columns.into_iter().map(Encoded::All).collect())
            }
            _ => Step::Write(one, columns.into_iter().map(Encoded::First).collect()),
        }
    }
}

fn push(columns: &mut [Column], values: &[Value<'_>]) -> Result<()> {
    columns.iter_mut().zip(values).try_for_each(|(column, value)| column.push(*value))
}
