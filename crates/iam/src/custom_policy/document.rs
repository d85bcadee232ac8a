//! Whether a document may be kept.

use crate::policy::{Document, Language};
use crate::{Error, PolicyKind};

/// Checks a document of a policy of this kind.
pub(crate) fn check_document(kind: PolicyKind, document: &str) -> Result<(), Error> {
    let parsed = Document::parse_to_keep(document)
        .map_err(|problem| Error::DocumentInvalid(problem.to_string()))?;
    let (language, version) = match kind {
        PolicyKind::AccountRole | PolicyKind::ProjectRole => (Language::V1, "1.1"),
        PolicyKind::Identity => (Language::V5, "5.0"),
    };
    if parsed.language() != language {
        return Err(Error::DocumentInvalid(format!("Version: it is {version} here")));
    }
    Ok(())
}
