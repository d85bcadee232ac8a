//! `POST /v1/private-certificate-authorities/order`

use axum::Json as Answered;
use iam::policy::Target;
use pki::authority::Order;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::action::Action;
use crate::caller::Caller;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, optional_line, required};
use crate::pca_v1::{Error, enterprise_project};
use crate::schema;

const CLOUD_SERVICE: &str = "hws.service.type.ccm";
const RESOURCE: &str = "hws.resource.type.pca.duration";
const SPECIFICATION: &str = "ca.duration";
/// The one mode of charging that is ordered: in advance.
const PREPAID: i64 = 0;
/// Months and years.
const PERIOD_TYPES: [i64; 2] = [2, 3];
/// How many periods an order has at most.
const MOST_PERIODS: i64 = 100;
/// How many authorities an order has at most.
const MOST_AUTHORITIES: i64 = 100;
/// How many products an order names at most.
const MOST_PRODUCTS: usize = 10;
/// How many characters the text about a promotion has at most.
const PROMOTION_LENGTH: usize = 2048;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = cloud_service)]
    cloud_service_type: Option<String>,
    #[schema(required, schema_with = schema::integer::<0, 0>)]
    charging_mode: Option<i64>,
    #[schema(required, schema_with = schema::integer::<2, 3>)]
    period_type: Option<i64>,
    #[schema(required, schema_with = schema::integer::<1, 100>)]
    period_num: Option<i64>,
    #[schema(required, schema_with = schema::integer::<0, 1>)]
    is_auto_renew: Option<i64>,
    #[schema(schema_with = schema::optional_line::<2048>)]
    promotion_info: Option<String>,
    #[schema(required, schema_with = schema::integer::<1, 100>)]
    subscription_num: Option<i64>,
    #[schema(schema_with = schema::optional_integer::<0, 1>)]
    is_auto_pay: Option<i64>,
    #[schema(schema_with = schema::optional_any_text)]
    enterprise_project_id: Option<String>,
    #[schema(required, value_type = Vec<Product>, inline, min_items = 1, max_items = 10)]
    product_infos: Option<Vec<Object<Product>>>,
}

/// What is ordered: there is one kind.
#[derive(Deserialize, ToSchema)]
struct Product {
    #[schema(required, schema_with = cloud_service)]
    cloud_service_type: Option<String>,
    #[schema(required, schema_with = resource)]
    resource_type: Option<String>,
    #[schema(required, schema_with = specification)]
    resource_spec_code: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::id)]
    order_id: String,
    ca_ids: Vec<String>,
}

fn cloud_service() -> RefOr<Schema> {
    schema::one_of(&[(CLOUD_SERVICE, ())])
}

fn resource() -> RefOr<Schema> {
    schema::one_of(&[(RESOURCE, ())])
}

fn specification() -> RefOr<Schema> {
    schema::one_of(&[(SPECIFICATION, ())])
}

/// Orders authorities. Nothing is charged: they are there at once and wait to be activated.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/order",
    operation_id = "order_authorities",
    request_body = inline(Request),
    responses((status = 200, description = "The order.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let order: Order = request.try_into()?;
    let enterprise_project = Some(order.enterprise_project.clone());
    let target = Target { enterprise_project, ..Target::any() };
    let pki = caller.may_with(Action::CreateAuthority, &target).await?;
    let ordered = pki.order_authorities(caller.author(), &order).await?;
    let ca_ids = ordered.authorities.iter().map(ToString::to_string).collect();
    Ok(Answered(Answer { order_id: ordered.order.to_string(), ca_ids }))
}

impl TryFrom<Request> for Order {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        word("cloud_service_type", request.cloud_service_type, CLOUD_SERVICE)?;
        let mode = required("charging_mode", request.charging_mode)?;
        within("charging_mode", mode, PREPAID, PREPAID)?;
        let [months, years] = PERIOD_TYPES;
        within("period_type", required("period_type", request.period_type)?, months, years)?;
        within("period_num", required("period_num", request.period_num)?, 1, MOST_PERIODS)?;
        within("is_auto_renew", required("is_auto_renew", request.is_auto_renew)?, 0, 1)?;
        within("is_auto_pay", request.is_auto_pay.unwrap_or(0), 0, 1)?;
        optional_line("promotion_info", request.promotion_info, PROMOTION_LENGTH)?;
        products(required("product_infos", request.product_infos)?)?;
        let count = required("subscription_num", request.subscription_num)?;
        Ok(Self {
            count: within("subscription_num", count, 1, MOST_AUTHORITIES)?,
            enterprise_project: enterprise_project::or_default(request.enterprise_project_id)?,
        })
    }
}

fn products(products: Vec<Object<Product>>) -> Result<(), BadParameter> {
    if products.is_empty() || products.len() > MOST_PRODUCTS {
        let problem = format!("it must have 1 to {MOST_PRODUCTS} products");
        return Err(BadParameter::new("product_infos", problem));
    }
    for (i, Object(product)) in products.into_iter().enumerate() {
        let path = |member: &str| format!("product_infos[{i}].{member}");
        word(&path("cloud_service_type"), product.cloud_service_type, CLOUD_SERVICE)?;
        word(&path("resource_type"), product.resource_type, RESOURCE)?;
        word(&path("resource_spec_code"), product.resource_spec_code, SPECIFICATION)?;
    }
    Ok(())
}

/// The one word that `field` may be.
fn word(field: &str, value: Option<String>, only: &str) -> Result<(), BadParameter> {
    if required(field, value)? == only {
        Ok(())
    } else {
        Err(BadParameter::new(field, format!("it must be {only}")))
    }
}

fn within(field: &str, value: i64, least: i64, most: i64) -> Result<u32, BadParameter> {
    let within = u32::try_from(value).ok().filter(|_| (least..=most).contains(&value));
    within.ok_or_else(|| {
        let problem = if least == most {
            format!("it must be {least}")
        } else {
            format!("it must be {least} to {most}")
        };
        BadParameter::new(field, problem)
    })
}
