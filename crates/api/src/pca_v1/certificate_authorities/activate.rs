//! `POST /v1/private-certificate-authorities/{ca_id}/activate`

use axum::http::StatusCode;
use pki::authority::Activation;
use serde::Deserialize;

use super::crl_configuration::{CrlConfiguration, refuse_crl};
use super::issuance::{GivenIssuance, IssuanceFields};
use crate::action::Action;
use crate::caller::Caller;
use crate::json::{Json, Object};
use crate::parameter::given;
use crate::path::Segment;
use crate::pca_v1::words::key_usages;
use crate::pca_v1::{Error, ca_id, validity};

/// The members that only prepaid authorities need (type, name, key algorithm) are ignored.
#[derive(Deserialize)]
pub(crate) struct Request {
    issuer_id: Option<String>,
    signature_algorithm: Option<String>,
    validity: Option<Object<validity::Request>>,
    path_length: Option<i64>,
    key_usages: Option<Vec<String>>,
    crl_configuration: Option<Object<CrlConfiguration>>,
}

/// Has another authority of the account sign a pending one.
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let pki = caller.may(Action::ActivateAuthority).await?;
    let id = ca_id(&segment)?;
    pki.activate_authority(caller.author(), id, request.try_into()?).await?;
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
