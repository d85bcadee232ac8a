//! `GET /v3/auth/domains`

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Caller;
use crate::iam_v3::view::{self, Domain, Links};

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    links: Links,
    #[schema(inline)]
    domains: Vec<Domain>,
}

/// The accounts that the caller can use: their own.
#[utoipa::path(
    get,
    path = "/v3/auth/domains",
    operation_id = "auth_domains",
    responses((status = 200, description = "The accounts.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller) -> Json<Answer> {
    let links = Links { itself: "/v3/auth/domains".to_owned() };
    Json(Answer { links, domains: vec![view::domain(&caller.who().account)] })
}
