//! `/v1/private-certificate-authorities/{ca_id}/tags`: what users write on an authority.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod put;

use pki::authority::Tag;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::json::Object;
use crate::parameter::{BadParameter, required};
use crate::schema;

/// How many tags one request may name.
const MOST: usize = 20;

/// A tag in a request.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GivenTag {
    #[schema(required, schema_with = schema::text::<128>)]
    key: Option<String>,
    #[schema(required, schema_with = schema::mandatory_secret::<255>)]
    value: Option<String>,
}

/// Tags in a request.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GivenTags {
    #[schema(required, value_type = Vec<GivenTag>, inline, min_items = 1, max_items = 20)]
    tags: Option<Vec<Object<GivenTag>>>,
}

impl GivenTag {
    /// The tag at `path` in the request.
    fn parse(self, path: &str) -> Result<Tag, BadParameter> {
        let key = required(&format!("{path}.key"), self.key)?;
        let value = required(&format!("{path}.value"), self.value)?;
        Tag::new(&key, &value).map_err(|error| misplaced(path, &error))
    }

    /// The key alone of the tag at `path`; clients may send the value too, and it does not matter.
    fn parse_key(self, path: &str) -> Result<String, BadParameter> {
        let key = required(&format!("{path}.key"), self.key)?;
        pki::authority::tag::check_key(&key).map_err(|error| misplaced(path, &error))?;
        Ok(key)
    }
}

impl GivenTags {
    /// What `parse` makes of each tag: 1 to 20 of them.
    fn parse<T>(
        self,
        parse: impl Fn(GivenTag, &str) -> Result<T, BadParameter>,
    ) -> Result<Vec<T>, BadParameter> {
        let tags = required("tags", self.tags)?;
        if tags.is_empty() || tags.len() > MOST {
            return Err(BadParameter::new("tags", format!("it must have 1 to {MOST} tags")));
        }
        let placed = tags.into_iter().enumerate();
        placed.map(|(i, Object(tag))| parse(tag, &format!("tags[{i}]"))).collect()
    }
}

/// The tags as policies ask about them.
fn keys_and_values(tags: &[Tag]) -> Vec<(String, String)> {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// The refusal of a part of the tag at `path`.
fn misplaced(path: &str, error: &pki::Error) -> BadParameter {
    let part = match error {
        pki::Error::Invalid { field: pki::Field::TagValue, .. } => "value",
        _ => "key",
    };
    BadParameter::new(format!("{path}.{part}"), error.to_string())
}
