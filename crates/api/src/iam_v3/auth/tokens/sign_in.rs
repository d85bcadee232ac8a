//! The body of a sign-in.

use iam::{Named, PasswordSignIn, RequestedScope};
use serde::Deserialize;

use crate::json::Object;
use crate::parameter::{BadParameter, given, line, required};
use crate::secret::Secret;

/// The longest name, identifier or password, in characters.
const TEXT_LENGTH: usize = 255;

#[derive(Deserialize)]
pub(in crate::iam_v3) struct Request {
    auth: Option<Object<Auth>>,
}

#[derive(Deserialize)]
struct Auth {
    identity: Option<Object<Identity>>,
    scope: Option<Object<Scope>>,
}

#[derive(Deserialize)]
struct Identity {
    methods: Option<Vec<String>>,
    password: Option<Object<Password>>,
}

#[derive(Deserialize)]
struct Password {
    user: Option<Object<User>>,
}

#[derive(Deserialize)]
struct User {
    id: Option<String>,
    name: Option<String>,
    password: Option<Secret>,
    domain: Option<Object<Reference>>,
}

#[derive(Deserialize)]
struct Scope {
    domain: Option<Object<Reference>>,
    project: Option<Object<Reference>>,
}

/// Something by its identifier or its name.
#[derive(Deserialize)]
struct Reference {
    id: Option<String>,
    name: Option<String>,
}

impl TryFrom<Request> for PasswordSignIn {
    type Error = BadParameter;

    fn try_from(request: Request) -> Result<Self, BadParameter> {
        let Object(auth) = required("auth", request.auth)?;
        let Object(identity) = required("auth.identity", auth.identity)?;
        let methods = required("auth.identity.methods", identity.methods)?;
        if methods.as_slice() != ["password"] {
            let problem = "the one method that is available is password";
            return Err(BadParameter::new("auth.identity.methods", problem));
        }
        let Object(password) = required("auth.identity.password", identity.password)?;
        let Object(user) = required("auth.identity.password.user", password.user)?;
        user.sign_in(auth.scope.map(|Object(scope)| scope.try_into()).transpose()?)
    }
}

impl User {
    fn sign_in(self, scope: Option<RequestedScope>) -> Result<PasswordSignIn, BadParameter> {
        const FIELD: &str = "auth.identity.password.user";
        let Secret(password) = required(&format!("{FIELD}.password"), self.password)?;
        if password.chars().count() > TEXT_LENGTH {
            let problem = format!("it is longer than {TEXT_LENGTH} characters");
            return Err(BadParameter::new(format!("{FIELD}.password"), problem));
        }
        let domain = self.domain.map(|Object(domain)| domain.named(&format!("{FIELD}.domain")));
        let user = Reference { id: self.id, name: self.name }.named(FIELD)?;
        if matches!(user, Named::Name(_)) && domain.is_none() {
            let problem = "it is mandatory beside a user name, and missing";
            return Err(BadParameter::new(format!("{FIELD}.domain"), problem));
        }
        Ok(PasswordSignIn { user, domain: domain.transpose()?, password, scope })
    }
}

impl TryFrom<Scope> for RequestedScope {
    type Error = BadParameter;

    fn try_from(scope: Scope) -> Result<Self, BadParameter> {
        match (scope.domain, scope.project) {
            (Some(Object(domain)), None) => domain.named("auth.scope.domain").map(Self::Domain),
            (None, Some(Object(project))) => project.named("auth.scope.project").map(Self::Project),
            (None, None) | (Some(_), Some(_)) => {
                Err(BadParameter::new("auth.scope", "it must have either domain or project"))
            }
        }
    }
}

impl Reference {
    /// The identifier if there is one, else the name.
    fn named(self, field: &str) -> Result<Named, BadParameter> {
        match (given(self.id), given(self.name)) {
            (Some(id), _) => line(&format!("{field}.id"), id, TEXT_LENGTH).map(Named::Id),
            (None, Some(name)) => {
                line(&format!("{field}.name"), name, TEXT_LENGTH).map(Named::Name)
            }
            (None, None) => Err(BadParameter::new(field, "it must have an id or a name")),
        }
    }
}
