//! Values as both engines keep them: whole numbers, texts, octets, and nothing.

use std::error::Error as StdError;

/// A value that is borrowed: a parameter of a statement, or a column of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Value<'a> {
    /// NULL.
    Null,
    /// A number, or a truth as 0 or 1.
    Integer(i64),
    /// UTF-8.
    Text(&'a str),
    /// Octets.
    Blob(&'a [u8]),
}

/// Why a column cannot be read as what it was asked for.
#[derive(Debug, thiserror::Error)]
#[error("a column cannot be read as {0}")]
pub(crate) struct WrongType(pub(crate) &'static str);

/// What can stand for a parameter.
pub(crate) trait ToSql {
    /// As a value.
    fn value(&self) -> Value<'_>;
}

/// What a column can be read as.
pub(crate) trait FromSql: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the value is of another kind or does not fit.
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>>;
}

impl<T: ToSql + ?Sized> ToSql for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<T: ToSql> ToSql for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToSql::value)
    }
}

impl ToSql for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToSql for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl ToSql for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> ToSql for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl ToSql for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

macro_rules! whole_numbers {
    ($($number:ty),+) => {$(
        impl ToSql for $number {
            fn value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }
    )+};
}

whole_numbers!(i64, i32, u32, u8, bool);

impl FromSql for i64 {
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        match value {
            Value::Integer(number) => Ok(number),
            _ => Err(WrongType("a number").into()),
        }
    }
}

impl FromSql for u32 {
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(Self::try_from(i64::from_value(value)?)?)
    }
}

impl FromSql for u8 {
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(Self::try_from(i64::from_value(value)?)?)
    }
}

impl FromSql for bool {
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        Ok(i64::from_value(value)? != 0)
    }
}

impl FromSql for String {
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        match value {
            Value::Text(text) => Ok(text.to_owned()),
            _ => Err(WrongType("a text").into()),
        }
    }
}

impl FromSql for Vec<u8> {
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        match value {
            Value::Blob(octets) => Ok(octets.to_vec()),
            _ => Err(WrongType("octets").into()),
        }
    }
}

impl<T: FromSql> FromSql for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, Box<dyn StdError + Send + Sync>> {
        match value {
            Value::Null => Ok(None),
            there => T::from_value(there).map(Some),
        }
    }
}
