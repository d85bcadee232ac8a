//! The policies that every account finds ready-made.

use std::sync::LazyLock;

use ledger::PolicyId;
use serde_json::json;

use super::{AccessLevel, Action};

/// Where a ready-made policy may be attached, in version 3 of the identity API.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SystemReach {
    /// For the whole account or in projects ("AA").
    Both,
    /// For the whole account only ("AX").
    Domain,
    /// In projects only ("XA").
    Project,
}

/// A ready-made policy. Nobody can change or delete it.
#[derive(Clone, Debug)]
pub struct SystemPolicy {
    /// The same on every server.
    pub id: PolicyId,
    /// Its name, as consoles show it.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// Where it may be attached.
    pub reach: SystemReach,
    /// The document, version 1.1, JSON.
    pub document: String,
}

/// All of them, by name.
pub fn system_policies() -> &'static [SystemPolicy] {
    static ALL: LazyLock<Vec<SystemPolicy>> = LazyLock::new(all);
    &ALL
}

/// The one of this identifier.
pub fn system_policy(id: PolicyId) -> Option<&'static SystemPolicy> {
    system_policies().iter().find(|policy| policy.id == id)
}

/// The actions of readers' levels that no reader has: those that give away a private key, and the
/// export of a Workspace request, which makes a key and takes one of the project's three places.
const WITHHELD: [&str; 4] =
    ["scm::getCsrPrivateKey", "scm:cert:export", "pca:cert:export", "workspace:ca:exportCsr"];

const PRODUCTS: [&str; 3] = ["pca", "scm", "workspace"];

/// One line of the list: the last part of the identifier, name, description, reach, document.
fn all() -> Vec<SystemPolicy> {
    use SystemReach::{Both, Domain, Project};
    let lines = [
        (1, "PCA FullAccess", "All of Private CA.", Domain, full(&["pca"])),
        (
            2,
            "PCA ReadOnlyAccess",
            "Sees all of Private CA but private keys.",
            Domain,
            reading(&["pca"]),
        ),
        (3, "SCM Administrator", "All of SSL certificates.", Domain, full(&["scm"])),
        (4, "SCM FullAccess", "All of SSL certificates.", Domain, full(&["scm"])),
        (
            5,
            "SCM ReadOnlyAccess",
            "Sees all of SSL certificates but private keys.",
            Domain,
            reading(&["scm"]),
        ),
        (6, "Security Administrator", "All of IAM.", Domain, full(&["iam"])),
        (7, "Tenant Administrator", "Everything but IAM.", Both, full(&PRODUCTS)),
        (8, "Tenant Guest", "Sees everything but IAM and private keys.", Both, reading(&PRODUCTS)),
        (9, "Workspace FullAccess", "All of Workspace.", Project, full(&["workspace"])),
        (
            10,
            "Workspace ReadOnlyAccess",
            "Sees all of Workspace.",
            Project,
            reading(&["workspace"]),
        ),
    ];
    let with_id = lines.into_iter().filter_map(|(number, name, description, reach, document)| {
        let id = format!("{number:032x}").parse().ok()?;
        Some(SystemPolicy { id, name, description, reach, document })
    });
    with_id.collect()
}

/// Allows everything of these services.
fn full(services: &[&str]) -> String {
    allow(services.iter().map(|service| format!("{service}:*:*")).collect())
}

/// Allows what lists and reads in these services, but neither gives away nor makes a private key.
fn reading(services: &[&str]) -> String {
    let is_read = |action: &&Action| {
        let service = action.name().split(':').next().unwrap_or_default();
        services.contains(&service)
            && matches!(action.level(), AccessLevel::List | AccessLevel::Read)
            && !WITHHELD.contains(&action.name())
    };
    let actions = Action::ALL.iter().filter(is_read);
    allow(actions.map(|action| action.name().to_owned()).collect())
}

fn allow(actions: Vec<String>) -> String {
    json!({ "Version": "1.1", "Statement": [{ "Effect": "Allow", "Action": actions }] }).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::policy::{Document, InForce, Question, ResourceType, Source, Urn, evaluate};

    fn allows(name: &str, action: Action) -> bool {
        let policy = system_policies().iter().find(|policy| policy.name == name).unwrap();
        let source = Source::Session;
        let document = Arc::new(Document::read(&policy.document).unwrap());
        let account = policy.id.to_string().parse().unwrap();
        let resource = action.resource_type().map(|of: ResourceType| Urn::any(of, account));
        let question = Question { action, resource, context: crate::policy::Context::new() };
        evaluate(&[InForce { source, document }], &question).is_allowed()
    }

    #[test]
    fn each_has_its_own_fixed_identifier_and_name() {
        let ids: Vec<String> =
            system_policies().iter().map(|policy| policy.id.to_string()).collect();
        let names: std::collections::BTreeSet<&str> =
            system_policies().iter().map(|policy| policy.name).collect();

        assert_eq!(ids.len(), 10);
        assert_eq!(ids[0], "00000000000000000000000000000001");
        assert_eq!(ids[9], "0000000000000000000000000000000a");
        assert_eq!(names.len(), 10);
    }

    #[test]
    fn each_is_a_document_of_version_1() {
        for policy in system_policies() {
            let document = Document::parse(&policy.document);
            assert_eq!(document.map(|found| found.language()), Ok(super::super::Language::V1));
        }
    }

    #[test]
    fn readers_see_everything_but_private_keys_and_make_none() {
        let withheld =
            [Action::ExportCertificate, Action::ExportWorkspaceCsr, Action::ShowCsrPrivateKey];
        for action in Action::ALL {
            let is_read = matches!(action.level(), AccessLevel::List | AccessLevel::Read)
                && !withheld.contains(action);
            for (policy, service) in [
                ("PCA ReadOnlyAccess", "pca:"),
                ("SCM ReadOnlyAccess", "scm:"),
                ("Workspace ReadOnlyAccess", "workspace:"),
            ] {
                let expected = is_read && action.name().starts_with(service);
                assert_eq!(allows(policy, *action), expected, "{policy} {action:?}");
            }
            let expected = is_read && !action.name().starts_with("iam:");
            assert_eq!(allows("Tenant Guest", *action), expected, "{action:?}");
        }
    }

    #[test]
    fn full_access_is_all_of_a_service_and_nothing_else() {
        for action in Action::ALL {
            for (policy, services) in [
                ("PCA FullAccess", &["pca:"][..]),
                ("SCM FullAccess", &["scm:"]),
                ("SCM Administrator", &["scm:"]),
                ("Workspace FullAccess", &["workspace:"]),
                ("Security Administrator", &["iam:"]),
                ("Tenant Administrator", &["pca:", "scm:", "workspace:"]),
            ] {
                let expected = services.iter().any(|service| action.name().starts_with(service));
                assert_eq!(allows(policy, *action), expected, "{policy} {action:?}");
            }
        }
    }
}
