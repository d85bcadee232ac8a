//! `POST /v1/private-certificate-authorities`

use axum::Json as Answered;
use iam::policy::Target;
use pki::authority::{Kind, NewAuthority, Plan};
use pki::validity::Validity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use x509::KeyUsage;

use super::crl_configuration::{self, CrlConfiguration};
use super::fill_order::fill_order;
use super::issuance::{GivenIssuance, IssuanceFields};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given, required};
use crate::pca_v1::words::{HASHES, KEY_ALGORITHMS, KINDS, key_usages, schemas};
use crate::pca_v1::{Error, authority_id, distinguished_name, enterprise_project, validity};
use crate::schema;

#[derive(Deserialize, ToSchema)]
pub(crate) struct Request {
    #[schema(required, schema_with = schemas::kind)]
    pub(super) r#type: Option<String>,
    #[schema(required, schema_with = schema::object::<distinguished_name::Request>)]
    pub(super) distinguished_name: Option<Object<distinguished_name::Request>>,
    #[schema(required, schema_with = schemas::key_algorithm)]
    pub(super) key_algorithm: Option<String>,
    #[schema(schema_with = schema::optional_object::<validity::Request>)]
    pub(super) validity: Option<Object<validity::Request>>,
    #[schema(schema_with = schemas::optional_hash)]
    pub(super) signature_algorithm: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    pub(super) issuer_id: Option<String>,
    #[schema(schema_with = schema::optional_any_integer)]
    pub(super) path_length: Option<i64>,
    #[schema(schema_with = schemas::optional_key_usages)]
    pub(super) key_usages: Option<Vec<String>>,
    #[schema(schema_with = schema::optional_object::<CrlConfiguration>)]
    pub(super) crl_configuration: Option<Object<CrlConfiguration>>,
    #[schema(schema_with = schema::optional_any_text)]
    pub(super) enterprise_project_id: Option<String>,
    #[schema(schema_with = schema::optional_object::<HsmClusterInfo>)]
    pub(super) hsm_cluster_info: Option<Object<HsmClusterInfo>>,
    #[schema(schema_with = schema::optional_any_text)]
    pub(super) ca_id: Option<String>,
}

/// There are no dedicated clusters: its members are empty.
#[derive(Deserialize, ToSchema)]
pub(super) struct HsmClusterInfo {
    #[schema(schema_with = schema::optional_text::<0>)]
    hsm_project: Option<String>,
    #[schema(schema_with = schema::optional_text::<0>)]
    hsm_cluster_id: Option<String>,
    #[schema(schema_with = schema::optional_text::<0>)]
    hsm_ca_cert: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(schema_with = schema::id)]
    ca_id: String,
}

/// Creates a root, a subordinate with its certificate, or one that waits for it; with `ca_id`, an
/// ordered one becomes that.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities",
    operation_id = "create_authority",
    request_body = inline(Request),
    responses((status = 200, description = "The new authority.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Json(mut request): Json<Request>,
) -> Result<Answered<Answer>, Error> {
    let ordered = given(request.ca_id.take()).map(|id| authority_id("ca_id", &id)).transpose()?;
    let new: NewAuthority = request.try_into()?;
    if let Some(id) = ordered {
        fill_order(&caller, id, new).await?;
        return Ok(Answered(Answer { ca_id: id.to_string() }));
    }
    let enterprise_project = Some(new.enterprise_project.clone());
    let target = Target { enterprise_project, ..Target::any() };
    let pki = caller.may_with(Action::CreateAuthority, &target).await?;
    if let Plan::Subordinate { issuance, .. } = &new.plan {
        // The issuer's key signs: leave for the new one alone is not enough.
        caller.may_on_authority(Action::CreateAuthority, issuance.issuer).await?;
    }
    let id = pki.create_authority(caller.author(), new).await?;
    Ok(Answered(Answer { ca_id: id.to_string() }))
}

impl TryFrom<Request> for NewAuthority {
    type Error = Error;

    fn try_from(request: Request) -> Result<Self, Error> {
        let kind = required("type", request.r#type)?;
        let kind = choice("type", &kind, &KINDS)?;
        let Object(subject) = required("distinguished_name", request.distinguished_name)?;
        let algorithm = required("key_algorithm", request.key_algorithm)?;
        refuse_hsm(request.hsm_cluster_info)?;
        let crl = crl_configuration::asked(request.crl_configuration)?;
        let key_usage = key_usages(request.key_usages)?;
        let fields = IssuanceFields {
            issuer_id: given(request.issuer_id),
            signature_algorithm: given(request.signature_algorithm),
            validity: request
                .validity
                .map(|Object(validity)| validity)
                .filter(|validity| !validity.is_absent()),
            path_length: request.path_length,
        };
        let plan = match kind {
            Kind::Root => root(fields)?,
            Kind::Subordinate => subordinate(key_usage, fields.try_into()?)?,
        };
        Ok(Self {
            subject: subject.try_into()?,
            key_algorithm: choice("key_algorithm", &algorithm, &KEY_ALGORITHMS)?,
            enterprise_project: enterprise_project::or_default(request.enterprise_project_id)?,
            plan,
            crl,
        })
    }
}

/// A root needs a hash and a validity; the other fields of an issuance are ignored.
fn root(fields: IssuanceFields) -> Result<Plan, BadParameter> {
    let hash = required("signature_algorithm", fields.signature_algorithm)?;
    let validity: Validity = required("validity", fields.validity)?.try_into()?;
    Ok(Plan::Root { hash: choice("signature_algorithm", &hash, &HASHES)?, validity })
}

/// Whatever is missing of the three, the authority waits for its certificate.
fn subordinate(key_usage: Option<KeyUsage>, given: GivenIssuance) -> Result<Plan, BadParameter> {
    if given.issuer.is_none() || given.hash.is_none() || given.validity.is_none() {
        return Ok(Plan::Pending { key_usage });
    }
    Ok(Plan::Subordinate { key_usage, issuance: given.try_into()? })
}

fn refuse_hsm(cluster: Option<Object<HsmClusterInfo>>) -> Result<(), BadParameter> {
    let Some(Object(cluster)) = cluster else { return Ok(()) };
    let members = [cluster.hsm_project, cluster.hsm_cluster_id, cluster.hsm_ca_cert];
    if members.into_iter().any(|member| given(member).is_some()) {
        let problem = "dedicated HSM clusters are not supported; leave it out";
        return Err(BadParameter::new("hsm_cluster_info", problem));
    }
    Ok(())
}
