//! Policy documents: the JSON that people write, checked once and turned into statements.

use super::action_pattern::ActionPattern;
use super::condition::{Condition, Problem};
use super::raw::{RawDocument, RawEffect, RawStatement, Texts};
use super::shape;
use super::statement::{Effect, Selection, Statement};
use super::urn::UrnPattern;

/// How long a document may be, in octets.
pub const MAX_DOCUMENT: usize = 6144;
/// How many statements a document may have.
const MAX_STATEMENTS: usize = 8;
/// How many actions a statement may name.
const MAX_ACTIONS: usize = 100;
/// How many resources a statement may name, and how long each may be, in characters.
const MAX_RESOURCES: usize = 10;
const MAX_RESOURCE: usize = 128;
/// How many conditions a statement may have.
const MAX_CONDITIONS: usize = 10;
/// How long the name of a statement may be, in characters.
const MAX_SID: usize = 64;

/// The language of a document.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    /// "1.1": policies of version 3 of the identity API.
    V1,
    /// "5.0": identity policies, which have names for statements, and exceptions.
    V5,
}

/// A policy document that can be decided on.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    language: Language,
    statements: Vec<Statement>,
}

/// Why a text is no policy document, and where.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct DocumentError {
    /// Where: `Statement[0].Action[1]`.
    pub path: String,
    /// What is wrong there.
    pub problem: String,
}

impl DocumentError {
    pub(super) fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }
}

impl Document {
    /// Reads a document of either language. Strictly: what is unknown, doubled, of another type or
    /// beyond the limits is refused.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        if text.len() > MAX_DOCUMENT {
            let problem = format!("a policy has at most {MAX_DOCUMENT} octets");
            return Err(DocumentError::new("document", problem));
        }
        shape::check(text)?;
        Self::read(text)
    }

    /// Reads a document that is to be kept: beyond [`Document::parse`] it names no action of the
    /// services here, and no key of conditions, that there is not. What is kept already is read
    /// without this: names that this server forgets fail no decision.
    pub fn parse_to_keep(text: &str) -> Result<Self, DocumentError> {
        let document = Self::parse(text)?;
        for (at, statement) in document.statements.iter().enumerate() {
            let reader = Reader { language: document.language, path: format!("Statement[{at}]") };
            reader.check_names(statement)?;
        }
        Ok(document)
    }

    /// Reads a document of whatever length.
    pub(crate) fn read(text: &str) -> Result<Self, DocumentError> {
        let mut json = serde_json::Deserializer::from_str(text);
        let raw: RawDocument = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| DocumentError::new(place(error.path()), told(error.inner())))?;
        json.end().map_err(|error| DocumentError::new("document", told(&error)))?;
        let language = match raw.version.as_str() {
            "1.1" => Language::V1,
            "5.0" => Language::V5,
            _ => return Err(DocumentError::new("Version", "the version is 1.1 or 5.0")),
        };
        let count = raw.statement.len();
        if count == 0 || count > MAX_STATEMENTS {
            let problem = format!("a policy has 1 to {MAX_STATEMENTS} statements");
            return Err(DocumentError::new("Statement", problem));
        }
        let numbered = raw.statement.into_iter().enumerate();
        let statements = numbered
            .map(|(at, raw)| Reader { language, path: format!("Statement[{at}]") }.statement(raw));
        Ok(Self { language, statements: statements.collect::<Result<_, _>>()? })
    }

    /// The language that it is written in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Its statements, in the order of the text.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

fn place(path: &serde_path_to_error::Path) -> String {
    let path = path.to_string();
    if path == "." { "document".to_owned() } else { path }
}

/// What the parser says, in one line.
fn told(error: &serde_json::Error) -> String {
    error.to_string()
}

/// Reads one statement; knows where it is.
struct Reader {
    language: Language,
    path: String,
}

impl Reader {
    fn statement(&self, raw: RawStatement) -> Result<Statement, DocumentError> {
        if self.language == Language::V1 {
            let newer = [
                ("Sid", raw.sid.is_some()),
                ("NotAction", raw.not_action.is_some()),
                ("NotResource", raw.not_resource.is_some()),
            ];
            if let Some((member, _)) = newer.into_iter().find(|(_, is_there)| *is_there) {
                return Err(self.error(member, "only policies of version 5.0 have it"));
            }
        }
        if raw.sid.as_ref().is_some_and(|sid| sid.chars().count() > MAX_SID) {
            return Err(self.error("Sid", format!("a name has at most {MAX_SID} characters")));
        }
        let actions = match (raw.action, raw.not_action) {
            (Some(these), None) => Selection::Only(self.actions("Action", these)?),
            (None, Some(not)) => Selection::AllBut(self.actions("NotAction", not)?),
            (Some(_), Some(_)) => return Err(self.error("NotAction", "there is Action already")),
            (None, None) => return Err(self.error("Action", "it is missing")),
        };
        let resources = match (raw.resource, raw.not_resource) {
            (Some(these), None) => Selection::Only(self.resources("Resource", these)?),
            (None, Some(not)) => Selection::AllBut(self.resources("NotResource", not)?),
            (Some(_), Some(_)) => {
                return Err(self.error("NotResource", "there is Resource already"));
            }
            (None, None) => Selection::AllBut(Vec::new()),
        };
        let effect = match raw.effect {
            RawEffect::Allow => Effect::Allow,
            RawEffect::Deny => Effect::Deny,
        };
        let mut conditions = Vec::new();
        for (operator, keys) in raw.condition.map(|found| found.0).unwrap_or_default() {
            if keys.0.is_empty() {
                let member = format!("Condition.{operator}");
                return Err(self.error(&member, "give at least one key"));
            }
            for (key, values) in keys.0 {
                conditions.push(self.condition(&operator, &key, values)?);
            }
        }
        if conditions.len() > MAX_CONDITIONS {
            let problem = format!("a statement has at most {MAX_CONDITIONS} conditions");
            return Err(self.error("Condition", problem));
        }
        Ok(Statement { sid: raw.sid, effect, actions, resources, conditions })
    }

    /// Refuses names that mean nothing.
    fn check_names(&self, statement: &Statement) -> Result<(), DocumentError> {
        let member = match statement.actions {
            Selection::AllBut(_) => "NotAction",
            Selection::Only(_) => "Action",
        };
        for (at, action) in statement.actions.named().iter().enumerate() {
            if !action.is_known() {
                let problem = format!("there is no action {action}");
                return Err(self.error(&format!("{member}[{at}]"), problem));
            }
        }
        for condition in &statement.conditions {
            let (operator, key) = (condition.operator(), condition.key());
            condition.check_known().map_err(|problem| self.refused(operator, key, problem))?;
        }
        Ok(())
    }

    fn actions(&self, member: &str, texts: Texts) -> Result<Vec<ActionPattern>, DocumentError> {
        let texts = self.some(member, texts, MAX_ACTIONS)?;
        let numbered = texts.iter().enumerate();
        let read = |(at, text): (usize, &String)| {
            let pattern = ActionPattern::parse(text);
            pattern.map_err(|problem| self.error(&format!("{member}[{at}]"), problem))
        };
        numbered.map(read).collect()
    }

    fn resources(&self, member: &str, texts: Texts) -> Result<Vec<UrnPattern>, DocumentError> {
        let texts = self.some(member, texts, MAX_RESOURCES)?;
        let numbered = texts.iter().enumerate();
        let read = |(at, text): (usize, &String)| {
            let place = format!("{member}[{at}]");
            if text.chars().count() > MAX_RESOURCE {
                let problem = format!("a resource has at most {MAX_RESOURCE} characters");
                return Err(self.error(&place, problem));
            }
            UrnPattern::parse(text).map_err(|problem| self.error(&place, problem))
        };
        numbered.map(read).collect()
    }

    fn condition(
        &self,
        operator: &str,
        key: &str,
        values: Texts,
    ) -> Result<Condition, DocumentError> {
        Condition::parse(operator, key, &values.into_vec())
            .map_err(|problem| self.refused(operator, key, problem))
    }

    /// The refusal of a condition.
    fn refused(&self, operator: &str, key: &str, problem: Problem) -> DocumentError {
        let at_operator = format!("Condition.{operator}");
        let at_key = format!("{at_operator}.{key}");
        match problem {
            Problem::Key(problem) | Problem::Values(problem) => self.error(&at_key, problem),
            Problem::Operator(problem) => self.error(&at_operator, problem),
            Problem::Value(at, problem) => self.error(&format!("{at_key}[{at}]"), problem),
        }
    }

    /// The texts of a member: at least one, and in version 1.1 a list.
    fn some(&self, member: &str, texts: Texts, most: usize) -> Result<Vec<String>, DocumentError> {
        if self.language == Language::V1 && matches!(texts, Texts::One(_)) {
            return Err(self.error(member, "it is a list in version 1.1"));
        }
        let texts = texts.into_vec();
        if texts.is_empty() || texts.len() > most {
            return Err(self.error(member, format!("it has 1 to {most} entries")));
        }
        Ok(texts)
    }

    fn error(&self, member: &str, problem: impl Into<String>) -> DocumentError {
        DocumentError::new(format!("{}.{member}", self.path), problem)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(document: &Value) -> Result<Document, DocumentError> {
        Document::parse(&document.to_string())
    }

    fn refusal(document: &Value) -> String {
        parse(document).unwrap_err().to_string()
    }

    /// A document of version 5.0 with one statement, which `change` changes.
    fn changed(change: impl FnOnce(&mut Value)) -> Value {
        let mut document = json!({ "Version": "5.0", "Statement": [
            { "Effect": "Allow", "Action": ["pca:ca:get"], "Resource": ["*"] },
        ] });
        change(&mut document["Statement"][0]);
        document
    }

    #[test]
    fn reads_both_languages() {
        let old = json!({ "Version": "1.1", "Statement": [
            { "Effect": "Deny", "Action": ["pca:ca:*", "scm::createCsr"] },
            { "Effect": "Allow", "Action": ["*:*:*"], "Resource": ["pca:*:*:ca:*"],
              "Condition": { "StringEqualsIfExists": { "g:UserName": ["bob"] } } },
        ] });
        let new = json!({ "Version": "5.0", "Statement": [
            { "Sid": "all but one", "Effect": "Allow", "NotAction": "pca:ca:delete",
              "NotResource": "pca:*:*:ca:x", "Condition": { "Null": { "g:SourceIp": "false" } } },
        ] });

        let old = parse(&old).unwrap();
        assert_eq!((old.language(), old.statements().len()), (Language::V1, 2));
        let new = parse(&new).unwrap();
        assert_eq!(new.language(), Language::V5);
        assert_eq!(new.statements()[0].sid(), Some("all but one"));
        assert_eq!(new.statements()[0].effect(), Effect::Allow);
    }

    #[test]
    fn says_where_something_is_wrong() {
        for (document, path) in [
            (changed(|s| s["Action"] = json!(["pca:ca:get", "pca"])), "Statement[0].Action[1]: "),
            (changed(|s| s["Action"] = json!([])), "Statement[0].Action: "),
            (changed(|s| s["Action"] = json!([7])), "Statement[0].Action[0]: "),
            (changed(|s| s["Action"] = json!({ "x": 1 })), "Statement[0].Action: "),
            (changed(|s| s["NotAction"] = json!("*")), "Statement[0].NotAction: "),
            (changed(|s| s["NotResource"] = json!("*")), "Statement[0].NotResource: "),
            (changed(|s| s["Resource"] = json!(["pca:x"])), "Statement[0].Resource[0]: "),
            (changed(|s| s["Resource"] = json!(null)), "Statement[0].Resource: "),
            (changed(|s| s["Effect"] = json!("allow")), "Statement[0].Effect"),
            (changed(|s| s["Effect"] = json!(true)), "Statement[0].Effect"),
            (changed(|s| s["Principal"] = json!("*")), "Statement[0].Principal: "),
            (changed(|s| s["Sid"] = json!(1)), "Statement[0].Sid: "),
            (
                changed(|s| s["Condition"] = json!({ "StringIs": { "g:UserName": "x" } })),
                "Statement[0].Condition.StringIs: ",
            ),
            (
                changed(|s| s["Condition"] = json!({ "Bool": { "g:X": ["true", "maybe"] } })),
                "Statement[0].Condition.Bool.g:X[1]: ",
            ),
            (
                changed(|s| s["Condition"] = json!({ "Bool": { "g:X": true } })),
                "Statement[0].Condition.Bool.g:X: ",
            ),
            (
                changed(|s| s["Condition"] = json!({ "StringEquals": { "UserName": "x" } })),
                "Statement[0].Condition.StringEquals.UserName: ",
            ),
            (changed(|s| s["Condition"] = json!(["x"])), "Statement[0].Condition: "),
            (changed(|s| s["Condition"] = json!({ "Bool": {} })), "Statement[0].Condition.Bool: "),
            (json!({ "Version": "2.0", "Statement": [] }), "Version: "),
            (json!({ "Version": "1.0", "Statement": [] }), "Version: "),
            (json!({ "Version": 5.0, "Statement": [] }), "Version: "),
            (json!({ "Version": "5.0", "Statement": [] }), "Statement: "),
            (json!({ "Version": "5.0", "Statement": {} }), "Statement: "),
            (json!({ "Version": "5.0", "Statement": [], "Depends": [] }), "Depends: "),
            (json!({ "Version": "5.0" }), "document: "),
            (json!([]), "document: "),
        ] {
            let refusal = refusal(&document);
            assert!(refusal.starts_with(path), "{refusal} is not at {path}");
        }
    }

    #[test]
    fn what_is_to_be_kept_names_only_what_there_is() {
        for (document, refusal) in [
            (
                changed(|s| s["Action"] = json!(["pca:ca:get", "pca:ca:delte"])),
                "Statement[0].Action[1]: there is no action pca:ca:delte",
            ),
            (
                changed(|s| {
                    s["NotAction"] = json!("scm:cert:eat*");
                    s.as_object_mut().unwrap().remove("Action");
                }),
                "Statement[0].NotAction[0]: there is no action scm:cert:eat*",
            ),
            (
                changed(|s| s["Condition"] = json!({ "StringEquals": { "g:Usernam": "x" } })),
                "Statement[0].Condition.StringEquals.g:Usernam: there is no such key",
            ),
            (
                changed(|s| s["Condition"] = json!({ "StringEquals": { "g:SourceIp": "x" } })),
                "Statement[0].Condition.StringEquals: the key has an address",
            ),
        ] {
            let text = document.to_string();
            let refused = Document::parse_to_keep(&text).unwrap_err().to_string();
            assert!(refused.starts_with(refusal), "{refused}");
            assert!(Document::read(&text).is_ok(), "what is kept already is read");
        }
        let text = changed(|s| s["Action"] = json!(["pca:ca:issueCert", "ecs:*:*"])).to_string();
        assert!(Document::parse_to_keep(&text).is_ok());
    }

    #[test]
    fn what_has_another_shape_is_refused_in_words_that_name_no_type_of_the_program() {
        for (text, refusal) in [
            ("[]", "document: it is a JSON object with Version and Statement"),
            (r#""x""#, "document: it is a JSON object with Version and Statement"),
            ("not json", "document: this is not JSON (line 1, column 2)"),
            ("", "document: there is nothing in it"),
            ("{", "document: the JSON is cut off"),
            (r#"{"Version":"5.0","Statement":{}}"#, "Statement: it is a list of statements"),
            (
                r#"{"Version":"5.0","Statement":[["Allow"]]}"#,
                "Statement[0]: a statement is a JSON object",
            ),
            (
                r#"{"Version":"5.0","Statement":[{"Effect":{"Allow":null},"Action":"*"}]}"#,
                "Statement[0].Effect: it is Allow or Deny",
            ),
        ] {
            let refused = Document::parse(text).unwrap_err().to_string();
            assert!(refused.starts_with(refusal), "{refused}");
        }
    }

    #[test]
    fn version_1_has_neither_names_nor_exceptions_nor_single_texts() {
        for (member, value) in [
            ("Sid", json!("x")),
            ("NotAction", json!(["*"])),
            ("NotResource", json!(["*"])),
            ("Action", json!("pca:ca:get")),
            ("Resource", json!("*")),
        ] {
            let mut document = changed(|statement| statement[member] = value);
            document["Version"] = json!("1.1");

            let refusal = refusal(&document);
            assert!(refusal.starts_with(&format!("Statement[0].{member}: ")), "{refusal}");
        }
    }

    #[test]
    fn limits_are_kept_to_the_last_one() {
        let resource = |length: usize| format!("pca:*:*:ca:{}", "x".repeat(length - 11));
        let conditions = |count: usize| {
            let keys = (0..count).map(|n| (format!("g:K{n}"), json!("x")));
            json!({ "StringEquals": keys.collect::<serde_json::Map<_, _>>() })
        };
        let many = |statements: usize| {
            let statement = json!({ "Effect": "Allow", "Action": "*" });
            json!({ "Version": "5.0", "Statement": vec![statement; statements] })
        };
        for (fits, too_much) in [
            (
                changed(|s| s["Action"] = json!(vec!["a:b:c"; 100])),
                changed(|s| s["Action"] = json!(vec!["a:b:c"; 101])),
            ),
            (
                changed(|s| s["Resource"] = json!(vec!["*"; 10])),
                changed(|s| s["Resource"] = json!(vec!["*"; 11])),
            ),
            (
                changed(|s| s["Resource"] = json!(resource(128))),
                changed(|s| s["Resource"] = json!(resource(129))),
            ),
            (
                changed(|s| s["Condition"] = conditions(10)),
                changed(|s| s["Condition"] = conditions(11)),
            ),
            (
                changed(|s| s["Sid"] = json!("x".repeat(64))),
                changed(|s| s["Sid"] = json!("x".repeat(65))),
            ),
            (many(8), many(9)),
        ] {
            assert_eq!(parse(&fits).err(), None);
            assert!(parse(&too_much).is_err(), "{too_much}");
        }
    }

    #[test]
    fn the_whole_text_has_a_limit() {
        let text = changed(|_| {}).to_string();
        let padded = |length: usize| format!("{}{text}", " ".repeat(length - text.len()));

        assert!(Document::parse(&padded(MAX_DOCUMENT)).is_ok());
        assert!(Document::parse(&padded(MAX_DOCUMENT + 1)).is_err());
    }

    #[test]
    fn nothing_is_said_twice() {
        for text in [
            r#"{"Version":"5.0","Version":"5.0","Statement":[{"Effect":"Allow","Action":"*"}]}"#,
            r#"{"Version":"5.0","Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*"}]}"#,
            r#"{"Version":"5.0","Statement":[{"Effect":"Allow","Action":"*",
                "Condition":{"Bool":{"g:X":"true","g:X":"false"}}}]}"#,
            r#"{"Version":"5.0","Statement":[{"Effect":"Allow","Action":"*",
                "Condition":{"Bool":{"g:X":"true"},"Bool":{"g:Y":"false"}}}]}"#,
            r#"{"Version":"5.0","Statement":[{"Effect":"Allow","Action":"*"}]} {}"#,
        ] {
            assert!(Document::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in ["", "{", "null", "[[[[", "\u{0}", &"[".repeat(6000)] {
            assert!(Document::parse(text).is_err(), "{text:?}");
        }
    }
}
