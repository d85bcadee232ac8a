//! PostgreSQL's side: a session, what its dialect calls differently, and its values.

mod dialect;
mod session;
mod values;

pub(crate) use session::{Prepared, Session};
pub(crate) use values::Raw;
