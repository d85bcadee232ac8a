//! How an authority's CRLs are published: in requests, and in answers.

use pki::crl::{CrlName, NewCrl, PublishedCrl};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::json::Object;
use crate::parameter::{BadParameter, given, required};
use crate::pca_v1::Error;
use crate::schema;

/// For how many days a CRL may be good.
const DAYS: std::ops::RangeInclusive<i64> = 7..=30;

/// A CRL configuration in a request.
#[derive(Deserialize, ToSchema)]
pub(super) struct CrlConfiguration {
    #[schema(schema_with = schema::optional_flag)]
    enabled: Option<bool>,
    #[schema(schema_with = schema::optional_any_text)]
    crl_name: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    obs_bucket_name: Option<String>,
    #[schema(schema_with = schema::optional_any_integer)]
    valid_days: Option<i64>,
}

/// The members that say how CRLs are published, and what stands before their names in refusals.
pub(super) struct Given {
    /// What stands before the names.
    pub(super) within: &'static str,
    /// `crl_name`; empty is none.
    pub(super) name: Option<String>,
    /// `obs_bucket_name`.
    pub(super) bucket: Option<String>,
    /// `valid_days`.
    pub(super) valid_days: Option<i64>,
}

/// The configuration that a request asks for; one that is not enabled asks for none, whatever else it
/// says.
pub(super) fn asked(
    configuration: Option<Object<CrlConfiguration>>,
) -> Result<Option<NewCrl>, Error> {
    let Some(Object(configuration)) = configuration else { return Ok(None) };
    let CrlConfiguration { enabled, crl_name, obs_bucket_name, valid_days } = configuration;
    if enabled != Some(true) {
        return Ok(None);
    }
    let within = "crl_configuration.";
    let given = Given { within, name: crl_name, bucket: obs_bucket_name, valid_days };
    Ok(Some(given.try_into()?))
}

impl TryFrom<Given> for NewCrl {
    type Error = BadParameter;

    fn try_from(request: Given) -> Result<Self, BadParameter> {
        let field = |name: &str| format!("{}{name}", request.within);
        let name = given(request.name)
            .map(CrlName::try_from)
            .transpose()
            .map_err(|error| BadParameter::new(field("crl_name"), error.to_string()))?;
        let bucket = required(&field("obs_bucket_name"), given(request.bucket))?;
        if !(3..=63).contains(&bucket.chars().count()) {
            let problem = "the name of a bucket has 3 to 63 characters";
            return Err(BadParameter::new(field("obs_bucket_name"), problem));
        }
        let days = required(&field("valid_days"), request.valid_days)?;
        let valid_days = u32::try_from(days).ok().filter(|_| DAYS.contains(&days));
        let valid_days = valid_days.ok_or_else(|| {
            BadParameter::new(field("valid_days"), "it must be a whole number from 7 to 30")
        })?;
        Ok(Self { bucket, name, valid_days })
    }
}

/// A CRL configuration in an answer; `null` in all four members while CRLs are off.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct Answer {
    enabled: bool,
    crl_name: Option<String>,
    obs_bucket_name: Option<String>,
    valid_days: Option<u32>,
    crl_dis_point: Option<String>,
}

impl From<Option<PublishedCrl>> for Answer {
    fn from(crl: Option<PublishedCrl>) -> Self {
        match crl {
            None => Self::default(),
            Some(PublishedCrl { location, valid_days, url }) => Self {
                enabled: true,
                crl_name: Some(location.name),
                obs_bucket_name: Some(location.bucket),
                valid_days: Some(valid_days),
                crl_dis_point: url,
            },
        }
    }
}
