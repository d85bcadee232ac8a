//! `POST /v1/private-certificate-authorities/{ca_id}/ocsp/switch`

use axum::http::StatusCode;
use pki::authority::OcspSwitch;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::flag::{self, Flag};
use crate::json::Json;
use crate::parameter::{BadParameter, required};
use crate::path::Segment;
use crate::pca_v1::{Error, ca_id};
use crate::schema::Id;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = flag::mandatory)]
    ocsp_switch: Option<Flag>,
}

/// Switches OCSP for what an authority issues on or off. Switching it to where it stands is refused.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/{ca_id}/ocsp/switch",
    operation_id = "switch_ocsp",
    params(("ca_id" = inline(Id), Path)),
    request_body = inline(Request),
    responses((status = 204, description = "It stands there now."))
)]
pub(crate) async fn handle(
    caller: Caller,
    segment: Segment,
    Json(request): Json<Request>,
) -> Result<StatusCode, Error> {
    let id = ca_id(&segment)?;
    let to = to(request)?;
    let pki = caller.may_on_authority(Action::SwitchOcsp, id).await?;
    pki.switch_ocsp(caller.author(), id, to).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn to(request: Request) -> Result<OcspSwitch, BadParameter> {
    let set = request.ocsp_switch.filter(|flag| *flag != Flag::Unset);
    Ok(match required("ocsp_switch", set)? {
        Flag::On => OcspSwitch::On,
        Flag::Off | Flag::Unset => OcspSwitch::Off,
    })
}
