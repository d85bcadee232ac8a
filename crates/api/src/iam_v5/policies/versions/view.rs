//! A version of a policy, as answers show it.

use iam::PolicyVersion;
use serde::Serialize;
use utoipa::ToSchema;

use crate::iam_v5::policies::find::Found;
use crate::iso_time;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    pub(super) policy_version: VersionView,
}

/// A version with its document, JSON in a text. The system's have no times.
#[derive(Serialize, ToSchema)]
pub(super) struct VersionView {
    #[serde(skip)]
    #[schema(ignore)]
    pub(super) number: u32,
    document: String,
    version_id: String,
    is_default: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    created_at: Option<String>,
}

impl VersionView {
    /// The view of a version where version `default` is in force.
    pub(super) fn new(version: PolicyVersion, default: u32) -> Self {
        Self {
            number: version.number,
            version_id: format!("v{}", version.number),
            is_default: version.number == default,
            created_at: Some(iso_time::microseconds(version.created_at)),
            document: version.document,
        }
    }
}

/// The versions of a policy; one of the system has one.
pub(super) fn versions(found: Found) -> Vec<VersionView> {
    match found {
        Found::Custom(policy) => {
            let default = policy.default_version;
            let versions = policy.versions.into_iter();
            versions.map(|version| VersionView::new(version, default)).collect()
        }
        Found::System(policy) => vec![VersionView {
            number: 1,
            document: policy.document.clone(),
            version_id: "v1".to_owned(),
            is_default: true,
            created_at: None,
        }],
    }
}
