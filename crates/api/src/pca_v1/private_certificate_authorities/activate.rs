//! `POST /v1/private-certificate-authorities/{ca_id}/activate`

use axum::http::StatusCode;
use pki::authority::Activation;
use serde::Deserialize;
use utoipa::ToSchema;

use super::crl_configuration::{CrlConfiguration, refuse_crl};
use super::issuance::{GivenIssuance, IssuanceFields};
use crate::action::Action;
use crate::caller::Caller;
use crate::json::{Json, Object};
use crate::parameter::given;
use crate::path::Segment;
use crate::pca_v1::words::{key_usages, schemas};
use crate::pca_v1::{Error, ca_id, validity};
use crate::schema::{self, Id};

/// The members that only prepaid authorities need (type, name, key algorithm) are ignored.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::id)]
    issuer_id: Option<String>,
    #[schema(required, schema_with = schemas::hash)]
    signature_algorithm: Option<String>,
    #[schema(required, schema_with = schema::object::<validity::Request>)]
    validity: Option<Object<validity::Request>>,
    #[schema(schema_with = schema::optional_integer::<0, 6>)]
    path_length: Option<i64>,
    #[schema(schema_with = schemas::optional_key_usages)]
    key_usages: Option<Vec<String>>,
    #[schema(schema_with = schema::optional_object::<CrlConfiguration>)]
    crl_configuration: Option<Object<CrlConfiguration>>,
}

/// Has another authority of the account sign a pending one.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/activate",
    operation_id = "activate_authority",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((status = 204, description = "It has its certificate."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let activation: Activation = request.try_into()?;
    let pki = caller.may_on_authority(Action::ActivateAuthority, id).await?;
    // The issuer's key signs: leave for the pending one alone is not enough.
    caller.may_on_authority(Action::ActivateAuthority, activation.issuance.issuer).await?;
    pki.activate_authority(caller.author(), id, activation).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl TryFrom<Request> for Activation {
    type Error = Error;

    fn try_from(request: Request) -> Result<Self, Error> {
        refuse_crl(request.crl_configuration)?;
        let key_usage = key_usages(request.key_usages)?;
        let fields = IssuanceFields {
            issuer_id: given(request.issuer_id),
            signature_algorithm: given(request.signature_algorithm),
            validity: request.validity.map(|Object(validity)| validity),
            path_length: request.path_length,
        };
        Ok(Self { issuance: GivenIssuance::try_from(fields)?.try_into()?, key_usage })
    }
}
