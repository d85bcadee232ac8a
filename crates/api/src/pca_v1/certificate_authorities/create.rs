//! `POST /v1/private-certificate-authorities`

use axum::Json as Answer;
use pki::authority::{Kind, NewAuthority, Plan};
use pki::validity::Validity;
use serde::Deserialize;
use serde_json::{Value, json};
use x509::KeyUsage;

use super::crl_configuration::{CrlConfiguration, refuse_crl};
use super::issuance::{GivenIssuance, IssuanceFields};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::json::{Json, Object};
use crate::parameter::{BadParameter, given, required};
use crate::pca_v1::words::{HASHES, KEY_ALGORITHMS, KINDS, key_usages};
use crate::pca_v1::{Error, distinguished_name, validity};

#[derive(Deserialize)]
pub(crate) struct Request {
    r#type: Option<String>,
    distinguished_name: Option<Object<distinguished_name::Request>>,
    key_algorithm: Option<String>,
    validity: Option<Object<validity::Request>>,
    signature_algorithm: Option<String>,
    issuer_id: Option<String>,
    path_length: Option<i64>,
    key_usages: Option<Vec<String>>,
    crl_configuration: Option<Object<CrlConfiguration>>,
    enterprise_project_id: Option<String>,
    hsm_cluster_info: Option<Object<HsmClusterInfo>>,
    ca_id: Option<String>,
}

#[derive(Deserialize)]
struct HsmClusterInfo {
    hsm_project: Option<String>,
    hsm_cluster_id: Option<String>,
    hsm_ca_cert: Option<String>,
}

/// Creates a root, a subordinate with its certificate, or one that waits for it.
pub(crate) async fn handle(
    caller: Caller,
    Json(request): Json<Request>,
) -> Result<Answer<Value>, Error> {
    let pki = caller.may(Action::CreateAuthority).await?;
    let id = pki.create_authority(caller.author(), request.try_into()?).await?;
    Ok(Answer(json!({ "ca_id": id.to_string() })))
}

impl TryFrom<Request> for NewAuthority {
    type Error = Error;

    fn try_from(request: Request) -> Result<Self, Error> {
        let kind = required("type", request.r#type)?;
        let kind = choice("type", &kind, &KINDS)?;
        let Object(subject) = required("distinguished_name", request.distinguished_name)?;
        let algorithm = required("key_algorithm", request.key_algorithm)?;
        refuse_hsm(request.hsm_cluster_info)?;
        refuse_prepaid(request.ca_id)?;
        refuse_crl(request.crl_configuration)?;
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
            enterprise_project: enterprise_project(request.enterprise_project_id)?,
            plan,
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

fn refuse_prepaid(id: Option<String>) -> Result<(), BadParameter> {
    match given(id) {
        None => Ok(()),
        Some(_) => {
            let problem = "there are no prepaid authorities; leave it out to create one";
            Err(BadParameter::new("ca_id", problem))
        }
    }
}

/// `0` or the identifier of an enterprise project: five groups of lower-case letters and digits.
fn enterprise_project(value: Option<String>) -> Result<String, BadParameter> {
    let Some(id) = given(value) else { return Ok("0".to_owned()) };
    let is_group = |(group, length): (&str, usize)| {
        group.len() == length && group.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    let is_id = id.split('-').count() == 5 && id.split('-').zip([8, 4, 4, 4, 12]).all(is_group);
    if id == "0" || is_id {
        Ok(id)
    } else {
        let problem = "it must be 0 or the identifier of an enterprise project";
        Err(BadParameter::new("enterprise_project_id", problem))
    }
}
