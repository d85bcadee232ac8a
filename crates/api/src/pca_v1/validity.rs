//! The validity, as Private CA writes it.

use ledger::Timestamp;
use pki::validity::Validity;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::words::{UNITS, schemas};
use crate::choice::choice;
use crate::parameter::{BadParameter, given, required};
use crate::schema;

/// A validity in a request.
#[derive(Deserialize, ToSchema)]
pub(super) struct Request {
    #[schema(schema_with = schemas::optional_unit)]
    r#type: Option<String>,
    #[schema(schema_with = amount)]
    value: Option<i32>,
    #[schema(schema_with = schema::optional_digits)]
    start_from: Option<Start>,
}

/// The start in milliseconds. Clients send the number, or its digits as a text.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "it must be a whole number of milliseconds, or its digits as a string"
)]
enum Start {
    Number(i64),
    Text(String),
}

fn amount() -> RefOr<Schema> {
    schema::optional_integer::<{ i32::MIN as i64 }, { i32::MAX as i64 }>()
}

impl Request {
    /// Whether nothing is said: a client's way to leave the object out.
    pub(super) fn is_absent(&self) -> bool {
        let no_start = match &self.start_from {
            None => true,
            Some(Start::Text(text)) => text.is_empty(),
            Some(Start::Number(_)) => false,
        };
        no_start && self.value.is_none() && self.r#type.as_deref().unwrap_or_default().is_empty()
    }
}

impl TryFrom<Request> for Validity {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let unit = required("validity.type", given(request.r#type))?;
        let amount = required("validity.value", request.value)?;
        let amount = u32::try_from(amount).ok().filter(|amount| *amount > 0);
        Ok(Self {
            unit: choice("validity.type", &unit, &UNITS)?,
            amount: amount
                .ok_or_else(|| BadParameter::new("validity.value", "it must be at least 1"))?,
            start: request.start_from.map_or(Ok(None), start)?,
        })
    }
}

fn start(start: Start) -> Result<Option<Timestamp>, BadParameter> {
    let milliseconds = match start {
        Start::Number(milliseconds) => milliseconds,
        Start::Text(text) if text.is_empty() => return Ok(None),
        Start::Text(text) => text.parse().map_err(|_| {
            BadParameter::new("validity.start_from", "it must be a number of milliseconds")
        })?,
    };
    Ok(Some(Timestamp::from_millis(milliseconds)))
}
