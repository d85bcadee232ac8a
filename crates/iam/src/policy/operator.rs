//! The operators of conditions, with the values that they compare with.

use ledger::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::context::Value;
use super::known_keys::ValueType;
use super::pattern::{Case, Pattern};
use crate::Network;

/// Whether an operator asks for what it names, or for anything else.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sense {
    Is,
    IsNot,
}

/// How two numbers or points in time are to lie.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Order {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// A comparison with any of the values that the policy gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparison {
    sense: Sense,
    wanted: Wanted,
}

#[derive(Clone, Debug, PartialEq)]
enum Wanted {
    Addresses(Vec<Network>),
    Bools(Vec<bool>),
    Numbers(Order, Vec<f64>),
    Texts(Vec<WantedText>),
    Times(Order, Vec<Timestamp>),
}

impl Comparison {
    /// The comparison of the operator `name` with `values`. `None` when there is no such operator;
    /// otherwise what is wrong with the first value that does not fit it, with its index.
    pub(crate) fn parse(
        name: &str,
        values: &[String],
    ) -> Option<Result<Self, (usize, &'static str)>> {
        let (sense, name) = sense(name);
        let wanted = match name {
            "Bool" => parsed(values, bool_of).map(Wanted::Bools),
            "IpAddress" => parsed(values, network).map(Wanted::Addresses),
            _ => match name.strip_prefix("String") {
                Some(name) => {
                    let texts = values.iter().map(|value| WantedText::parse(name, value));
                    Ok(Wanted::Texts(texts.collect::<Option<_>>()?))
                }
                None => match (name.strip_prefix("Number"), name.strip_prefix("Date")) {
                    (Some(name), _) => {
                        let order = order(name, sense)?;
                        parsed(values, number).map(|values| Wanted::Numbers(order, values))
                    }
                    (_, Some(name)) => {
                        let order = order(name, sense)?;
                        parsed(values, instant).map(|values| Wanted::Times(order, values))
                    }
                    (None, None) => return None,
                },
            },
        };
        if sense == Sense::IsNot && name == "Bool" {
            return None;
        }
        Some(wanted.map(|wanted| Self { sense, wanted }))
    }

    /// Of what type the values are that it compares.
    pub(crate) fn value_type(&self) -> ValueType {
        match self.wanted {
            Wanted::Addresses(_) => ValueType::Address,
            Wanted::Bools(_) => ValueType::Bool,
            Wanted::Numbers(..) => ValueType::Number,
            Wanted::Texts(_) => ValueType::Text,
            Wanted::Times(..) => ValueType::Time,
        }
    }

    /// Whether the value's parts hold: each for itself, several only for keys that have many.
    /// Nothing for a value of another type.
    pub(crate) fn results(&self, value: &Value) -> Option<Vec<bool>> {
        let held: Vec<bool> = match (&self.wanted, value) {
            (Wanted::Addresses(networks), Value::Address(address)) => {
                vec![networks.iter().any(|network| network.contains(*address))]
            }
            (Wanted::Bools(wanted), Value::Bool(found)) => vec![wanted.contains(found)],
            (Wanted::Numbers(order, wanted), Value::Number(found)) => {
                vec![wanted.iter().any(|wanted| order.holds(found, wanted))]
            }
            (Wanted::Texts(wanted), Value::Texts(found)) => {
                let takes = |text: &String| wanted.iter().any(|wanted| wanted.holds(text));
                found.iter().map(takes).collect()
            }
            (Wanted::Times(order, wanted), Value::Time(found)) => {
                vec![wanted.iter().any(|wanted| order.holds(found, wanted))]
            }
            _ => return None,
        };
        let asked = self.sense == Sense::Is;
        Some(held.into_iter().map(|held| held == asked).collect())
    }
}

/// Splits the `Not` off a name: `StringNotEquals` is `StringEquals`, asked the other way.
fn sense(name: &str) -> (Sense, &str) {
    let turned = [
        ("StringNotEquals", "StringEquals"),
        ("StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"),
        ("StringNotLike", "StringLike"),
        ("StringNotMatch", "StringMatch"),
        ("StringNotStartWith", "StringStartWith"),
        ("StringNotEndWith", "StringEndWith"),
        ("NumberNotEquals", "NumberEquals"),
        ("DateNotEquals", "DateEquals"),
        ("NotIpAddress", "IpAddress"),
    ];
    match turned.into_iter().find(|(negative, _)| *negative == name) {
        Some((_, positive)) => (Sense::IsNot, positive),
        None => (Sense::Is, name),
    }
}

/// One text that is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
enum WantedText {
    End(String),
    Equal(String),
    EqualIgnoringCase(String),
    Match(Pattern),
    Start(String),
}

impl WantedText {
    /// `value` as the operator `String` + `name` wants it.
    fn parse(name: &str, value: &str) -> Option<Self> {
        let value = value.to_owned();
        match name {
            "EndWith" => Some(Self::End(value)),
            "Equals" => Some(Self::Equal(value)),
            "EqualsIgnoreCase" => Some(Self::EqualIgnoringCase(value)),
            "Like" | "Match" => Some(Self::Match(Pattern::new(value, Case::Kept))),
            "StartWith" => Some(Self::Start(value)),
            _ => None,
        }
    }

    fn holds(&self, found: &str) -> bool {
        match self {
            Self::End(wanted) => found.ends_with(wanted),
            Self::Equal(wanted) => found == wanted,
            Self::EqualIgnoringCase(wanted) => found.eq_ignore_ascii_case(wanted),
            Self::Match(pattern) => pattern.matches(found),
            Self::Start(wanted) => found.starts_with(wanted),
        }
    }
}

impl Order {
    fn holds<T: PartialOrd>(self, found: &T, wanted: &T) -> bool {
        match self {
            Self::Equal => found == wanted,
            Self::Greater => found > wanted,
            Self::GreaterOrEqual => found >= wanted,
            Self::Less => found < wanted,
            Self::LessOrEqual => found <= wanted,
        }
    }
}

fn order(name: &str, sense: Sense) -> Option<Order> {
    match (name, sense) {
        ("Equals", _) => Some(Order::Equal),
        ("GreaterThan", Sense::Is) => Some(Order::Greater),
        ("GreaterThanEquals", Sense::Is) => Some(Order::GreaterOrEqual),
        ("LessThan", Sense::Is) => Some(Order::Less),
        ("LessThanEquals", Sense::Is) => Some(Order::LessOrEqual),
        _ => None,
    }
}

fn parsed<T>(
    values: &[String],
    read: fn(&str) -> Result<T, &'static str>,
) -> Result<Vec<T>, (usize, &'static str)> {
    let numbered = values.iter().enumerate();
    numbered.map(|(at, value)| read(value).map_err(|problem| (at, problem))).collect()
}

/// `true` or `false`, as conditions write it.
pub(crate) fn bool_of(text: &str) -> Result<bool, &'static str> {
    text.parse().map_err(|_| "write true or false")
}

fn network(text: &str) -> Result<Network, &'static str> {
    text.parse().map_err(|_| "write an address, or a network as in 10.0.0.0/8")
}

fn number(text: &str) -> Result<f64, &'static str> {
    let number: Option<f64> = text.parse().ok();
    number.filter(|number| number.is_finite()).ok_or("write a number")
}

fn instant(text: &str) -> Result<Timestamp, &'static str> {
    let instant = OffsetDateTime::parse(text, &Rfc3339);
    let instant = instant.map_err(|_| "write a date and time as in 2030-01-31T08:30:00Z")?;
    Ok(Timestamp::from_seconds(instant.unix_timestamp()))
}
