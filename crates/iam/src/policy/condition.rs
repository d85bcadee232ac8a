//! The conditions of a statement.

use super::Context;
use super::context::KeyName;
use super::known_keys;
use super::operator::{Comparison, bool_of};

/// One condition: an operator, a key, and the values any of which will do.
///
/// A key that the request does not have never matches, however the operator asks, unless the
/// operator ends in `IfExists`, begins with `ForAllValues:`, or is `Null`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    operator: String,
    key_text: String,
    key: KeyName,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// What the request has for the key is compared.
    Compared { comparison: Comparison, which: Which, absent: Absent },
    /// Whether the request lacks the key.
    Null(Vec<bool>),
}

/// Which of the values that a request has for a key are to hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Which {
    All,
    Any,
    TheOne,
}

/// What it means that a request does not have the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Absent {
    Fails,
    Holds,
}

/// What is wrong with a condition.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Problem {
    /// With its key.
    Key(&'static str),
    /// With its operator.
    Operator(&'static str),
    /// With the value of this index.
    Value(usize, &'static str),
    /// With its values altogether.
    Values(&'static str),
}

impl Condition {
    pub(crate) fn parse(operator: &str, key: &str, values: &[String]) -> Result<Self, Problem> {
        if values.is_empty() {
            return Err(Problem::Values("give at least one value"));
        }
        let name = KeyName::new(key);
        if !is_key(key) {
            return Err(Problem::Key("a key has the form service:name"));
        }
        let test = Test::parse(operator, &name, values)?;
        Ok(Self { operator: operator.to_owned(), key_text: key.to_owned(), key: name, test })
    }

    /// Whether it holds in `context`.
    pub(crate) fn holds(&self, context: &Context) -> bool {
        let found = context.get(&self.key);
        let (comparison, which, absent) = match &self.test {
            Test::Null(wanted) => return wanted.contains(&found.is_none()),
            Test::Compared { comparison, which, absent } => (comparison, which, absent),
        };
        let Some(found) = found else { return *absent == Absent::Holds };
        let Some(results) = comparison.results(found) else { return false };
        match which {
            Which::All => results.iter().all(|held| *held),
            Which::Any => results.contains(&true),
            Which::TheOne => results == [true],
        }
    }

    /// Whether a document with it may be kept: there is such a key, and the operator fits it.
    pub(crate) fn check_known(&self) -> Result<(), Problem> {
        let compared = match &self.test {
            Test::Compared { comparison, .. } => Some(comparison.value_type()),
            Test::Null(_) => None,
        };
        known_keys::check(&self.key, compared)
    }

    /// The operator, as it is written.
    pub(crate) fn operator(&self) -> &str {
        &self.operator
    }

    /// The key, as it is written.
    pub(crate) fn key(&self) -> &str {
        &self.key_text
    }

    /// Operator and key, to tell of it.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.operator, self.key_text)
    }
}

impl Test {
    fn parse(operator: &str, key: &KeyName, values: &[String]) -> Result<Self, Problem> {
        let unknown = Problem::Operator("there is no such operator");
        if operator == "Null" {
            let numbered = values.iter().enumerate();
            let wanted = numbered
                .map(|(at, value)| bool_of(value).map_err(|problem| Problem::Value(at, problem)));
            return Ok(Self::Null(wanted.collect::<Result<_, _>>()?));
        }
        let (which, name) = match operator.split_once(':') {
            Some(("ForAllValues", name)) => (Which::All, name),
            Some(("ForAnyValue", name)) => (Which::Any, name),
            Some(_) => return Err(unknown),
            None => (Which::TheOne, operator),
        };
        if which == Which::TheOne && key.has_many() {
            let problem = "a key of many values wants ForAnyValue: or ForAllValues: before the \
                           operator";
            return Err(Problem::Operator(problem));
        }
        let (name, absent) = match name.strip_suffix("IfExists") {
            Some(name) => (name, Absent::Holds),
            None if which == Which::All => (name, Absent::Holds),
            None => (name, Absent::Fails),
        };
        let comparison = Comparison::parse(name, values).ok_or(unknown)?;
        let comparison = comparison.map_err(|(at, problem)| Problem::Value(at, problem))?;
        Ok(Self::Compared { comparison, which, absent })
    }
}

/// Whether a text can be a key: `g:UserName`, `g:ResourceTag/team`.
fn is_key(text: &str) -> bool {
    let head = text.split('/').next().unwrap_or(text);
    let mut parts = head.split(':');
    let is_word = |part: &str| !part.is_empty() && part.chars().all(is_word_character);
    matches!((parts.next(), parts.next(), parts.next()), (Some(service), Some(name), None)
        if is_word(service) && is_word(name))
        && text != format!("{head}/")
}

fn is_word_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

#[cfg(test)]
mod tests {
    use ledger::Timestamp;

    use super::*;
    use crate::policy::Flag;

    fn holds(operator: &str, key: &str, values: &[&str], context: &Context) -> bool {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        Condition::parse(operator, key, &values).unwrap().holds(context)
    }

    fn refused(operator: &str, key: &str, values: &[&str]) -> Problem {
        let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
        Condition::parse(operator, key, &values).unwrap_err()
    }

    #[test]
    fn texts_are_compared_as_the_operator_says() {
        let context = Context::new().with("g:UserName", "Bo*b");
        for (operator, value, expected) in [
            ("StringEquals", "Bo*b", true),
            ("StringEquals", "bo*b", false),
            ("StringEquals", "*", false),
            ("StringNotEquals", "bo*b", true),
            ("StringNotEquals", "Bo*b", false),
            ("StringEqualsIgnoreCase", "bo*B", true),
            ("StringNotEqualsIgnoreCase", "bo*B", false),
            ("StringMatch", "B?*b", true),
            ("StringMatch", "b*", false),
            ("StringLike", "B*", true),
            ("StringNotLike", "B*", false),
            ("StringNotMatch", "B*", false),
            ("StringStartWith", "Bo*", true),
            ("StringStartWith", "o", false),
            ("StringNotStartWith", "o", true),
            ("StringEndWith", "*b", true),
            ("StringNotEndWith", "*b", false),
        ] {
            assert_eq!(holds(operator, "g:UserName", &[value], &context), expected, "{operator}");
        }
    }

    #[test]
    fn any_of_the_values_will_do_and_a_negation_wants_none_of_them() {
        let context = Context::new().with("g:UserName", "bob");

        assert!(holds("StringEquals", "g:UserName", &["alice", "bob"], &context));
        assert!(!holds("StringNotEquals", "g:UserName", &["alice", "bob"], &context));
    }

    #[test]
    fn numbers_dates_addresses_and_truth_are_compared_as_what_they_are() {
        let context = Context::new()
            .with_number("x:Number", 10.0)
            .with_flag("x:Bool", Flag::True)
            .with_time("g:CurrentTime", Timestamp::from_seconds(1_700_000_000))
            .with_address("g:SourceIp", "10.1.2.3".parse().unwrap())
            .with_address("x:Six", "2001:db8::7".parse().unwrap());
        for (operator, key, value, expected) in [
            ("NumberEquals", "x:Number", "10.0", true),
            ("NumberNotEquals", "x:Number", "10", false),
            ("NumberLessThan", "x:Number", "9", false),
            ("NumberLessThan", "x:Number", "10", false),
            ("NumberLessThanEquals", "x:Number", "10", true),
            ("NumberGreaterThan", "x:Number", "9.5", true),
            ("NumberGreaterThanEquals", "x:Number", "11", false),
            ("Bool", "x:Bool", "true", true),
            ("Bool", "x:Bool", "false", false),
            ("DateEquals", "g:CurrentTime", "2023-11-14T22:13:20Z", true),
            ("DateNotEquals", "g:CurrentTime", "2023-11-14T22:13:20Z", false),
            ("DateLessThan", "g:CurrentTime", "2023-11-15T00:00:00+01:00", true),
            ("DateLessThanEquals", "g:CurrentTime", "2023-11-14T22:13:19Z", false),
            ("DateGreaterThan", "g:CurrentTime", "2023-11-14T22:13:20Z", false),
            ("DateGreaterThanEquals", "g:CurrentTime", "2023-11-14T22:13:20Z", true),
            ("IpAddress", "g:SourceIp", "10.0.0.0/8", true),
            ("IpAddress", "g:SourceIp", "10.1.2.4", false),
            ("NotIpAddress", "g:SourceIp", "10.0.0.0/8", false),
            ("IpAddress", "x:Six", "2001:db8::/32", true),
            ("IpAddress", "x:Six", "10.0.0.0/8", false),
        ] {
            assert_eq!(holds(operator, key, &[value], &context), expected, "{operator} {value}");
        }
    }

    #[test]
    fn an_operator_of_another_type_never_matches() {
        let context =
            Context::new().with("g:UserName", "10").with_time("x:T", Timestamp::default());
        for (operator, key, value) in [
            ("NumberEquals", "g:UserName", "10"),
            ("NumberNotEquals", "g:UserName", "11"),
            ("NumberEqualsIfExists", "g:UserName", "10"),
            ("Bool", "g:UserName", "true"),
            ("IpAddress", "g:UserName", "0.0.0.0/0"),
            ("StringNotEquals", "x:T", "x"),
            ("DateEquals", "g:UserName", "1970-01-01T00:00:00Z"),
            ("ForAllValues:NumberEquals", "g:UserName", "10"),
        ] {
            assert!(!holds(operator, key, &[value], &context), "{operator}");
        }
    }

    #[test]
    fn a_key_that_is_not_there_matches_only_what_allows_for_that() {
        let without = Context::new();
        for (operator, value, expected) in [
            ("StringEquals", "bob", false),
            ("StringNotEquals", "bob", false),
            ("StringEqualsIfExists", "bob", true),
            ("StringNotEqualsIfExists", "bob", true),
            ("ForAnyValue:StringEquals", "bob", false),
            ("ForAnyValue:StringEqualsIfExists", "bob", true),
            ("ForAllValues:StringEquals", "bob", true),
            ("Null", "true", true),
            ("Null", "false", false),
        ] {
            assert_eq!(holds(operator, "g:UserName", &[value], &without), expected, "{operator}");
        }
        let with = Context::new().with("g:UserName", "");
        assert!(!holds("Null", "g:UserName", &["true"], &with));
        assert!(holds("Null", "g:UserName", &["false"], &with));
        assert!(!holds("StringEqualsIfExists", "g:UserName", &["bob"], &with));
    }

    #[test]
    fn many_values_are_taken_all_or_any() {
        let keys = vec!["team".to_owned(), "cost".to_owned()];
        let context = Context::new().with_all("g:TagKeys", keys);
        for (operator, values, expected) in [
            ("ForAllValues:StringEquals", ["team", "cost"], true),
            ("ForAllValues:StringEquals", ["team", "x"], false),
            ("ForAnyValue:StringEquals", ["team", "x"], true),
            ("ForAnyValue:StringEquals", ["x", "y"], false),
            ("ForAnyValue:StringNotEquals", ["team", "x"], true),
            ("ForAllValues:StringNotEquals", ["team", "x"], false),
        ] {
            assert_eq!(holds(operator, "g:TagKeys", &values, &context), expected, "{operator}");
        }
    }

    #[test]
    fn the_name_of_a_key_has_no_case_but_that_of_a_tag_has() {
        let context = Context::new().with("g:ResourceTag/Team", "a");

        assert!(holds("StringEquals", "G:resourcetag/Team", &["a"], &context));
        assert!(!holds("StringEquals", "g:ResourceTag/team", &["a"], &context));
    }

    #[test]
    fn refuses_what_cannot_be_compared() {
        for operator in [
            "",
            "stringEquals",
            "StringIs",
            "StringNotNotEquals",
            "NotBool",
            "NumberNotLessThan",
            "DateMatch",
            "IpAddressIfExist",
            "Some:StringEquals",
            "NullIfExists",
            "ForAnyValue:Null",
            "IfExists",
        ] {
            let problem = refused(operator, "g:UserName", &["1"]);
            assert!(matches!(problem, Problem::Operator(_)), "{operator}");
        }
        for (operator, value) in [
            ("Bool", "yes"),
            ("Null", ""),
            ("NumberEquals", "ten"),
            ("NumberEquals", "NaN"),
            ("NumberEquals", "inf"),
            ("DateEquals", "2030-01-31"),
            ("IpAddress", "10.0.0.0/33"),
        ] {
            let problem = refused(operator, "g:UserName", &[value]);
            assert!(matches!(problem, Problem::Value(0, _)), "{operator} {value}");
        }
        for key in ["", "UserName", ":x", "g:", "g:a:b", "g:ResourceTag/", "g:User Name"] {
            assert!(matches!(refused("StringEquals", key, &["x"]), Problem::Key(_)), "{key}");
        }
        assert!(matches!(refused("StringEquals", "g:UserName", &[]), Problem::Values(_)));
        assert!(matches!(refused("StringEquals", "g:TagKeys", &["x"]), Problem::Operator(_)));
    }
}
