//! What holds for all policies, against a slow and obvious reference.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{Action, Context, Document, InForce, Question, Source, Urn, evaluate};

const ACCOUNT: &str = "0198a1b2c3d47e5f8a9b0c1d2e3f4a5b";

/// Questions about few things, so that they meet the statements often.
#[derive(Clone, Debug)]
struct Asked {
    action: Action,
    id: &'static str,
    team: Option<&'static str>,
    user: &'static str,
}

fn asked() -> impl Strategy<Value = Asked> {
    let actions = select(vec![
        Action::ShowAuthority,
        Action::ActivateAuthority,
        Action::ListAuthorities,
        Action::CreateCsr,
        Action::CreateWorkspaceAuthority,
    ]);
    let teams = select(vec![None, Some("red"), Some("blue")]);
    (actions, select(vec!["a", "b", "*"]), teams, select(vec!["bob", "eve"]))
        .prop_map(|(action, id, team, user)| Asked { action, id, team, user })
}

fn statement() -> impl Strategy<Value = Value> {
    let patterns = select(vec![
        "*",
        "pca:*:*",
        "pca:ca:get",
        "pca:ca:ge?",
        "PCA:ca:active",
        "pca:ca:activate",
        "pca:ca:*",
        "scm:*:*",
        "scm::createCsr",
        "workspace:ca:create",
        "*:ca:*e",
    ]);
    let patterns = patterns.prop_map(|pattern| pattern.replace("PCA", "pca"));
    let resources = select(vec![
        "*",
        "pca:*:*:ca:*",
        "pca::*:ca:a",
        "pca:cn-north-4:*:ca:a",
        "pca:*:*:ca:b",
        "pca:*:0198a1b2c3d47e5f8a9b0c1d2e3f4a5b:c?:*",
        "scm:*:*:cert:*",
    ]);
    let conditions = select(vec![
        json!({}),
        json!({ "StringEquals": { "g:ResourceTag/team": "red" } }),
        json!({ "StringNotEquals": { "g:ResourceTag/team": ["red"] } }),
        json!({ "StringLikeIfExists": { "g:ResourceTag/team": ["b*", "x"] } }),
        json!({ "Null": { "g:resourcetag/team": "true" } }),
        json!({ "StringEqualsIgnoreCase": { "g:UserName": "BOB" } }),
        json!({ "StringEquals": { "g:UserName": "bob", "g:ResourceTag/team": "red" } }),
        json!({ "NumberEquals": { "g:UserName": "1" } }),
    ]);
    (
        any::<[bool; 3]>(),
        proptest::collection::vec(patterns, 1..3),
        proptest::option::of(proptest::collection::vec(resources, 1..3)),
        conditions,
    )
        .prop_map(|([deny, not_action, not_resource], actions, resources, condition)| {
            let mut statement = json!({ "Effect": if deny { "Deny" } else { "Allow" } });
            statement[if not_action { "NotAction" } else { "Action" }] = json!(actions);
            if let Some(resources) = resources {
                statement[if not_resource { "NotResource" } else { "Resource" }] = json!(resources);
            }
            if condition != json!({}) {
                statement["Condition"] = condition;
            }
            statement
        })
}

fn statements() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(statement(), 0..6)
}

/// The decision, each statement in a policy of its own.
fn decided(statements: &[Value], asked: &Asked) -> bool {
    let policy = |statement: &Value| {
        let document = json!({ "Version": "5.0", "Statement": [statement] }).to_string();
        let document = Document::parse(&document).expect("a policy");
        InForce { source: Source::Session, document: Arc::new(document) }
    };
    let account = ACCOUNT.parse().expect("an account");
    let mut context = Context::new().with("g:UserName", asked.user);
    if let Some(team) = asked.team {
        context = context.with("g:ResourceTag/team", team);
    }
    let resource = asked.action.resource_type().map(|of| Urn::new(of, account, asked.id));
    let question = Question { action: asked.action, resource, context };
    evaluate(&statements.iter().map(policy).collect::<Vec<_>>(), &question).is_allowed()
}

/// The decision as the rules say it, without a thought for time.
fn by_the_rules(statements: &[Value], asked: &Asked) -> bool {
    let matching: Vec<&Value> =
        statements.iter().filter(|statement| matches_slowly(statement, asked)).collect();
    let has = |effect: &str| matching.iter().any(|statement| statement["Effect"] == effect);
    has("Allow") && !has("Deny")
}

fn matches_slowly(statement: &Value, asked: &Asked) -> bool {
    let action = |pattern: &str| {
        asked.action.names().any(|name| parts_match(pattern, name, 3) || pattern == "*")
    };
    let resource = |pattern: &str| {
        if asked.action.resource_type().is_none() {
            return pattern == "*";
        }
        let urn = format!("pca::{ACCOUNT}:ca:{}", asked.id);
        pattern == "*" || parts_match(pattern, &urn, 5)
    };
    let chosen = |only: &str, all_but: &str, is_it: &dyn Fn(&str) -> bool| match (
        statement[only].as_array(),
        statement[all_but].as_array(),
    ) {
        (Some(these), _) => these.iter().any(|text| is_it(text.as_str().expect("text"))),
        (_, Some(not)) => !not.iter().any(|text| is_it(text.as_str().expect("text"))),
        (None, None) => true,
    };
    chosen("Action", "NotAction", &action)
        && chosen("Resource", "NotResource", &resource)
        && condition_holds(&statement["Condition"], asked)
}

fn condition_holds(condition: &Value, asked: &Asked) -> bool {
    let (team, user) = (asked.team, asked.user);
    match condition.to_string().as_str() {
        "null" => true,
        r#"{"StringEquals":{"g:ResourceTag/team":"red"}}"# => team == Some("red"),
        r#"{"StringNotEquals":{"g:ResourceTag/team":["red"]}}"# => team == Some("blue"),
        r#"{"StringLikeIfExists":{"g:ResourceTag/team":["b*","x"]}}"# => team != Some("red"),
        r#"{"Null":{"g:resourcetag/team":"true"}}"# => team.is_none(),
        r#"{"StringEqualsIgnoreCase":{"g:UserName":"BOB"}}"# => user == "bob",
        r#"{"StringEquals":{"g:UserName":"bob","g:ResourceTag/team":"red"}}"# => {
            user == "bob" && team == Some("red")
        }
        r#"{"NumberEquals":{"g:UserName":"1"}}"# => false,
        other => panic!("a condition that the reference does not know: {other}"),
    }
}

fn parts_match(pattern: &str, text: &str, parts: usize) -> bool {
    let patterns: Vec<String> = pattern.splitn(parts, ':').map(str::to_lowercase).collect();
    let texts: Vec<String> = text.splitn(parts, ':').map(str::to_lowercase).collect();
    patterns.len() == texts.len()
        && patterns.iter().zip(&texts).all(|(pattern, text)| slowly(pattern, text))
}

fn slowly(pattern: &str, text: &str) -> bool {
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => (0..=text.len()).any(|taken| slowly(&pattern[1..], &text[taken..])),
        Some(wanted) => {
            text.chars().next().is_some_and(|found| wanted == '?' || wanted == found)
                && slowly(&pattern[1..], &text[1..])
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_decision_is_that_of_the_rules(statements in statements(), asked in asked()) {
        prop_assert_eq!(decided(&statements, &asked), by_the_rules(&statements, &asked));
    }

    #[test]
    fn the_order_of_statements_decides_nothing(
        statements in statements().prop_shuffle(),
        asked in asked(),
    ) {
        let mut sorted = statements.clone();
        sorted.sort_by_key(Value::to_string);

        prop_assert_eq!(decided(&statements, &asked), decided(&sorted, &asked));
    }

    #[test]
    fn a_matching_denial_wins_at_every_position(
        statements in statements(),
        asked in asked(),
        position in any::<prop::sample::Index>(),
    ) {
        let mut denied = statements;
        let denial = json!({ "Effect": "Deny", "Action": asked.action.name() });
        denied.insert(position.index(denied.len() + 1), denial);

        prop_assert!(!decided(&denied, &asked));
    }

    #[test]
    fn another_allowance_takes_nothing_away(
        statements in statements(),
        mut more in statement(),
        asked in asked(),
    ) {
        more["Effect"] = json!("Allow");
        let before = decided(&statements, &asked);
        let after = decided(&[statements, vec![more]].concat(), &asked);

        prop_assert!(after || !before);
    }

    #[test]
    fn another_denial_gives_nothing(
        statements in statements(),
        mut more in statement(),
        asked in asked(),
    ) {
        more["Effect"] = json!("Deny");
        let before = decided(&statements, &asked);
        let after = decided(&[statements, vec![more]].concat(), &asked);

        prop_assert!(before || !after);
    }

    #[test]
    fn without_allowances_everything_is_denied(statements in statements(), asked in asked()) {
        let denials: Vec<Value> =
            statements.into_iter().filter(|statement| statement["Effect"] == "Deny").collect();

        prop_assert!(!decided(&denials, &asked));
    }

    #[test]
    fn a_wider_pattern_allows_what_a_narrower_one_does(asked in asked(), at in 0..3_usize) {
        let narrow = asked.action.name();
        let mut parts: Vec<&str> = narrow.split(':').collect();
        parts[at] = "*";
        let wide = parts.join(":");
        let allow = |pattern: &str| vec![json!({ "Effect": "Allow", "Action": pattern })];

        prop_assert!(decided(&allow(narrow), &asked));
        prop_assert!(decided(&allow(&wide), &asked));
    }

    #[test]
    fn an_old_name_is_as_good_as_the_new_one(statements in statements(), asked in asked()) {
        let renamed: Vec<Value> = statements
            .iter()
            .map(|statement| {
                let text = statement.to_string();
                let text = text.replace("pca:ca:activate", "pca:ca:active");
                serde_json::from_str(&text).expect("JSON")
            })
            .collect();

        prop_assert_eq!(decided(&statements, &asked), decided(&renamed, &asked));
    }
}
