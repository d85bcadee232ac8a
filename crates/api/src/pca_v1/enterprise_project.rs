//! The identifier of an enterprise project, as Private CA takes it.

use crate::parameter::{BadParameter, given};

/// `0` or the identifier of an enterprise project: five groups of lower-case letters and digits.
pub(in crate::pca_v1) fn parse(id: String) -> Result<String, BadParameter> {
    let is_group = |(group, length): (&str, usize)| {
        group.len() == length && group.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let is_id = id.split('-').count() == 5 && id.split('-').zip([8, 4, 4, 4, 12]).all(is_group);
    if id == "0" || is_id {
        Ok(id)
    } else {
        let problem = "it must be 0 or the identifier of an enterprise project";
        Err(BadParameter::new("enterprise_project_id", problem))
    }
}

/// The enterprise project of something new; without one it is the default, `0`.
pub(in crate::pca_v1) fn or_default(id: Option<String>) -> Result<String, BadParameter> {
    given(id).map_or_else(|| Ok("0".to_owned()), parse)
}
