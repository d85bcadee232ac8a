//! The same insertion for many rows at once.

use tokio_postgres::types::Type;

/// A statement that inserts as many rows as its parameters have values: each is an array. `None` if
/// this is not a plain insertion of one row. `kinds` are those of the parameters.
pub(super) fn of_many(sql: &str, kinds: &[Type]) -> Option<String> {
    const VALUES: &str = "VALUES (";
    let sql = sql.trim();
    if !sql.starts_with("INSERT INTO ") || kinds.is_empty() {
        return None;
    }
    let (head, rest) = sql.split_once(VALUES)?;
    let row = rest.strip_suffix(')')?;
    // Anything else than parameters, numbers and texts without a comma is left as it is.
    if row.contains(['(', ')']) || head.contains("ON CONFLICT") {
        return None;
    }
    let mut columns = Vec::new();
    for value in row.split(',').map(str::trim) {
        columns.push(match value.strip_prefix('$') {
            Some(number) => format!("one.p{}", number.parse::<usize>().ok()?),
            None => value.to_owned(),
        });
    }
    let arrays = kinds.iter().zip(1..).map(|(kind, number)| {
        let name = match *kind {
            Type::BOOL => "bool",
            Type::BYTEA => "bytea",
            Type::INT4 => "int4",
            Type::INT8 => "int8",
            Type::TEXT => "text",
            _ => return None,
        };
        Some(format!("${number}::{name}[]"))
    });
    let arrays = arrays.collect::<Option<Vec<_>>>()?.join(", ");
    let names = (1..=kinds.len()).map(|number| format!("p{number}")).collect::<Vec<_>>().join(", ");
    let columns = columns.join(", ");
    Some(format!("{head}SELECT {columns} FROM unnest({arrays}) AS one ({names})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_parameters_becomes_rows_of_arrays() {
        let sql = "INSERT INTO a (x, version, y)\n  VALUES ($1, 1, $2)";

        let many = of_many(sql, &[Type::TEXT, Type::INT8]).unwrap();

        assert_eq!(
            many,
            "INSERT INTO a (x, version, y)\n  SELECT one.p1, 1, one.p2 \
             FROM unnest($1::text[], $2::int8[]) AS one (p1, p2)"
        );
    }

    #[test]
    fn what_does_more_than_insert_a_row_is_left_alone() {
        for sql in [
            "INSERT INTO a (x) VALUES ($1) ON CONFLICT (x) DO NOTHING",
            "INSERT INTO a (x) SELECT $1 WHERE 1 = 1",
            "INSERT INTO a (x) VALUES (lower($1))",
            "UPDATE a SET x = $1",
        ] {
            assert_eq!(of_many(sql, &[Type::TEXT]), None, "{sql}");
        }
    }
}
