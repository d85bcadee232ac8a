//! A statement in the words of PostgreSQL.
//!
//! The statements are written for SQLite. Parameters get PostgreSQL's names; functions that both have
//! under different names are renamed; hints to SQLite's planner go away.

/// What SQLite calls one way and PostgreSQL another.
const NAMES: [(&str, &str); 6] = [
    ("group_concat(", "string_agg("),
    ("char(", "chr("),
    ("instr(", "position_of("),
    // Which table is read first is the planner's own choice here.
    ("CROSS JOIN ", "JOIN "),
    // The place of a revocation.
    ("rowid ", "place "),
    (
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
        "CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT)",
    ),
];

/// What PostgreSQL is told instead of a statement, and its parameters in their order.
pub(super) struct Translated {
    pub(super) sql: String,
    /// Their names; none where they have numbers.
    pub(super) names: Vec<String>,
    /// The numbers that they have in the statement; none where they have names. PostgreSQL wants to
    /// know the type of each, so one that is not used has none there.
    pub(super) numbers: Vec<usize>,
}

/// Translates a statement.
pub(super) fn translate(sql: &str) -> Translated {
    let mut out = String::with_capacity(sql.len());
    let mut names: Vec<String> = Vec::new();
    let numbers = numbers(sql);
    let mut rest = sql;
    while let Some(character) = rest.chars().next() {
        if character == '\'' {
            let (text, after) = literal(rest);
            out.push_str(text);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('?') {
            let (number, after) = word(after);
            let place = numbers.iter().position(|used| number.parse() == Ok(*used));
            out.push_str(&format!("${}", place.map_or(0, |place| place + 1)));
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
        } else if let Some((theirs, ours)) = other_name(rest, &out) {
            out.push_str(ours);
            rest = &rest[theirs.len()..];
        } else {
            out.push(character);
            rest = &rest[character.len_utf8()..];
        }
    }
    Translated { sql: out, names, numbers }
}

/// The numbers of the parameters that a statement uses, each once, in ascending order.
fn numbers(sql: &str) -> Vec<usize> {
    let after_marks = sql.split('?').skip(1);
    let mut numbers: Vec<usize> =
        after_marks.filter_map(|text| word(text).0.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
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

/// What else the text is called that a text begins with, unless it is the end of a longer name.
fn other_name(text: &str, before: &str) -> Option<(&'static str, &'static str)> {
    let is_inside = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    NAMES.into_iter().find(|(theirs, _)| !is_inside && text.starts_with(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_get_numbers_and_keep_their_names() {
        let translated = translate("SELECT :a, :b WHERE x = :a AND y = '?:c'");

        assert_eq!(translated.sql, "SELECT $1, $2 WHERE x = $1 AND y = '?:c'");
        assert_eq!(translated.names, ["a", "b"]);
    }

    #[test]
    fn numbers_that_are_not_used_are_left_out() {
        let translated = translate("UPDATE t SET a = ?4 WHERE b = ?1 AND c = ?4");

        assert_eq!(translated.sql, "UPDATE t SET a = $2 WHERE b = $1 AND c = $2");
        assert_eq!(translated.numbers, [1, 4]);
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
