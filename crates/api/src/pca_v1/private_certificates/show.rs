//! `GET /v1/private-certificates/{certificate_id}`

use axum::Json;
use pki::certificate::CertificateView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::choice::word;
use crate::path::Segment;
use crate::pca_v1::words::{HASHES, MODES, schemas};
use crate::pca_v1::{Error, certificate_id, distinguished_name};
use crate::schema::{self, Id};

/// A certificate as this API shows it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::id)]
    certificate_id: String,
    status: String,
    #[schema(schema_with = schema::id)]
    issuer_id: String,
    issuer_name: String,
    key_algorithm: &'static str,
    #[schema(schema_with = schemas::hash)]
    signature_algorithm: &'static str,
    freeze_flag: u8,
    #[schema(schema_with = schemas::mode)]
    gen_mode: &'static str,
    serial_number: String,
    create_time: i64,
    delete_time: Option<i64>,
    not_before: i64,
    not_after: i64,
    #[schema(inline)]
    distinguished_name: distinguished_name::Answer,
    #[schema(inline)]
    enc_cert_info: Option<EncryptionCertificate>,
    enterprise_project_id: String,
}

/// The second one of an SM2 pair.
#[derive(Serialize, ToSchema)]
struct EncryptionCertificate {
    enc_serial_number: String,
}

/// Shows a certificate.
#[utoipa::path(
    get,
    path = "/v1/private-certificates/{certificate_id}",
    operation_id = "certificate",
    params(("certificate_id" = inline(Id), Path)),
    responses((status = 200, description = "The certificate.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, segment: Segment) -> Result<Json<Answer>, Error> {
    let id = certificate_id(&segment)?;
    let pki = caller.may(Action::ShowCertificate).await?;
    let view = pki.certificate(caller.account(), id).await?;
    Ok(Json(view.into()))
}

impl From<CertificateView> for Answer {
    fn from(view: CertificateView) -> Self {
        let CertificateView { certificate, status } = view;
        Self {
            certificate_id: certificate.id.to_string(),
            status: status.to_string(),
            issuer_id: certificate.issuer.to_string(),
            issuer_name: certificate.issuer_name,
            // A request may bring an RSA key of 3072 bits, which nobody can ask for.
            key_algorithm: certificate.key_algorithm.as_str(),
            signature_algorithm: word(certificate.hash, &HASHES),
            freeze_flag: 0,
            gen_mode: word(certificate.mode, &MODES),
            serial_number: certificate.serial.to_hex(),
            create_time: certificate.created_at.as_millis(),
            // Nothing is deleted later than at once.
            delete_time: None,
            not_before: certificate.not_before.as_millis(),
            not_after: certificate.not_after.as_millis(),
            distinguished_name: certificate.distinguished_name.into(),
            enc_cert_info: certificate.encryption.map(|encryption| EncryptionCertificate {
                enc_serial_number: encryption.serial.to_hex(),
            }),
            enterprise_project_id: certificate.enterprise_project,
        }
    }
}
