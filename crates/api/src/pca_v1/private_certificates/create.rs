//! `POST /v1/private-certificates`

use axum::Json as Answered;
use pki::certificate::{NewCertificate, NewContent};
use pki::validity::Validity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extensions::{
    AlternativeName, CustomizedExtension, ExtendedKeyUsage, alternative_names,
};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::{Json, Object};
use crate::parameter::{given, required};
use crate::pca_v1::words::{HASHES, KEY_ALGORITHMS, key_usages, schemas};
use crate::pca_v1::{Error, authority_id, distinguished_name, enterprise_project, validity};
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schema::id)]
    issuer_id: Option<String>,
    #[schema(schema_with = schemas::optional_key_algorithm)]
    key_algorithm: Option<String>,
    #[schema(schema_with = schemas::optional_hash)]
    signature_algorithm: Option<String>,
    #[schema(required, schema_with = schema::object::<distinguished_name::PartialRequest>)]
    distinguished_name: Option<Object<distinguished_name::PartialRequest>>,
    #[schema(required, schema_with = schema::object::<validity::Request>)]
    validity: Option<Object<validity::Request>>,
    #[schema(schema_with = schemas::optional_key_usages)]
    key_usages: Option<Vec<String>>,
    #[schema(value_type = Option<Vec<AlternativeName>>, inline, max_items = 20)]
    subject_alternative_names: Option<Vec<Object<AlternativeName>>>,
    #[schema(schema_with = schema::optional_object::<ExtendedKeyUsage>)]
    extended_key_usage: Option<Object<ExtendedKeyUsage>>,
    #[schema(schema_with = schema::optional_object::<CustomizedExtension>)]
    customized_extension: Option<Object<CustomizedExtension>>,
    #[schema(schema_with = schema::optional_any_text)]
    enterprise_project_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::id)]
    certificate_id: String,
}

/// Issues a certificate, and makes its key.
#[utoipa::path(
    post,
    path = "/v1/private-certificates",
    operation_id = "create_certificate",
    request_body = inline(Request),
    responses((status = 200, description = "The new certificate.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let new: NewCertificate = request.try_into()?;
    let name = new.subject.common_name.clone();
    let pki = caller.may_issue(Action::IssueCertificate, new.issuer, name).await?;
    let id = pki.create_certificate(caller.author(), new).await?;
    Ok(Answered(Answer { certificate_id: id.to_string() }))
}

impl TryFrom<Request> for NewCertificate {
    type Error = Error;

    fn try_from(request: Request) -> Result<Self, Error> {
        let issuer = required("issuer_id", request.issuer_id)?;
        let Object(subject) = required("distinguished_name", request.distinguished_name)?;
        let Object(validity) = required("validity", request.validity)?;
        let key_algorithm = given(request.key_algorithm)
            .map(|word| choice("key_algorithm", &word, &KEY_ALGORITHMS));
        let hash = given(request.signature_algorithm)
            .map(|word| choice("signature_algorithm", &word, &HASHES));
        let purposes = request.extended_key_usage.map(|Object(usage)| usage.purposes());
        let customized = request.customized_extension.map(|Object(own)| own.parse());
        Ok(Self {
            issuer: authority_id("issuer_id", &issuer)?,
            subject: subject.try_into()?,
            key_algorithm: key_algorithm.transpose()?,
            hash: hash.transpose()?,
            validity: Validity::try_from(validity)?,
            enterprise_project: enterprise_project::or_default(request.enterprise_project_id)?,
            content: NewContent {
                key_usage: key_usages(request.key_usages)?.unwrap_or_default(),
                purposes: purposes.unwrap_or_default(),
                names: alternative_names(request.subject_alternative_names)?,
                customized: customized.transpose()?.flatten(),
            },
        })
    }
}
