//! `PUT /v3/scm/csr/{id}`

use axum::Json as Answered;
use serde::Deserialize;
use utoipa::ToSchema;

use super::NAME_LENGTH;
use super::answer::Answer;
use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json;
use crate::parameter::required_line;
use crate::path::Segment;
use crate::schema::{self, HexId};
use crate::scm_v3::{Error, csr_id};

/// Only the name can change; what else a client sends is passed over.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::line::<NAME_LENGTH>)]
    name: Option<String>,
}

/// Renames a certification request.
#[utoipa::path(
    put,
    path = "/v3/scm/csr/{id}",
    operation_id = "update_csr",
    params(("id" = inline(HexId), Path)),
    request_body = inline(Request),
    responses((status = 200, description = "The renamed request.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let pki = caller.may(Action::UpdateCsr).await?;
    let id = csr_id(&segment)?;
    let name = required_line("name", request.name, NAME_LENGTH)?;
    Ok(Answered(Answer::with_pem(pki.update_csr(caller.author(), id, &name).await?)))
}
