//! A role as requests give it.

use iam::PolicyKind;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema};

use crate::choice::choice;
use crate::distinct::DistinctObject;
use crate::iam_v3::roles::view::TYPES;
use crate::json::Object;
use crate::parameter::{BadParameter, optional_line, required, required_line};
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::object::<Order>)]
    role: Option<Object<Order>>,
}

#[derive(Deserialize, ToSchema)]
struct Order {
    #[schema(required, schema_with = schema::line::<128>)]
    display_name: Option<String>,
    #[serde(rename = "type")]
    #[schema(required, schema_with = kind)]
    kind: Option<String>,
    #[schema(schema_with = schema::optional_line::<255>)]
    description: Option<String>,
    #[schema(required, schema_with = policy)]
    policy: Option<DistinctObject>,
}

fn kind() -> RefOr<Schema> {
    schema::one_of(&TYPES)
}

fn policy() -> RefOr<Schema> {
    Schema::Object(ObjectBuilder::new().build()).into()
}

/// What a request says of a role.
pub(super) struct RoleOrder {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) kind: PolicyKind,
    pub(super) document: String,
}

impl TryFrom<Request> for RoleOrder {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let Object(order) = required("role", request.role)?;
        let kind = required("role.type", order.kind)?;
        let DistinctObject(policy) = required("role.policy", order.policy)?;
        Ok(Self {
            name: required_line("role.display_name", order.display_name, 128)?,
            description: optional_line("role.description", order.description, 255)?,
            kind: choice("role.type", &kind, &TYPES)?,
            document: Value::Object(policy).to_string(),
        })
    }
}
