//! A token's content, as the identity API shows it.

use iam::{Session, Standing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::iso_time::microseconds;

/// `{"token": {...}}`.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    token: Token,
}

#[derive(Serialize, ToSchema)]
struct Token {
    methods: Vec<&'static str>,
    issued_at: String,
    expires_at: String,
    #[schema(inline)]
    user: User,
    #[schema(inline)]
    roles: Vec<Named>,
    /// Empty: clients are told where the services are.
    catalog: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    domain: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    project: Option<Project>,
}

#[derive(Serialize, ToSchema)]
struct User {
    id: String,
    name: String,
    password_expires_at: &'static str,
    #[schema(inline)]
    domain: Named,
}

#[derive(Serialize, ToSchema)]
struct Project {
    id: String,
    name: String,
    #[schema(inline)]
    domain: Named,
}

#[derive(Serialize, ToSchema)]
struct Named {
    id: String,
    name: String,
}

/// What the session's token stands for.
pub(super) fn token(session: &Session) -> Answer {
    let account =
        || Named { id: session.account.id.to_string(), name: session.account.name.clone() };
    let project = session.project.as_ref().map(|project| Project {
        id: project.id.to_string(),
        name: project.name.clone(),
        domain: account(),
    });
    let user = User {
        id: session.user.id.to_string(),
        name: session.user.name.clone(),
        // Passwords do not expire.
        password_expires_at: "",
        domain: account(),
    };
    let token = Token {
        methods: session.methods.iter().map(|method| method.name()).collect(),
        issued_at: microseconds(session.issued_at),
        expires_at: microseconds(session.expires_at),
        user,
        // What a member may do, its policies say when it does it: a token carries none of them.
        roles: match session.user.standing {
            Standing::Member => Vec::new(),
            // True role ids are never shown.
            Standing::Owner => vec![Named { id: "0".to_owned(), name: "te_admin".to_owned() }],
        },
        catalog: Vec::new(),
        domain: project.is_none().then(account),
        project,
    };
    Answer { token }
}
