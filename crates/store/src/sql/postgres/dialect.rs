//! A statement in the words of PostgreSQL.
//!
//! The statements are written for SQLite. Parameters get PostgreSQL's names; functions that both have
//! under different names are renamed; hints to SQLite's planner go away.

/// Names of functions, SQLite's and PostgreSQL's. Both are followed by what they begin here.
const FUNCTIONS: [(&str, &str); 3] =
    [("group_concat(", "string_agg("), ("char(31)", "chr(31)"), ("instr(", "position_of(")];

/// What PostgreSQL is told instead of a statement, and the names of its parameters in their order;
/// none where they have numbers.
pub(super) struct Translated {
    pub(super) sql: String,
    pub(super) names: Vec<String>,
}

/// Translates a statement.
pub(super) fn translate(sql: &str) -> Translated {
    let mut out = String::with_capacity(sql.len());
    let mut names: Vec<String> = Vec::new();
    let mut rest = sql;
    while let Some(character) = rest.chars().next() {
        if character == '\'' {
            let (text, after) = literal(rest);
            out.push_str(text);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('?') {
            out.push('$');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("::") {
            out.push_str("::");
            rest = after;
        } else if let Some(after) = rest.strip_prefix(':') {
            let (name, after) = word(after);
            let place = names.iter().position(|known| known == name).unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
            out.push_str(&format!("${}", place + 1));
            rest = after;
        } else if let Some(after) = rest.strip_prefix("INDEXED BY ") {
            rest = word(after).1;
        } else if character == '+' && rest[1..].starts_with(|c: char| c.is_ascii_lowercase()) {
            // It keeps SQLite from choosing an index.
            rest = &rest[1..];
        } else if let Some((theirs, ours)) = function(rest, &out) {
            out.push_str(ours);
            rest = &rest[theirs.len()..];
        } else {
            out.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    Translated { sql: out, names }
}

/// The literal that a text begins with, and what follows.
fn literal(text: &str) -> (&str, &str) {
    let end = text[1..].find('\'').map_or(text.len(), |end| end + 2);
    text.split_at(end)
}

/// The word that a text begins with, and what follows.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}

/// The function that a text begins with, unless it is the end of a longer name.
fn function(text: &str, before: &str) -> Option<(&'static str, &'static str)> {
    let is_inside = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    FUNCTIONS.into_iter().find(|(theirs, _)| !is_inside && text.starts_with(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_get_numbers_and_keep_their_names() {
        let translated = translate("SELECT :a, ?2, :b WHERE x = :a AND y = '?:c'");

        assert_eq!(translated.sql, "SELECT $1, $2, $2 WHERE x = $1 AND y = '?:c'");
        assert_eq!(translated.names, ["a", "b"]);
    }

    #[test]
    fn hints_go_away_and_functions_get_their_other_names() {
        let translated = translate(
            "SELECT a + 1, instr(x, 'y'), is_instr(x) FROM t INDEXED BY t_a WHERE +b = 1 ORDER BY +t.c",
        );

        assert_eq!(
            translated.sql,
            "SELECT a + 1, position_of(x, 'y'), is_instr(x) FROM t  WHERE b = 1 ORDER BY t.c"
        );
    }
}
