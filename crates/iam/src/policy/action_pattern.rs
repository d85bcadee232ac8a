//! Which actions a statement names.

use std::fmt;

use super::Action;
use super::pattern::{Case, Pattern};

/// Actions named by `service:type:operation`, each part with wildcards, or by `*`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ActionPattern([Pattern; 3]);

impl ActionPattern {
    /// Reads the form `service:type:operation`; a type may be empty, as in `scm::createCsr`.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "*" {
            return Ok(Self([part("*"), part("*"), part("*")]));
        }
        let mut parts = text.split(':');
        let (Some(service), Some(kind), Some(operation), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err("an action has three parts, service:type:operation");
        };
        if service.is_empty() || operation.is_empty() {
            return Err("the service and the operation of an action are not empty");
        }
        if service.chars().any(|c| c.is_ascii_uppercase()) {
            return Err("the service of an action is in lower case");
        }
        if text.chars().any(|c| !c.is_ascii_alphanumeric() && !":*?-_".contains(c)) {
            return Err(
                "an action has letters, digits, '-', '_', ':' and the wildcards '*' and '?'",
            );
        }
        Ok(Self([part(service), part(kind), part(operation)]))
    }

    /// Whether it names `action` by any of its names.
    pub(crate) fn matches(&self, action: Action) -> bool {
        action.names().any(|name| self.matches_name(name))
    }

    /// Whether it names what has this name.
    pub(crate) fn matches_name(&self, name: &str) -> bool {
        let mut parts = name.splitn(3, ':');
        self.0.iter().all(|pattern| parts.next().is_some_and(|part| pattern.matches(part)))
    }

    /// The service, the type and the operation.
    pub(crate) fn parts(&self) -> &[Pattern; 3] {
        &self.0
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [service, kind, operation] = &self.0;
        write!(f, "{}:{}:{}", service.text(), kind.text(), operation.text())
    }
}

fn part(text: &str) -> Pattern {
    Pattern::new(text, Case::Ignored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_actions_by_their_parts() {
        for (pattern, action, expected) in [
            ("*", Action::CreateCsr, true),
            ("*:*:*", Action::CreateCsr, true),
            ("scm::createCsr", Action::CreateCsr, true),
            ("scm:*:CREATECSR", Action::CreateCsr, true),
            ("scm:?:createCsr", Action::CreateCsr, false),
            ("scm:*:*", Action::ShowAuthority, false),
            ("pca:ca:get*", Action::ShowAuthority, true),
            ("pca:ca:get*", Action::ExportAuthorityCsr, true),
            ("pca:ca:get", Action::ExportAuthorityCsr, false),
            ("pca:ca:active", Action::ActivateAuthority, true),
            ("pca:ca:activate", Action::ActivateAuthority, true),
        ] {
            let parsed = ActionPattern::parse(pattern).unwrap();
            assert_eq!(parsed.matches(action), expected, "{pattern} {action:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_action() {
        for text in
            ["", "pca", "pca:ca", "pca:ca:get:x", "PCA:ca:get", ":ca:get", "pca:ca:", "a:b:c d"]
        {
            assert!(ActionPattern::parse(text).is_err(), "{text}");
        }
    }
}
