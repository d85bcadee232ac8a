//! PostgreSQL's side: a session, what its dialect calls differently, and its values.

mod dialect;
mod encoded;
mod notices;
mod pipeline;
mod purpose;
mod recording;
mod rows;
mod session;
mod values;

pub(crate) use encoded::{Column, Encoded};
pub(crate) use pipeline::{Given, Step};
pub(crate) use purpose::Purpose;
pub(crate) use session::{Prepared, Session};
pub(crate) use values::Raw;
