//! What conditions are asked about: the circumstances of one request.

use std::net::IpAddr;

use ledger::Timestamp;

/// What a key has in a request. A test of another type than this never holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Address(IpAddr),
    Bool(bool),
    Number(f64),
    /// One text, or for keys like `g:TagKeys` as many as the request has.
    Texts(Vec<String>),
    Time(Timestamp),
}

/// What is so or not.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flag {
    /// It is not so.
    False,
    /// It is so.
    True,
}

/// The name of a key: what is before the first `/` in whatever case, a tag's key after it as it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeyName(String);

impl KeyName {
    pub(crate) fn new(text: &str) -> Self {
        let (head, tail) = text.split_at(text.find('/').unwrap_or(text.len()));
        Self(format!("{}{tail}", head.to_ascii_lowercase()))
    }

    /// The name, in lower case up to the first `/`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request may have several values of it.
    pub(crate) fn has_many(&self) -> bool {
        self.0 == "g:tagkeys"
    }
}

/// The keys that a request has, with their values. What is not in it never matches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context(Vec<(KeyName, Value)>);

impl Context {
    /// Without any key.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the text `value` for `key`.
    #[must_use]
    pub fn with(self, key: &str, value: impl Into<String>) -> Self {
        self.set(key, Value::Texts(vec![value.into()]))
    }

    /// With all of `values` for `key`; without it when there are none.
    #[must_use]
    pub fn with_all(self, key: &str, values: Vec<String>) -> Self {
        if values.is_empty() { self } else { self.set(key, Value::Texts(values)) }
    }

    /// With what is so or not.
    #[must_use]
    pub fn with_flag(self, key: &str, value: Flag) -> Self {
        self.set(key, Value::Bool(value == Flag::True))
    }

    /// With a number.
    #[must_use]
    pub fn with_number(self, key: &str, value: f64) -> Self {
        self.set(key, Value::Number(value))
    }

    /// With a network address.
    #[must_use]
    pub fn with_address(self, key: &str, value: IpAddr) -> Self {
        self.set(key, Value::Address(value))
    }

    /// With a point in time.
    #[must_use]
    pub fn with_time(self, key: &str, value: Timestamp) -> Self {
        self.set(key, Value::Time(value))
    }

    /// With `value` for `key`, in the place of any earlier one.
    #[must_use]
    fn set(mut self, key: &str, value: Value) -> Self {
        let name = KeyName::new(key);
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
        self
    }

    pub(crate) fn get(&self, key: &KeyName) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}
