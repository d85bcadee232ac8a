//! The conditions of a search by tags, as SQL.

use pki::tag::TagSearch;

use crate::sql::ToSql;

/// A condition with the values of its parameters.
pub(super) struct Condition {
    /// The condition; nothing where everything passes.
    pub(super) sql: String,
    /// Names of parameters with their values.
    values: Vec<(String, String)>,
}

impl Condition {
    pub(super) fn empty() -> Self {
        Self { sql: String::new(), values: Vec::new() }
    }

    /// Adds a condition.
    pub(super) fn and(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    /// A new parameter with this value.
    pub(super) fn parameter(&mut self, value: &str) -> String {
        let name = format!(":p{}", self.values.len());
        self.values.push((name.clone(), value.to_owned()));
        name
    }

    /// `column` is one of these values; without values everything is.
    pub(super) fn one_of(&mut self, column: &str, values: &[String]) -> String {
        match values {
            [] => "true".to_owned(),
            [value] => format!("{column} = {}", self.parameter(value)),
            several => {
                let names: Vec<_> = several.iter().map(|value| self.parameter(value)).collect();
                format!("{column} IN ({})", names.join(", "))
            }
        }
    }

    /// Asks for each of the search's tags but `except`, of the thing whose identifier is the column
    /// `thing`; `tags` is the table of tags and `owner` its column with the thing. The statement around has
    /// the parameter `:account`; the sign leaves SQLite the table's own key.
    pub(super) fn and_tags(
        &mut self,
        search: &TagSearch,
        except: Option<&str>,
        (tags, owner, thing): (&str, &str, &str),
    ) {
        for (key, values) in search.tags.iter().filter(|(key, _)| except != Some(key.as_str())) {
            let key = self.parameter(key);
            let one_of = self.one_of("other.value", values);
            self.and(&format!(
                "EXISTS (SELECT 1 FROM {tags} AS other WHERE other.{owner} = {thing} \
                 AND other.key = {key} AND +other.account = :account AND {one_of})"
            ));
        }
    }

    /// The parameters, with those of the statement around.
    pub(super) fn params<'a>(
        &'a self,
        others: &[(&'a str, &'a dyn ToSql)],
    ) -> Vec<(&'a str, &'a dyn ToSql)> {
        let own = self.values.iter().map(|(name, value)| (name.as_str(), value as &dyn ToSql));
        own.chain(others.iter().copied()).collect()
    }
}
