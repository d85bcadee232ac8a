//! A search by tags, as requests describe it.

use std::collections::BTreeMap;

use pki::tag::{TagSearch, check_key};
use pki::{Page, Tag};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::tags::misplaced;
use crate::json::Object;
use crate::parameter::{BadParameter, bounded, required};
use crate::schema;

/// How many entries a page has when nobody says.
const USUAL_LIMIT: i64 = 10;
/// How many entries a page may have.
const LIMITS: std::ops::RangeInclusive<i64> = 10..=50;
/// How many keys a search has at most, and how many values a key.
const MOST: usize = 20;
/// How many characters of a name can be searched for.
const NAME_LENGTH: usize = 255;
/// What `matches` can ask about.
const RESOURCE_NAME: &str = "resource_name";

/// What is searched for; without any condition, everything is found.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Conditions {
    #[schema(value_type = Option<Vec<GivenKey>>, inline, max_items = 20)]
    tags: Option<Vec<Object<GivenKey>>>,
    #[schema(value_type = Option<Vec<Match>>, inline, max_items = 1)]
    matches: Option<Vec<Object<Match>>>,
}

/// What is searched for, and which page of it.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Search {
    #[schema(value_type = Option<Vec<GivenKey>>, inline, max_items = 20)]
    tags: Option<Vec<Object<GivenKey>>>,
    #[schema(value_type = Option<Vec<Match>>, inline, max_items = 1)]
    matches: Option<Vec<Object<Match>>>,
    #[schema(schema_with = schema::optional_integer::<10, 50>)]
    limit: Option<i64>,
    #[schema(schema_with = schema::optional_integer::<0, { i64::MAX }>)]
    offset: Option<i64>,
}

/// A key that things must have, with the values of which they must have one; without values any
/// will do.
#[derive(Deserialize, ToSchema)]
struct GivenKey {
    #[schema(required, schema_with = schema::text::<128>)]
    key: Option<String>,
    #[schema(max_items = 20)]
    values: Option<Vec<String>>,
}

/// Something else that things must have: a part of their common name.
#[derive(Deserialize, ToSchema)]
struct Match {
    #[schema(required, schema_with = resource_name)]
    key: Option<String>,
    #[schema(required, schema_with = schema::mandatory_secret::<255>)]
    value: Option<String>,
}

fn resource_name() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    schema::one_of(&[(RESOURCE_NAME, ())])
}

/// How many things a search finds.
#[derive(Serialize, ToSchema)]
pub(crate) struct Count {
    pub(super) total_count: u64,
}

impl Search {
    /// The search and its page.
    pub(super) fn parse(self) -> Result<(TagSearch, Page), BadParameter> {
        let limit = self.limit.unwrap_or(USUAL_LIMIT);
        let limit = u32::try_from(limit).ok().filter(|_| LIMITS.contains(&limit));
        let limit = limit.ok_or_else(|| BadParameter::new("limit", "it must be 10 to 50"))?;
        let offset = u64::try_from(self.offset.unwrap_or(0))
            .map_err(|_| BadParameter::new("offset", "it must be a whole number from 0"))?;
        Ok((conditions(self.tags, self.matches)?, Page { limit, offset }))
    }
}

impl Conditions {
    /// The search.
    pub(super) fn parse(self) -> Result<TagSearch, BadParameter> {
        conditions(self.tags, self.matches)
    }
}

fn conditions(
    given: Option<Vec<Object<GivenKey>>>,
    matches: Option<Vec<Object<Match>>>,
) -> Result<TagSearch, BadParameter> {
    let given = given.unwrap_or_default();
    if given.len() > MOST {
        return Err(BadParameter::new("tags", format!("it must have at most {MOST} keys")));
    }
    let mut tags = BTreeMap::new();
    for (i, Object(tag)) in given.into_iter().enumerate() {
        let path = format!("tags[{i}]");
        let (key, values) = tag.parse(&path)?;
        if tags.insert(key, values).is_some() {
            return Err(BadParameter::new(format!("{path}.key"), "it is given more than once"));
        }
    }
    Ok(TagSearch { tags, name: name(matches.unwrap_or_default())? })
}

impl GivenKey {
    fn parse(self, path: &str) -> Result<(String, Vec<String>), BadParameter> {
        let key = required(&format!("{path}.key"), self.key)?;
        check_key(&key).map_err(|error| misplaced(path, &error))?;
        let given = self.values.unwrap_or_default();
        let refuse = |problem: String| BadParameter::new(format!("{path}.values"), problem);
        if given.len() > MOST {
            return Err(refuse(format!("it must have at most {MOST} values")));
        }
        let mut values = Vec::new();
        for value in given {
            Tag::new(&key, &value).map_err(|error| refuse(error.to_string()))?;
            if values.contains(&value) {
                return Err(refuse(format!("{value:?} is given more than once")));
            }
            values.push(value);
        }
        Ok((key, values))
    }
}

/// The part of a name that `matches` asks for; an empty one is none.
fn name(matches: Vec<Object<Match>>) -> Result<Option<String>, BadParameter> {
    let mut name = None;
    for (i, Object(given)) in matches.into_iter().enumerate() {
        let path = format!("matches[{i}]");
        let key = required(&format!("{path}.key"), given.key)?;
        if key != RESOURCE_NAME {
            let problem = format!("it must be {RESOURCE_NAME}");
            return Err(BadParameter::new(format!("{path}.key"), problem));
        }
        let value = required(&format!("{path}.value"), given.value)?;
        if name.replace(value).is_some() {
            return Err(BadParameter::new(format!("{path}.key"), "it is given more than once"));
        }
    }
    let name = name.filter(|name| !name.is_empty());
    name.map(|name| bounded("matches[0].value", name, NAME_LENGTH)).transpose()
}
