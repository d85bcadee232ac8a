//! What a policy document looks like from afar, told in the words of who writes one.

use serde_json::Value;

use super::DocumentError;

/// Refuses what is no JSON, or has lists and texts where objects belong: the parser of documents
/// would speak of its own types.
pub(crate) fn check(text: &str) -> Result<(), DocumentError> {
    let refuse = |path: &str, problem: &str| Err(DocumentError::new(path, problem));
    if text.trim().is_empty() {
        return refuse("document", "there is nothing in it");
    }
    let document: Value = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let Value::Object(members) = document else {
        return refuse("document", "it is a JSON object with Version and Statement");
    };
    if members.get("Version").is_some_and(|version| !version.is_string()) {
        return refuse("Version", "it is a text: \"1.1\" or \"5.0\"");
    }
    let statements = match members.get("Statement") {
        None => return Ok(()),
        Some(Value::Array(statements)) => statements,
        Some(_) => return refuse("Statement", "it is a list of statements"),
    };
    for (at, statement) in statements.iter().enumerate() {
        let Value::Object(statement) = statement else {
            let problem = "a statement is a JSON object with Effect and Action";
            return refuse(&format!("Statement[{at}]"), problem);
        };
        let effect = statement.get("Effect");
        if effect.is_some_and(|effect| !matches!(effect.as_str(), Some("Allow" | "Deny"))) {
            return refuse(&format!("Statement[{at}].Effect"), "it is Allow or Deny");
        }
    }
    Ok(())
}

fn not_json(error: &serde_json::Error) -> DocumentError {
    let problem = if error.is_eof() {
        "the JSON is cut off".to_owned()
    } else {
        format!("this is not JSON (line {}, column {})", error.line(), error.column())
    };
    DocumentError::new("document", problem)
}
