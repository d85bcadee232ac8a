//! The closed lists of words that the APIs have.

use crate::parameter::BadParameter;

/// The value that `word` stands for in `table`, spelt exactly so.
pub(crate) fn choice<T: Copy>(
    field: &str,
    word: &str,
    table: &[(&'static str, T)],
) -> Result<T, BadParameter> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = table.iter().map(|(name, _)| *name).collect();
        BadParameter::new(field, format!("it must be one of {}", words.join(", ")))
    })
}

/// The word that stands for `value` in `table`.
pub(crate) fn word<T: Copy + PartialEq>(value: T, table: &[(&'static str, T)]) -> &'static str {
    table.iter().find(|(_, known)| *known == value).map_or("", |(name, _)| *name)
}
