//! Users and policies, administered locally.

use iam::policy::{Document, Language, SystemPolicy, system_policies};
use iam::{
    CustomPolicy, GroupFilter, NewPolicy, NewUser, PolicyFilter, PolicyKind, Principal,
    ProjectFilter, Reach, Standing, State, Thing, User, UserChange, UserFilter,
};
use ledger::{AccountId, Author, Expectation, Origin, PolicyId};
use serde::{Deserialize, Serialize};

use super::act::unreadable;
use super::event::rfc3339;
use super::request::Answer;
use super::secret::Secret;
use crate::accounts::of_iam;
use crate::failure::Failure;
use crate::installation::Installation;

/// What is to be done to an account's users and policies.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectoryOrder {
    /// The account's name; `None` is the first.
    pub(crate) account: Option<String>,
    /// What to do.
    pub(crate) act: DirectoryAct,
}

/// What is done.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum DirectoryAct {
    /// Attach a policy.
    AttachPolicy(AttachmentOrder),
    /// Make a policy.
    CreatePolicy {
        /// Its name.
        name: String,
        /// What to note about it.
        description: String,
        /// Its document.
        document: String,
        /// Where one of version 1.1 counts.
        sphere: PolicySphere,
    },
    /// Make a user.
    CreateUser {
        /// Its name.
        name: String,
        /// What to note about it.
        description: String,
        /// Its password.
        password: NewPassword,
    },
    /// Delete a policy of the account's own.
    DeletePolicy {
        /// Its name.
        name: String,
    },
    /// Delete a user.
    DeleteUser {
        /// Its name.
        name: String,
    },
    /// Detach a policy.
    DetachPolicy(AttachmentOrder),
    /// Disable a user.
    DisableUser {
        /// Its name.
        name: String,
    },
    /// Enable a user.
    EnableUser {
        /// Its name.
        name: String,
    },
    /// List the policies, those of the system too.
    ListPolicies,
    /// List the users.
    ListUsers,
    /// Show a policy with its document.
    ShowPolicy {
        /// Its name.
        name: String,
    },
}

/// Where a policy of document version 1.1 counts.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PolicySphere {
    /// For the whole account.
    Account,
    /// In projects.
    Projects,
}

/// The password of a new user.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NewPassword {
    /// This one.
    Given(Secret),
    /// One that the server makes.
    Made,
    /// None: the user signs requests only.
    None,
}

/// Which policy, and to whom.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachmentOrder {
    /// The policy's name.
    pub(crate) policy: String,
    /// The user or group.
    pub(crate) to: NamedPrincipal,
    /// The project's name; `None` is wherever the policy counts.
    pub(crate) project: Option<String>,
}

/// A user or group, by name.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NamedPrincipal {
    /// A group.
    Group(String),
    /// A user.
    User(String),
}

/// A user as the command line shows it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ShownUser {
    /// Its name.
    pub(crate) name: String,
    /// Its identifier.
    pub(crate) id: String,
    /// `owner` or `member`.
    pub(crate) standing: String,
    /// `enabled` or `disabled`.
    pub(crate) state: String,
    /// What is noted about it.
    pub(crate) description: String,
    /// When it was made, RFC 3339.
    pub(crate) created_at: String,
    /// Its password, only when it was just made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) password: Option<Secret>,
}

/// A policy as the command line shows it.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct ShownPolicy {
    /// Its name.
    pub(crate) name: String,
    /// Its identifier.
    pub(crate) id: String,
    /// `5.0`, `1.1 AX`, `1.1 XA`, or `system`.
    pub(crate) kind: String,
    /// How often it is attached.
    pub(crate) attached: u32,
    /// What is noted about it.
    pub(crate) description: String,
    /// Its document in force, JSON, only when it is asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) document: Option<String>,
}

/// What to do when a policy is to be attached in a project that is not there.
const ATTACH_PROJECT: &str =
    "check the name, or leave --project out to attach the policy wherever it counts";
/// The same when it is to be detached.
const DETACH_PROJECT: &str =
    "check the name, or leave --project out to detach the policy wherever it is attached";

impl ShownUser {
    fn of(user: User, password: Option<Secret>) -> Self {
        let standing = match user.standing {
            Standing::Member => "member",
            Standing::Owner => "owner",
        };
        let state = if user.state.is_enabled() { "enabled" } else { "disabled" };
        Self {
            name: user.name,
            id: user.id.to_string(),
            standing: standing.to_owned(),
            state: state.to_owned(),
            description: user.description,
            created_at: rfc3339(user.created_at),
            password,
        }
    }
}

/// A policy that is found by its name.
enum Found {
    Custom(CustomPolicy),
    System(&'static SystemPolicy),
}

impl Found {
    fn id(&self) -> PolicyId {
        match self {
            Self::Custom(policy) => policy.id,
            Self::System(policy) => policy.id,
        }
    }

    fn document(&self) -> &str {
        match self {
            Self::Custom(policy) => policy.document(),
            Self::System(policy) => &policy.document,
        }
    }

    /// Where it counts when it is attached without naming a project.
    fn widest(&self) -> Reach {
        match self {
            Self::System(_) => Reach::Everywhere,
            Self::Custom(policy) => match policy.kind {
                PolicyKind::AccountRole => Reach::Domain,
                PolicyKind::Identity => Reach::Everywhere,
                PolicyKind::ProjectRole => Reach::AllProjects,
            },
        }
    }
}

impl Installation {
    /// Does what the local administrator asks of an account's users and policies.
    pub(super) async fn administer(
        &self,
        DirectoryOrder { account, act }: DirectoryOrder,
        origin: Origin,
    ) -> Result<Answer, Failure> {
        let account = self.account(account.as_deref()).await?;
        let expectations = vec![Expectation { row: account.value.row(), version: account.version }];
        let author = Author { account: account.value.id, origin, expectations };
        match act {
            DirectoryAct::AttachPolicy(order) => {
                let (policy, principal, reach) =
                    self.attachment(author.account, &order, ATTACH_PROJECT).await?;
                let reach = reach.unwrap_or_else(|| policy.widest());
                let what = (policy.id(), reach);
                self.iam.attach_policy(&author, principal, what).await.map_err(of_iam)?;
                Ok(Answer::Done)
            }
            DirectoryAct::CreatePolicy { name, description, document, sphere } => {
                let kind = kind(&document, sphere)?;
                let new = NewPolicy { name, description, kind, document };
                let policy = self.iam.create_policy(&author, new).await.map_err(of_iam)?;
                let policies = vec![self.shown(author.account, Found::Custom(policy)).await?];
                Ok(Answer::Policies { policies })
            }
            DirectoryAct::CreateUser { name, description, password } => {
                let (password, shown) = match password {
                    NewPassword::Given(Secret(password)) => (Some(password), None),
                    NewPassword::Made => {
                        let made = self.iam.generate_password();
                        (Some(made.clone()), Some(Secret(made)))
                    }
                    NewPassword::None => (None, None),
                };
                let new = NewUser { name, description, password, state: State::Enabled };
                let user = self.iam.create_user(&author, new).await.map_err(of_iam)?;
                Ok(Answer::Users { users: vec![ShownUser::of(user, shown)] })
            }
            DirectoryAct::DeletePolicy { name } => {
                let Found::Custom(policy) = self.policy_named(author.account, &name).await? else {
                    return Err(Failure::Invalid {
                        problem: format!("policy {name} comes with the server and stays"),
                        hint: "`cinnabar policy detach` takes it from a user or a group",
                    });
                };
                self.iam.delete_policy(&author, policy.id).await.map_err(of_iam)?;
                Ok(Answer::Done)
            }
            DirectoryAct::DeleteUser { name } => {
                let user = self.user_named(author.account, name).await?;
                self.iam.delete_user(&author, user.id).await.map_err(of_iam)?;
                Ok(Answer::Done)
            }
            DirectoryAct::DetachPolicy(order) => self.detach(&author, order).await,
            DirectoryAct::DisableUser { name } => {
                self.set_state(&author, name, State::Disabled).await
            }
            DirectoryAct::EnableUser { name } => {
                self.set_state(&author, name, State::Enabled).await
            }
            DirectoryAct::ListPolicies => self.list_policies(author.account).await,
            DirectoryAct::ListUsers => {
                let users =
                    self.iam.users(&UserFilter::of(author.account)).await.map_err(of_iam)?;
                let users = users.into_iter().map(|user| ShownUser::of(user, None)).collect();
                Ok(Answer::Users { users })
            }
            DirectoryAct::ShowPolicy { name } => {
                let policy = self.policy_named(author.account, &name).await?;
                let document = Some(policy.document().to_owned());
                let shown = self.shown(author.account, policy).await?;
                Ok(Answer::Policies { policies: vec![ShownPolicy { document, ..shown }] })
            }
        }
    }

    async fn set_state(
        &self,
        author: &Author,
        name: String,
        state: State,
    ) -> Result<Answer, Failure> {
        let user = self.user_named(author.account, name).await?;
        let change = UserChange { state: Some(state), ..UserChange::default() };
        self.iam.update_user(author, user.id, change).await.map_err(of_iam)?;
        Ok(Answer::Done)
    }

    /// Detaches a policy wherever it is attached, or on the project that was named.
    async fn detach(&self, author: &Author, order: AttachmentOrder) -> Result<Answer, Failure> {
        let (policy, principal, reach) =
            self.attachment(author.account, &order, DETACH_PROJECT).await?;
        let attached = self.iam.attachments_to(author.account, principal).await.map_err(of_iam)?;
        let meant: Vec<Reach> = attached
            .into_iter()
            .filter(|attached| attached.policy.id() == policy.id())
            .filter(|attached| reach.is_none_or(|reach| reach == attached.reach))
            .map(|attached| attached.reach)
            .collect();
        if meant.is_empty() {
            return Err(not_attached(&order));
        }
        for reach in meant {
            let what = (policy.id(), reach);
            self.iam.detach_policy(author, principal, what).await.map_err(of_iam)?;
        }
        Ok(Answer::Done)
    }

    async fn list_policies(&self, account: AccountId) -> Result<Answer, Failure> {
        let custom = self.iam.custom_policies(&PolicyFilter::of(account)).await.map_err(of_iam)?;
        let system = system_policies().iter().map(Found::System);
        let mut policies = Vec::new();
        for policy in custom.into_iter().map(Found::Custom).chain(system) {
            policies.push(self.shown(account, policy).await?);
        }
        Ok(Answer::Policies { policies })
    }

    async fn shown(&self, account: AccountId, policy: Found) -> Result<ShownPolicy, Failure> {
        let count = self.iam.directory().attachment_count(account, policy.id()).await;
        let attached = count.map_err(unreadable)?;
        let id = policy.id().to_string();
        Ok(match policy {
            Found::Custom(policy) => ShownPolicy {
                name: policy.name,
                id,
                kind: match policy.kind {
                    PolicyKind::AccountRole => "1.1 AX",
                    PolicyKind::Identity => "5.0",
                    PolicyKind::ProjectRole => "1.1 XA",
                }
                .to_owned(),
                attached,
                description: policy.description,
                document: None,
            },
            Found::System(policy) => ShownPolicy {
                name: policy.name.to_owned(),
                id,
                kind: "system".to_owned(),
                attached,
                description: policy.description.to_owned(),
                document: None,
            },
        })
    }

    /// What an order names; the reach only when it names a project. `hint` is what to do when there
    /// is no such project.
    async fn attachment(
        &self,
        account: AccountId,
        AttachmentOrder { policy, to, project }: &AttachmentOrder,
        hint: &'static str,
    ) -> Result<(Found, Principal, Option<Reach>), Failure> {
        let found = self.policy_named(account, policy).await?;
        let principal = match to {
            NamedPrincipal::User(name) => {
                Principal::User(self.user_named(account, name.clone()).await?.id)
            }
            NamedPrincipal::Group(name) => {
                let filter = GroupFilter { name: Some(name.clone()), ..GroupFilter::of(account) };
                let group = self.iam.groups(&filter).await.map_err(of_iam)?.pop();
                Principal::Group(group.ok_or_else(|| missing(Thing::Group, name.clone()))?.id)
            }
        };
        let reach = match project {
            None => None,
            Some(name) => {
                let filter = ProjectFilter {
                    account,
                    name: Some(name.clone()),
                    state: None,
                    offset: 0,
                    limit: 1,
                };
                let found = self.iam.directory().projects(&filter).await.map_err(unreadable)?;
                let project = found.into_iter().next();
                let project = project.ok_or_else(|| Failure::Invalid {
                    problem: format!("project {name} does not exist"),
                    hint,
                })?;
                Some(Reach::Project(project.value.id))
            }
        };
        Ok((found, principal, reach))
    }

    /// The policy of this name: the account's own before one of the system.
    async fn policy_named(&self, account: AccountId, name: &str) -> Result<Found, Failure> {
        let filter = PolicyFilter { name: Some(name.to_owned()), ..PolicyFilter::of(account) };
        let custom = self.iam.custom_policies(&filter).await.map_err(of_iam)?.pop();
        let system = || system_policies().iter().find(|policy| policy.name == name);
        custom
            .map(Found::Custom)
            .or_else(|| system().map(Found::System))
            .ok_or_else(|| missing(Thing::Policy, name.to_owned()))
    }

    async fn user_named(&self, account: AccountId, name: String) -> Result<User, Failure> {
        let found = self.iam.directory().user_by_name(account, &name).await;
        let found = found.map_err(unreadable)?;
        Ok(found.ok_or_else(|| missing(Thing::User, name))?.value)
    }
}

fn missing(what: Thing, name: String) -> Failure {
    of_iam(iam::Error::Missing { what, name })
}

/// The policy is not attached to whom it was to be detached from, or not there.
fn not_attached(AttachmentOrder { policy, to, project }: &AttachmentOrder) -> Failure {
    let from = match to {
        NamedPrincipal::Group(name) => format!("group {name}"),
        NamedPrincipal::User(name) => format!("user {name}"),
    };
    let place = project.as_ref().map(|name| format!(" in project {name}")).unwrap_or_default();
    Failure::Invalid {
        problem: format!("policy {policy} is not attached to {from}{place}"),
        hint: match project {
            Some(_) => "leave --project out to detach it wherever it is attached",
            None => "check the names; `cinnabar policy list` shows how often each is attached",
        },
    }
}

/// The kind of policy that a document makes.
fn kind(document: &str, sphere: PolicySphere) -> Result<PolicyKind, Failure> {
    let parsed = Document::parse_to_keep(document)
        .map_err(|problem| of_iam(iam::Error::DocumentInvalid(problem.to_string())))?;
    Ok(match (parsed.language(), sphere) {
        (Language::V5, _) => PolicyKind::Identity,
        (Language::V1, PolicySphere::Account) => PolicyKind::AccountRole,
        (Language::V1, PolicySphere::Projects) => PolicyKind::ProjectRole,
    })
}
