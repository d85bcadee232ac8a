//! `POST /v1/private-certificates/csr`

use axum::Json as Answered;
use pki::certificate::NewCertificateByCsr;
use pki::validity::Validity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::csr;
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::{Json, Object};
use crate::parameter::{given, required};
use crate::pca_v1::private_certificate_authorities::issuance::path_length;
use crate::pca_v1::{Error, authority_id, enterprise_project, validity};
use crate::schema;

/// For whom a certificate is.
#[derive(Clone, Copy)]
enum Kind {
    Authority(u8),
    Entity,
}

/// The words of `type`.
const KINDS: [(&str, Word); 2] =
    [("ENTITY_CERT", Word::Entity), ("INTERMEDIATE_CA", Word::Authority)];

#[derive(Clone, Copy)]
enum Word {
    Authority,
    Entity,
}

/// `subject_alternative_names` is reserved and ignored: the names are those of the request.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::id)]
    issuer_id: Option<String>,
    #[schema(required, schema_with = schema::text::<5120>)]
    csr: Option<String>,
    #[schema(required, schema_with = schema::object::<validity::Request>)]
    validity: Option<Object<validity::Request>>,
    #[schema(schema_with = optional_kind)]
    r#type: Option<String>,
    #[schema(schema_with = schema::optional_integer::<0, 6>)]
    path_length: Option<i64>,
    #[schema(schema_with = schema::optional_any_text)]
    enterprise_project_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::id)]
    certificate_id: String,
}

/// Issues a certificate from a certification request; of type `INTERMEDIATE_CA` that of an
/// authority whose key is elsewhere, whose identifier is a `ca_id`.
#[utoipa::path(
    post,
    path = "/v1/private-certificates/csr",
    operation_id = "create_certificate_by_csr",
    request_body = inline(Request),
    responses((status = 200, description = "The new certificate.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let kind = kind(given(request.r#type), request.path_length)?;
    let issuer = authority_id("issuer_id", &required("issuer_id", request.issuer_id)?)?;
    let Object(validity) = required("validity", request.validity)?;
    let new = NewCertificateByCsr {
        issuer,
        request: csr(request.csr)?,
        validity: Validity::try_from(validity)?,
        enterprise_project: enterprise_project::or_default(request.enterprise_project_id)?,
    };
    let pki = caller.may_on_authority(Action::IssueCertificateByCsr, issuer).await?;
    let author = caller.author();
    let certificate_id = match kind {
        Kind::Entity => pki.create_certificate_by_csr(author, new).await?.to_string(),
        Kind::Authority(path_length) => {
            pki.create_authority_by_csr(author, new, path_length).await?.to_string()
        }
    };
    Ok(Answered(Answer { certificate_id }))
}

/// For whom it is to be; a path length means nothing to who is no authority.
fn kind(word: Option<String>, length: Option<i64>) -> Result<Kind, Error> {
    let length = path_length(length)?;
    let word = word.map_or(Ok(Word::Entity), |word| choice("type", &word, &KINDS))?;
    Ok(match word {
        Word::Entity => Kind::Entity,
        Word::Authority => Kind::Authority(length),
    })
}

fn optional_kind() -> RefOr<Schema> {
    schema::optional_one_of(&KINDS)
}
