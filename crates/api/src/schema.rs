//! The schemas of requests' fields, exactly as `parameter` and `choice` check them.
//!
//! The documents of `openapi` are made from them: a field names its schema in
//! `#[schema(schema_with = …)]`. "Optional" is a field that may be missing, `null`, or empty.

use utoipa::openapi::schema::{Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{ArrayBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

/// What no text of one line has: control characters. Format characters are refused too, but
/// their list is too long for a pattern.
const LINE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";
/// An identifier: the 36 lower-case characters of a UUID.
const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

/// An identifier with dashes in a path: `params(("ca_id" = inline(Id), Path))`.
pub(crate) enum Id {}

impl ToSchema for Id {}

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        id()
    }
}

/// An identifier without dashes in a path.
pub(crate) enum HexId {}

impl ToSchema for HexId {}

impl PartialSchema for HexId {
    fn schema() -> RefOr<Schema> {
        hex_id()
    }
}

/// The identifier of a project in a path.
pub(crate) type Project = HexId;

/// How many to pass over, in a query: as many as 64 bits tell, which is no format of OpenAPI's.
pub(crate) enum Offset {}

impl ToSchema for Offset {}

impl PartialSchema for Offset {
    fn schema() -> RefOr<Schema> {
        finished(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)))
    }
}

/// A mandatory text of 1 to `LONGEST` characters.
pub(crate) fn text<const LONGEST: usize>() -> RefOr<Schema> {
    finished(string(Presence::Mandatory).max_length(Some(LONGEST)))
}

/// A mandatory text of at most `LONGEST` characters, which may be empty.
pub(crate) fn mandatory_secret<const LONGEST: usize>() -> RefOr<Schema> {
    finished(ObjectBuilder::new().schema_type(Type::String).max_length(Some(LONGEST)))
}

/// An optional text of at most `LONGEST` characters.
pub(crate) fn optional_text<const LONGEST: usize>() -> RefOr<Schema> {
    finished(string(Presence::Optional).max_length(Some(LONGEST)))
}

/// A text, or `null`: what it may say depends on the other fields.
pub(crate) fn optional_any_text() -> RefOr<Schema> {
    finished(string(Presence::Optional))
}

/// A whole number, or `null`: which it may be depends on the other fields.
pub(crate) fn optional_any_integer() -> RefOr<Schema> {
    finished(nullable(Type::Integer))
}

/// A mandatory line of 1 to `LONGEST` characters.
pub(crate) fn line<const LONGEST: usize>() -> RefOr<Schema> {
    finished(string(Presence::Mandatory).max_length(Some(LONGEST)).pattern(Some(LINE)))
}

/// An optional line of at most `LONGEST` characters.
pub(crate) fn optional_line<const LONGEST: usize>() -> RefOr<Schema> {
    finished(string(Presence::Optional).max_length(Some(LONGEST)).pattern(Some(LINE)))
}

/// A mandatory text that matches `pattern`.
pub(crate) fn matching(pattern: &str) -> RefOr<Schema> {
    finished(string(Presence::Mandatory).pattern(Some(pattern)))
}

/// An optional text that matches `pattern`, which lets an empty one pass.
pub(crate) fn optional_matching(pattern: &str) -> RefOr<Schema> {
    finished(string(Presence::Optional).pattern(Some(pattern)))
}

/// A mandatory identifier with dashes.
pub(crate) fn id() -> RefOr<Schema> {
    matching(UUID)
}

/// A mandatory identifier without dashes.
pub(crate) fn hex_id() -> RefOr<Schema> {
    matching("^[0-9a-f]{32}$")
}

/// A mandatory word of `table`.
pub(crate) fn one_of<T>(table: &[(&'static str, T)]) -> RefOr<Schema> {
    finished(ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words(table))))
}

/// An optional word of `table`.
pub(crate) fn optional_one_of<T>(table: &[(&'static str, T)]) -> RefOr<Schema> {
    let words = words(table).map(serde_json::Value::from);
    let none = [serde_json::Value::from(""), serde_json::Value::Null];
    finished(nullable(Type::String).enum_values(Some(words.chain(none))))
}

/// A list of words of `table`, or `null`.
pub(crate) fn optional_many_of<T>(table: &[(&'static str, T)]) -> RefOr<Schema> {
    let list = ArrayBuilder::new().items(one_of(table));
    Schema::Array(list.schema_type(SchemaType::from_iter([Type::Array, Type::Null])).build()).into()
}

/// A whole number from `LEAST` to `MOST`, or `null`.
pub(crate) fn optional_integer<const LEAST: i64, const MOST: i64>() -> RefOr<Schema> {
    finished(bounds::<LEAST, MOST>(nullable(Type::Integer)))
}

/// A whole number from `LEAST` to `MOST`.
pub(crate) fn integer<const LEAST: i64, const MOST: i64>() -> RefOr<Schema> {
    finished(bounds::<LEAST, MOST>(ObjectBuilder::new().schema_type(Type::Integer)))
}

/// A whole number of milliseconds, or a text that tells them or a time, or `null`.
pub(crate) fn optional_time() -> RefOr<Schema> {
    let kinds = SchemaType::from_iter([Type::Integer, Type::String, Type::Null]);
    finished(ObjectBuilder::new().schema_type(kinds))
}

/// A whole number or its digits as a text, or `null`.
pub(crate) fn optional_digits() -> RefOr<Schema> {
    let kinds = SchemaType::from_iter([Type::Integer, Type::String, Type::Null]);
    finished(ObjectBuilder::new().schema_type(kinds).pattern(Some("^([+-]?[0-9]+)?$")))
}

/// `true`, `false` or `null`.
pub(crate) fn optional_flag() -> RefOr<Schema> {
    finished(nullable(Type::Boolean))
}

/// Some object or `null`, of a grammar that the documents do not tell.
pub(crate) fn optional_any_object() -> RefOr<Schema> {
    finished(nullable(Type::Object))
}

/// A mandatory object.
pub(crate) fn object<T: PartialSchema>() -> RefOr<Schema> {
    T::schema()
}

/// An object, or `null`.
pub(crate) fn optional_object<T: PartialSchema>() -> RefOr<Schema> {
    let null = ObjectBuilder::new().schema_type(Type::Null);
    Schema::OneOf(OneOfBuilder::new().item(null).item(T::schema()).build()).into()
}

/// Whether a text must be there.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Presence {
    Mandatory,
    Optional,
}

fn string(presence: Presence) -> ObjectBuilder {
    match presence {
        Presence::Mandatory => ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)),
        Presence::Optional => nullable(Type::String),
    }
}

fn nullable(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([kind, Type::Null]))
}

#[expect(clippy::cast_precision_loss, reason = "the bounds are small, or those of a type")]
fn bounds<const LEAST: i64, const MOST: i64>(schema: ObjectBuilder) -> ObjectBuilder {
    schema.minimum(Some(LEAST as f64)).maximum(Some(MOST as f64))
}

fn words<T>(table: &[(&'static str, T)]) -> impl Iterator<Item = &'static str> {
    table.iter().map(|(word, _)| *word).collect::<Vec<_>>().into_iter()
}

fn finished(schema: ObjectBuilder) -> RefOr<Schema> {
    let schema: Object = schema.build();
    Schema::Object(schema).into()
}
