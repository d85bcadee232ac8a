//! Tags in requests and answers: what users write on an authority or a certificate.

use pki::tag::AccountTags;
use pki::{Tag, Tags};
use serde::{Deserialize, Serialize};
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
    // Left out is empty: so Terraform sends it.
    #[schema(schema_with = schema::optional_text::<255>)]
    value: Option<String>,
}

/// One tag to write.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OneTag {
    #[schema(required, schema_with = schema::object::<GivenTag>)]
    tag: Option<Object<GivenTag>>,
}

/// Tags to write.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GivenTags {
    #[schema(required, value_type = Vec<GivenTag>, inline, min_items = 1, max_items = 20)]
    tags: Option<Vec<Object<GivenTag>>>,
}

/// Tags to remove: only the keys matter.
#[derive(Deserialize, ToSchema)]
pub(crate) struct GivenKeys {
    #[schema(required, value_type = Vec<Key>, inline, min_items = 1, max_items = 20)]
    tags: Option<Vec<Object<GivenTag>>>,
}

/// A tag to remove.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes what is read as a tag without its value")]
struct Key {
    #[schema(required, schema_with = schema::text::<128>)]
    key: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    value: Option<String>,
}

/// The tags of one thing, sorted by key.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownTags {
    #[schema(inline)]
    tags: Vec<ShownTag>,
}

/// A tag in an answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownTag {
    key: String,
    value: String,
}

/// The tags of an account: each key with the values that it has.
#[derive(Serialize, ToSchema)]
pub(crate) struct ShownAccountTags {
    #[schema(inline)]
    tags: Vec<KeyValues>,
}

#[derive(Serialize, ToSchema)]
struct KeyValues {
    key: String,
    values: Vec<String>,
}

impl GivenTag {
    /// The tag at `path` in the request.
    fn parse(self, path: &str) -> Result<Tag, BadParameter> {
        let key = required(&format!("{path}.key"), self.key)?;
        Tag::new(&key, self.value.as_deref().unwrap_or_default())
            .map_err(|error| misplaced(path, &error))
    }

    /// The key alone of the tag at `path`; clients may send the value too, and it does not matter.
    fn parse_key(self, path: &str) -> Result<String, BadParameter> {
        let key = required(&format!("{path}.key"), self.key)?;
        pki::tag::check_key(&key).map_err(|error| misplaced(path, &error))?;
        Ok(key)
    }
}

impl OneTag {
    /// The tag.
    pub(super) fn parse(self) -> Result<[Tag; 1], BadParameter> {
        let Object(tag) = required("tag", self.tag)?;
        Ok([tag.parse("tag")?])
    }
}

impl GivenTags {
    /// The tags: 1 to 20 of them.
    pub(super) fn parse(self) -> Result<Vec<Tag>, BadParameter> {
        each(self.tags, GivenTag::parse)
    }
}

impl GivenKeys {
    /// The keys: 1 to 20 of them.
    pub(super) fn parse(self) -> Result<Vec<String>, BadParameter> {
        each(self.tags, GivenTag::parse_key)
    }
}

impl From<&Tags> for ShownTags {
    fn from(tags: &Tags) -> Self {
        Self { tags: shown(tags) }
    }
}

impl From<AccountTags> for ShownAccountTags {
    fn from(tags: AccountTags) -> Self {
        let tags = tags.into_iter().map(|(key, values)| KeyValues { key, values });
        Self { tags: tags.collect() }
    }
}

/// Tags as answers have them.
pub(super) fn shown(tags: &Tags) -> Vec<ShownTag> {
    tags.iter().map(|(key, value)| ShownTag { key: key.into(), value: value.into() }).collect()
}

/// The tags as policies ask about them.
pub(super) fn keys_and_values(tags: &[Tag]) -> Vec<(String, String)> {
    tags.iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned())).collect()
}

/// What `parse` makes of each tag: 1 to 20 of them.
fn each<T>(
    tags: Option<Vec<Object<GivenTag>>>,
    parse: impl Fn(GivenTag, &str) -> Result<T, BadParameter>,
) -> Result<Vec<T>, BadParameter> {
    let tags = required("tags", tags)?;
    if tags.is_empty() || tags.len() > MOST {
        return Err(BadParameter::new("tags", format!("it must have 1 to {MOST} tags")));
    }
    let placed = tags.into_iter().enumerate();
    placed.map(|(i, Object(tag))| parse(tag, &format!("tags[{i}]"))).collect()
}

/// The refusal of a part of the tag at `path`.
pub(super) fn misplaced(path: &str, error: &pki::Error) -> BadParameter {
    let part = match error {
        pki::Error::Invalid { field: pki::Field::TagValue, .. } => "value",
        _ => "key",
    };
    BadParameter::new(format!("{path}.{part}"), error.to_string())
}
