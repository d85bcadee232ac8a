//! A token's content, as the identity API shows it.

use iam::Session;
use serde_json::{Value, json};

use crate::iso_time::microseconds;

/// `{"token": {...}}`. The catalogue is empty: clients are told where the services are.
pub(super) fn token(session: &Session) -> Value {
    let domain = json!({
        "id": session.account.id.to_string(),
        "name": session.account.name,
    });
    let mut token = json!({
        "methods": session.methods.iter().map(|method| method.name()).collect::<Vec<_>>(),
        "issued_at": microseconds(session.issued_at),
        "expires_at": microseconds(session.expires_at),
        "user": {
            "id": session.user.id.to_string(),
            "name": session.user.name,
            // Passwords do not expire.
            "password_expires_at": "",
            "domain": domain,
        },
        // Each user is an administrator of the account; true role ids are never shown.
        "roles": [{ "id": "0", "name": "te_admin" }],
        "catalog": [],
    });
    let (name, scope) = match &session.project {
        None => ("domain", domain),
        Some(project) => (
            "project",
            json!({ "id": project.id.to_string(), "name": project.name, "domain": domain }),
        ),
    };
    if let Some(members) = token.as_object_mut() {
        members.insert(name.to_owned(), scope);
    }
    json!({ "token": token })
}
