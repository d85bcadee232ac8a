//! `/v1/private-certificates/{certificate_id}/tags`: what users write on a certificate.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod put;

use iam::policy::Target;
use pki::Tag;

use crate::pca_v1::tags::keys_and_values;

/// What policies may ask about these tags, which somebody writes.
fn tagging(tags: &[Tag]) -> Target {
    Target { request_tags: keys_and_values(tags), ..Target::any() }
}
