//! `POST /v1/private-certificate-authorities/{ca_id}/activate`

use axum::http::StatusCode;
use pki::authority::Activation;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create;
use super::crl_configuration::{self, CrlConfiguration};
use super::fill_order::fill_order;
use super::issuance::{GivenIssuance, IssuanceFields};
use crate::action::Action;
use crate::caller::Caller;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given, required};
use crate::path::Segment;
use crate::pca_v1::words::{key_usages, schemas};
use crate::pca_v1::{Error, ca_id, distinguished_name, validity};
use crate::schema::{self, Id};

/// What an ordered authority is to be, as for its creation; of one that waits for its certificate
/// only who signs it and how, and the rest is ignored.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(schema_with = schema::optional_any_text)]
    r#type: Option<String>,
    #[schema(schema_with = schema::optional_any_object)]
    distinguished_name: Option<Object<distinguished_name::Request>>,
    #[schema(schema_with = schema::optional_any_text)]
    key_algorithm: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    enterprise_project_id: Option<String>,
    #[schema(schema_with = schema::optional_any_object)]
    hsm_cluster_info: Option<Object<create::HsmClusterInfo>>,
    #[schema(schema_with = schema::optional_any_text)]
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

/// Has another authority of the account sign a pending one, or makes an ordered one what it is to be.
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
    request.check_mandatory()?;
    let pki = caller.may_on_authority(Action::ActivateAuthority, id).await?;
    if pki.is_only_ordered(caller.account(), id).await? {
        let new = create::Request::from(request).try_into()?;
        fill_order(&caller, id, new).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    let activation: Activation = request.try_into()?;
    // The issuer's key signs: leave for the pending one alone is not enough.
    caller.may_on_authority(Action::ActivateAuthority, activation.issuance.issuer).await?;
    pki.activate_authority(caller.author(), id, activation).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Request {
    /// Refuses a request without what each activation needs, before the authority is looked for.
    fn check_mandatory(&self) -> Result<(), BadParameter> {
        required("signature_algorithm", self.signature_algorithm.as_ref())?;
        required("validity", self.validity.as_ref()).map(|_| ())
    }
}

impl From<Request> for create::Request {
    fn from(request: Request) -> Self {
        Self {
            r#type: request.r#type,
            distinguished_name: request.distinguished_name,
            key_algorithm: request.key_algorithm,
            validity: request.validity,
            signature_algorithm: request.signature_algorithm,
            issuer_id: request.issuer_id,
            path_length: request.path_length,
            key_usages: request.key_usages,
            crl_configuration: request.crl_configuration,
            enterprise_project_id: request.enterprise_project_id,
            hsm_cluster_info: request.hsm_cluster_info,
            ca_id: None,
        }
    }
}

impl TryFrom<Request> for Activation {
    type Error = Error;

    fn try_from(request: Request) -> Result<Self, Error> {
        let crl = crl_configuration::asked(request.crl_configuration)?;
        let key_usage = key_usages(request.key_usages)?;
        let fields = IssuanceFields {
            issuer_id: given(request.issuer_id),
            signature_algorithm: given(request.signature_algorithm),
            validity: request.validity.map(|Object(validity)| validity),
            path_length: request.path_length,
        };
        Ok(Self { issuance: GivenIssuance::try_from(fields)?.try_into()?, key_usage, crl })
    }
}
