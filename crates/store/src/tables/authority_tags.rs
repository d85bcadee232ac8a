//! The table `authority_tags`.

use pki::Tags;
use pki::authority::Authority;

use crate::sql::{self, Connection, params};

/// Separates a key from its value in [`COLUMN`]; no tag has control characters.
const PART: char = '\u{1f}';

/// Separates tags in [`COLUMN`].
const TAG: char = '\u{1e}';

/// The tags of the authority in the row, as one column.
pub(crate) const COLUMN: &str = "(SELECT group_concat(tags.key || char(31) || tags.value, \
     char(30)) FROM authority_tags AS tags WHERE tags.authority = authorities.id)";

/// Reads what [`COLUMN`] gives.
pub(crate) fn from_column(column: Option<&str>) -> Tags {
    let pairs = column.unwrap_or_default().split(TAG).filter_map(|tag| tag.split_once(PART));
    Tags::stored(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())))
}

/// Makes the stored tags those of `authority`.
pub(crate) fn write(connection: &Connection, authority: &Authority) -> sql::Result<()> {
    let id = authority.id.to_string();
    remove(connection, &id)?;
    let sql = "INSERT INTO authority_tags (authority, key, value, account) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql)?;
    for (key, value) in authority.tags.iter() {
        statement.execute(params![id, key, value, authority.account.to_string()])?;
    }
    Ok(())
}

/// Forgets the tags of an authority.
pub(crate) fn remove(connection: &Connection, authority: &str) -> sql::Result<()> {
    let sql = "DELETE FROM authority_tags WHERE authority = ?1";
    connection.prepare_cached(sql)?.execute([authority]).map(|_| ())
}
