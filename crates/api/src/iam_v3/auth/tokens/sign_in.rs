//! The body of a sign-in.

use iam::{Named, PasswordSignIn, RequestedScope};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, Schema};

use crate::json::Object;
use crate::parameter::{BadParameter, given, line, required};
use crate::schema;
use crate::secret::Secret;

/// The longest name, identifier or password, in characters.
const TEXT_LENGTH: usize = 255;

#[derive(Deserialize, ToSchema)]
pub(in crate::iam_v3) struct Request {
    #[schema(required, schema_with = schema::object::<Auth>)]
    auth: Option<Object<Auth>>,
}

#[derive(Deserialize, ToSchema)]
struct Auth {
    #[schema(required, schema_with = schema::object::<Identity>)]
    identity: Option<Object<Identity>>,
    #[schema(schema_with = schema::optional_object::<Scope>)]
    scope: Option<Object<Scope>>,
}

#[derive(Deserialize, ToSchema)]
struct Identity {
    #[schema(required, schema_with = methods)]
    methods: Option<Vec<String>>,
    #[schema(required, schema_with = schema::object::<Password>)]
    password: Option<Object<Password>>,
}

#[derive(Deserialize, ToSchema)]
struct Password {
    #[schema(required, schema_with = schema::object::<User>)]
    user: Option<Object<User>>,
}

/// By its identifier, or by its name and that of its account.
#[derive(Deserialize, ToSchema)]
struct User {
    #[schema(schema_with = schema::optional_text::<TEXT_LENGTH>)]
    id: Option<String>,
    #[schema(schema_with = schema::optional_text::<TEXT_LENGTH>)]
    name: Option<String>,
    #[schema(required, schema_with = password)]
    password: Option<Secret>,
    #[schema(schema_with = schema::optional_object::<Reference>)]
    domain: Option<Object<Reference>>,
}

/// Either a domain or a project.
#[derive(Deserialize, ToSchema)]
struct Scope {
    #[schema(schema_with = schema::optional_object::<Reference>)]
    domain: Option<Object<Reference>>,
    #[schema(schema_with = schema::optional_object::<Reference>)]
    project: Option<Object<Reference>>,
}

/// Something by its identifier or its name.
#[derive(Deserialize, ToSchema)]
struct Reference {
    #[schema(schema_with = schema::optional_any_text)]
    id: Option<String>,
    #[schema(schema_with = schema::optional_any_text)]
    name: Option<String>,
}

fn methods() -> RefOr<Schema> {
    let method = schema::one_of(&[("password", ())]);
    Schema::Array(ArrayBuilder::new().items(method).min_items(Some(1)).max_items(Some(1)).build())
        .into()
}

fn password() -> RefOr<Schema> {
    schema::mandatory_secret::<TEXT_LENGTH>()
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
