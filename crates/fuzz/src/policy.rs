//! Policy documents, and the decision over them.

use std::sync::Arc;

use iam::policy::{
    Action, Context, Document, Effect, InForce, Question, ResourceType, Source, Urn, evaluate,
    may_be_allowed,
};
use ledger::AccountId;

/// Forbids everything.
const NOTHING: &str =
    r#"{"Version":"5.0","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"]}]}"#;

/// An account, and one that no document of the corpus names.
const ACCOUNTS: [&str; 2] =
    ["0198f0000000700080000000000000aa", "0198f0000000700080000000000000bb"];

/// A document that is read decides alike each time, allows only what it allows somebody, never
/// what it only speaks of to deny, and nothing beside one that denies everything.
pub fn policy(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let Ok(document) = Document::parse(text) else { return };
    assert_eq!(Document::parse(text).as_ref(), Ok(&document));
    assert!((1..=8).contains(&document.statements().len()));
    let allows = document.statements().iter().any(|one| one.effect() == Effect::Allow);
    let own = InForce { source: Source::Session, document: Arc::new(document) };
    let nothing = Document::parse(NOTHING).map(Arc::new);
    for question in questions() {
        let policies = std::slice::from_ref(&own);
        let decision = evaluate(policies, &question);
        assert_eq!(evaluate(policies, &question), decision);
        if decision.is_allowed() {
            assert!(allows, "{question:?}");
            assert!(may_be_allowed(policies, &question), "{question:?}");
        }
        if let Ok(nothing) = &nothing {
            let last = InForce { source: Source::Session, document: Arc::clone(nothing) };
            assert!(!evaluate(&[own.clone(), last], &question).is_allowed(), "{question:?}");
        }
    }
}

/// Every action, on a resource of each account and on none.
fn questions() -> impl Iterator<Item = Question> {
    let accounts = ACCOUNTS.into_iter().filter_map(|id| id.parse::<AccountId>().ok());
    let context = || {
        Context::new()
            .with("g:EnterpriseProjectId", "0")
            .with_all("g:TagKeys", vec!["team".to_owned()])
            .with("g:ResourceTag/team", "pki")
    };
    accounts.flat_map(move |account| {
        Action::ALL.iter().map(move |&action| {
            let id = "00000000-0000-4000-8000-000000000001";
            let urn = |of: ResourceType| Urn::new(of, account, id);
            Question { action, resource: action.resource_type().map(urn), context: context() }
        })
    })
}
