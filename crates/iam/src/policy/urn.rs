//! The names of resources, and patterns of them.

use std::fmt;
use std::str::FromStr;

use ledger::AccountId;

use super::ResourceType;
use super::pattern::{Case, Pattern};

/// The name of one resource: `service:region:account:type:id`. All of ours are global: their
/// region is empty.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Urn {
    of: ResourceType,
    account: AccountId,
    id: String,
}

/// The text names no resource that there can be here.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "not the name of a resource: write service:region:account:type:id, as in pca::ACCOUNT:ca:ID"
)]
pub struct UrnError;

impl Urn {
    /// The resource `id` of this type.
    pub fn new(of: ResourceType, account: AccountId, id: impl Into<String>) -> Self {
        Self { of, account, id: id.into() }
    }

    /// Whatever resource of this type.
    pub fn any(of: ResourceType, account: AccountId) -> Self {
        Self::new(of, account, "*")
    }

    /// Its type.
    pub fn resource_type(&self) -> ResourceType {
        self.of
    }

    /// The account that has it.
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// The identifier of the resource within its type; `*` for whatever resource.
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}:{}:{}", self.of.service(), self.account, self.of.name(), self.id)
    }
}

impl FromStr for Urn {
    type Err = UrnError;

    fn from_str(text: &str) -> Result<Self, UrnError> {
        let mut parts = text.splitn(5, ':');
        let mut part = || parts.next().ok_or(UrnError);
        let (service, _region, account, kind, id) = (part()?, part()?, part()?, part()?, part()?);
        let mut types = ResourceType::ALL.into_iter();
        let of = types.find(|of| of.service() == service && of.name() == kind).ok_or(UrnError)?;
        if id.is_empty() {
            return Err(UrnError);
        }
        Ok(Self::new(of, account.parse().map_err(|_| UrnError)?, id))
    }
}

/// Resources named by `service:region:account:type:path`, each part with wildcards, or by `*`.
///
/// Our resources are in no region: a pattern takes them when its region takes nothing, that is
/// when it is empty or `*`. An empty account is any. The path may have colons. Case does not
/// count: our identifiers have one spelling.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UrnPattern([Pattern; 5]);

impl UrnPattern {
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "*" {
            return Ok(Self(std::array::from_fn(|_| part("*"))));
        }
        let mut parts = text.splitn(5, ':');
        let (Some(service), Some(region), Some(account), Some(kind), Some(path)) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("a resource is * or has five parts, service:region:account:type:path");
        };
        if [service, kind, path].iter().any(|part| part.is_empty()) {
            return Err("the service, the type and the path of a resource are not empty");
        }
        Ok(Self([part(service), part(region), part(account), part(kind), part(path)]))
    }

    /// Whether it takes every resource there is.
    pub(crate) fn is_all(&self) -> bool {
        self.0.iter().all(Pattern::is_all)
    }

    /// Whether it takes `urn`.
    pub(crate) fn matches(&self, urn: &Urn) -> bool {
        let [.., path] = &self.0;
        self.matches_type(urn) && path.matches(&urn.id)
    }

    /// Whether it may take some resource of the type and account of `urn`.
    pub(crate) fn matches_type(&self, urn: &Urn) -> bool {
        let [service, region, account, kind, _] = &self.0;
        service.matches(urn.of.service())
            && region.matches("")
            && (account.is_empty() || account.matches(&urn.account.to_string()))
            && kind.matches(urn.of.name())
    }
}

fn part(text: &str) -> Pattern {
    Pattern::new(text, Case::Ignored)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "0198a1b2c3d47e5f8a9b0c1d2e3f4a5b";
    const CA: &str = "4c0e772e-a30c-4029-b929-b7acb04143f7";

    fn ca() -> Urn {
        Urn::new(ResourceType::Authority, ACCOUNT.parse().unwrap(), CA)
    }

    #[test]
    fn takes_resources_by_their_parts() {
        for (pattern, expected) in [
            ("*".to_owned(), true),
            ("*:*:*:*:*".to_owned(), true),
            ("pca:*:*:ca:*".to_owned(), true),
            (format!("pca::{ACCOUNT}:ca:{CA}"), true),
            (format!("pca:::ca:{CA}"), true),
            (format!("PCA::{ACCOUNT}:ca:{}", CA.to_uppercase()), true),
            ("pca:*:*:ca:4c0e????-*".to_owned(), true),
            ("pca:cn-north-4:*:ca:*".to_owned(), false),
            ("pca:*:0198a1b2c3d47e5f8a9b0c1d2e3f4a5c:ca:*".to_owned(), false),
            ("pca:*:*:cert:*".to_owned(), false),
            ("scm:*:*:ca:*".to_owned(), false),
            ("pca:*:*:ca:5*".to_owned(), false),
        ] {
            let parsed = UrnPattern::parse(&pattern).unwrap();
            assert_eq!(parsed.matches(&ca()), expected, "{pattern}");
        }
    }

    #[test]
    fn refuses_what_names_no_resource() {
        for text in ["", "pca", "pca:*:*:ca", "pca:*", ":*:*:ca:*", "pca:*:*::x", "pca:*:*:ca:"] {
            assert!(UrnPattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn is_read_as_it_is_written() {
        assert_eq!(ca().to_string(), format!("pca::{ACCOUNT}:ca:{CA}"));
        assert_eq!(ca().to_string().parse(), Ok(ca()));
        for text in ["", "pca", "pca::x:ca:1", &format!("pca::{ACCOUNT}:cert:1"), "*"] {
            assert_eq!(text.parse::<Urn>(), Err(UrnError), "{text}");
        }
    }
}
