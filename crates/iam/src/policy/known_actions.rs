//! Which actions a document that is to be kept may name: a mistyped one would silently do nothing.

use super::Action;
use super::action_pattern::ActionPattern;

/// The published names of actions that are not served here: a policy that was written for the
/// cloud may name them. Some are former names of the one before.
const ELSEWHERE: [&str; 25] = [
    "scm:cert:apply",
    "scm:cert:complete",
    "scm:cert:cancel",
    "scm:cert:createTag",
    "scm:cert:delete",
    "scm:cert:deleteTag",
    "scm:cert:deploy",
    "scm:cert:export",
    "scm:cert:download",
    "scm:cert:get",
    "scm:cert:import",
    "scm:cert:upload",
    "scm:cert:list",
    "scm:cert:listAutoDeployedResources",
    "scm:cert:listDeployedResources",
    "scm:cert:listResourcesByTag",
    "scm:cert:listTags",
    "scm:cert:push",
    "scm:cert:reissue",
    "scm:cert:revoke",
    "scm:cert:subscribe",
    "scm:cert:purchase",
    "scm:cert:unsubscribe",
    "scm:cert:update",
    "scm:cert:edit",
];

/// The published names of queries about products, not served here either.
const PRODUCTS: [&str; 2] = ["scm:certProduct:get", "scm:certType:get"];

impl ActionPattern {
    /// Whether a document that names this may be kept: it names an action that is served here or
    /// published, or one of services whose actions are not all known here.
    pub(crate) fn is_known(&self) -> bool {
        let [service, kind, _] = self.parts();
        let is_listed_whole = match service.text() {
            "pca" | "scm" => true,
            "workspace" => !kind.has_wildcards() && kind.matches("ca"),
            _ => false,
        };
        if !is_listed_whole || self.is_served() {
            return true;
        }
        ELSEWHERE.iter().chain(&PRODUCTS).any(|name| self.matches_name(name))
    }

    /// Whether it is of a service of this server, but names no action that is served here.
    pub(crate) fn names_nothing_here(&self) -> bool {
        let [service, ..] = self.parts();
        matches!(service.text(), "iam" | "pca" | "scm" | "workspace") && !self.is_served()
    }

    fn is_served(&self) -> bool {
        Action::ALL.iter().any(|action| self.matches(*action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> ActionPattern {
        ActionPattern::parse(text).unwrap()
    }

    #[test]
    fn what_is_served_or_published_is_known_in_whatever_case_and_with_wildcards() {
        for text in [
            "*",
            "*:*:*",
            "pca:*:*",
            "pca:ca:delete",
            "pca:CA:DELETE",
            "pca:ca:active",
            "pca:ca:issueCert",
            "pca:cert:*",
            "pca:*:list",
            "scm::createCsr",
            "scm:cert:purchase",
            "scm:certType:get",
            "workspace:ca:export*",
            "workspace:desktops:create",
            "workspace:*:*",
            "iam:agencies:assume",
            "ecs:servers:list",
        ] {
            assert!(pattern(text).is_known(), "{text}");
        }
    }

    #[test]
    fn a_mistyped_action_of_a_service_that_is_served_is_not_known() {
        for text in [
            "pca:ca:delte",
            "pca:ca:del",
            "pca:ca:eat*",
            "pca:cas:*",
            "pca:cert:issue",
            "scm:createCsr:*",
            "scm::deleteCert",
            "workspace:ca:revoke",
            "workspace:CA:x*",
        ] {
            assert!(!pattern(text).is_known(), "{text}");
        }
    }

    #[test]
    fn names_of_services_that_are_served_in_part_name_nothing_here() {
        for (text, expected) in [
            ("iam:users:deleteUser", false),
            ("iam:users:deletUser", true),
            ("pca:ca:issueCert", false),
            ("scm:cert:apply", true),
            ("pca:ca:*", false),
            ("workspace:desktops:create", true),
            ("ecs:servers:list", false),
            ("*", false),
        ] {
            assert_eq!(pattern(text).names_nothing_here(), expected, "{text}");
        }
    }

    #[test]
    fn no_published_name_that_is_said_not_to_be_served_is_served() {
        for name in ELSEWHERE.iter().chain(&PRODUCTS) {
            assert_eq!(Action::from_name(name), None, "{name}");
            assert!(pattern(name).is_known(), "{name}");
        }
    }
}
