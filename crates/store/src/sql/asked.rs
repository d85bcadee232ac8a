//! What a test hears of the queries that its thread sends to a server.

use std::cell::RefCell;

use super::value::Value;

/// A query as the server was given it.
#[derive(Debug)]
pub(crate) struct Asked {
    /// In the words of the server.
    pub(crate) sql: String,
    /// The parameters as literals, in their order.
    pub(crate) literals: Vec<String>,
}

thread_local! {
    static HEARD: RefCell<Vec<Asked>> = const { RefCell::new(Vec::new()) };
}

/// The queries of this thread since it was asked for them last.
pub(crate) fn heard() -> Vec<Asked> {
    HEARD.take()
}

/// Hears a query.
pub(super) fn hear<'a>(sql: &str, values: impl Iterator<Item = Value<'a>>) {
    let literal = |value| match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(number) => format!("'{number}'"),
        Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Value::Blob(octets) => format!("'\\x{}'", hex::encode(octets)),
    };
    let asked = Asked { sql: sql.to_owned(), literals: values.map(literal).collect() };
    HEARD.with_borrow_mut(|heard| heard.push(asked));
}
