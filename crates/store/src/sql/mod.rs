//! One way to speak SQL to both engines.
//!
//! The statements of `tables` are written once. What the two dialects call differently is told
//! apart in `postgres::dialect`, and nowhere else. A connection is used by one thread at a time, which waits
//! for each answer.

#[cfg(test)]
pub(crate) mod asked;
mod connection;
mod error;
mod params;
pub(crate) mod postgres;
mod row;
mod statement;
mod value;

pub(crate) use connection::Connection;
pub(crate) use error::{Class, Error, OptionalExtension, Result};
pub(crate) use params::{Params, Several, named_params, params};
pub(crate) use row::Row;
pub(crate) use statement::Statement;
pub(crate) use value::{FromSql, ToSql, Value, WrongType};
