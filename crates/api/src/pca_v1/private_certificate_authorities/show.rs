//! `GET /v1/private-certificate-authorities/{ca_id}`

use axum::Json;
use pki::authority::{AuthorityView, Charging, GenerationMode, Issuer, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::crl_configuration;
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::word;
use crate::path::Segment;
use crate::pca_v1::words::{HASHES, KEY_ALGORITHMS, KINDS, MODES, schemas};
use crate::pca_v1::{Error, ca_id, distinguished_name};
use crate::schema::{self, Id};

/// An authority as this API shows it; `null` where there is nothing yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::id)]
    ca_id: String,
    r#type: Option<&'static str>,
    status: String,
    path_length: Option<u8>,
    issuer_id: Option<String>,
    issuer_name: Option<String>,
    key_algorithm: Option<&'static str>,
    #[schema(schema_with = schemas::optional_hash)]
    signature_algorithm: Option<&'static str>,
    freeze_flag: u8,
    #[schema(schema_with = schemas::mode)]
    gen_mode: &'static str,
    serial_number: Option<String>,
    create_time: i64,
    delete_time: Option<i64>,
    not_before: Option<i64>,
    not_after: Option<i64>,
    #[schema(inline)]
    distinguished_name: Option<distinguished_name::Answer>,
    #[schema(inline)]
    crl_configuration: crl_configuration::Answer,
    enterprise_project_id: String,
    free_quota: i32,
    charging_mode: u8,
    cluster_id: Option<String>,
    domain_id: String,
}

/// Shows an authority.
#[utoipa::path(
    get,
    path = "/v1/private-certificate-authorities/{ca_id}",
    operation_id = "authority",
    params(("ca_id" = inline(Id), Path)),
    responses((status = 200, description = "The authority.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<Answer>, Error> {
    let id = ca_id(&segment)?;
    let pki = caller.may_on_authority(Action::ShowAuthority, id).await?;
    let view = pki.authority(caller.account(), id).await?;
    Ok(Json(view.into()))
}

impl From<AuthorityView> for Answer {
    fn from(view: AuthorityView) -> Self {
        let AuthorityView { authority, status, crl } = view;
        let issued = authority.issued();
        let is_known = !matches!(authority.state, State::Ordered);
        Self {
            ca_id: authority.id.to_string(),
            r#type: is_known.then(|| word(authority.kind, &KINDS)),
            status: status.to_string(),
            path_length: authority.shown_path_length(),
            issuer_id: issued.and_then(|issued| match issued.issuer {
                Issuer::Authority(id) => Some(id.to_string()),
                Issuer::Itself | Issuer::Outside => None,
            }),
            issuer_name: issued.and_then(|issued| issued.issuer_name.clone()),
            key_algorithm: is_known.then(|| word(authority.key_algorithm, &KEY_ALGORITHMS)),
            signature_algorithm: issued.map(|issued| word(issued.hash, &HASHES)),
            freeze_flag: 0,
            // One that waits has had its key generated here, and nothing imported.
            gen_mode: word(issued.map_or(GenerationMode::Generate, |issued| issued.mode), &MODES),
            serial_number: issued.map(|issued| issued.serial.to_hex()),
            create_time: authority.created_at.as_millis(),
            delete_time: authority.deletion_time().map(ledger::Timestamp::as_millis),
            not_before: issued.map(|issued| issued.not_before.as_millis()),
            not_after: issued.map(|issued| issued.not_after.as_millis()),
            crl_configuration: crl.into(),
            // Nothing costs anything here, so every certificate is free.
            free_quota: i32::MAX,
            charging_mode: match authority.charging {
                Charging::Prepaid => 0,
                Charging::PayPerUse => 1,
            },
            cluster_id: None,
            domain_id: authority.account.to_string(),
            enterprise_project_id: authority.enterprise_project,
            distinguished_name: is_known.then(|| authority.distinguished_name.into()),
        }
    }
}
