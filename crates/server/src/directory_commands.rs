//! `user create|list|delete|disable|enable` and `policy create|list|show|delete|attach|detach`: what
//! is asked, and how it is shown.

use std::io::{self, Read};
use std::path::Path;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::admin::{
    self, Answer, AttachmentOrder, DirectoryAct, DirectoryOrder, NamedPrincipal, NewPassword,
    PolicySphere, Request, Secret, ShownPolicy, ShownUser,
};
use crate::cli::{
    AttachArguments, CreatePolicyArguments, CreateUserArguments, DeletePolicyArguments,
    InAccountArguments, ListRendering, OneUserArguments, PolicyType, RecordRendering,
    ShowPolicyArguments,
};
use crate::configuration::Decided;
use crate::failure::Failure;
use crate::passwords;

/// The longest document that is read, in octets: more than any that is accepted.
const DOCUMENT: u64 = 65_536;

/// `user create`
pub(crate) async fn create_user(
    arguments: CreateUserArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    let password = if arguments.generate_password {
        NewPassword::Made
    } else if arguments.password_stdin {
        NewPassword::Given(Secret(passwords::line()?))
    } else {
        NewPassword::None
    };
    let act = DirectoryAct::CreateUser {
        name: arguments.name,
        description: arguments.description,
        password,
    };
    match (ask(arguments.account, act, decided).await?, arguments.format) {
        (Answer::Users { users }, RecordRendering::Json) => lines(&users),
        (Answer::Users { users }, RecordRendering::Text) => {
            let user = users.first().ok_or_else(unexpected)?;
            Ok(next_steps(user))
        }
        _ => Err(unexpected()),
    }
}

/// A new user, and what to do next.
fn next_steps(user: &ShownUser) -> Zeroizing<String> {
    let name = &user.name;
    let mut text = Zeroizing::new(format!("User      {name}  {}\n", user.id));
    if let Some(Secret(password)) = &user.password {
        text.push_str("Password  ");
        text.push_str(password);
        text.push_str("\n\nThe password is shown this once: keep it.\n");
    }
    text.push_str(&format!(
        "\n\
         The user may do nothing yet. Next:\n\
         \x20 cinnabar policy attach --user '{name}' --policy 'PCA ReadOnlyAccess'\n\
         \x20 cinnabar access-key create --user '{name}'\n"
    ));
    text
}

/// `user list`
pub(crate) async fn list_users(
    InAccountArguments { account, format }: InAccountArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    match (ask(account, DirectoryAct::ListUsers, decided).await?, format) {
        (Answer::Users { users }, ListRendering::Json) => lines(&users),
        (Answer::Users { users }, ListRendering::Table) if users.is_empty() => {
            Ok(Zeroizing::new("The account has no users.\n".to_owned()))
        }
        (Answer::Users { users }, ListRendering::Table) => {
            let mut text = row(
                ["NAME", "ID", "STANDING", "STATE", "CREATED", "DESCRIPTION"].map(String::from)
            );
            for user in users {
                text.push_str(&row([
                    user.name,
                    user.id,
                    user.standing,
                    user.state,
                    user.created_at,
                    user.description,
                ]));
            }
            Ok(Zeroizing::new(text))
        }
        _ => Err(unexpected()),
    }
}

/// `user delete`
pub(crate) async fn delete_user(
    OneUserArguments { account, name }: OneUserArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    done(ask(account, DirectoryAct::DeleteUser { name }, decided).await?)
}

/// `user disable`
pub(crate) async fn disable_user(
    OneUserArguments { account, name }: OneUserArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    done(ask(account, DirectoryAct::DisableUser { name }, decided).await?)
}

/// `user enable`
pub(crate) async fn enable_user(
    OneUserArguments { account, name }: OneUserArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    done(ask(account, DirectoryAct::EnableUser { name }, decided).await?)
}

/// `policy create`
pub(crate) async fn create_policy(
    arguments: CreatePolicyArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    let act = DirectoryAct::CreatePolicy {
        name: arguments.name,
        description: arguments.description,
        document: document(&arguments.document)?,
        sphere: match arguments.kind {
            PolicyType::Ax => PolicySphere::Account,
            PolicyType::Xa => PolicySphere::Projects,
        },
    };
    match (ask(arguments.account, act, decided).await?, arguments.format) {
        (Answer::Policies { policies }, RecordRendering::Json) => lines(&policies),
        (Answer::Policies { policies }, RecordRendering::Text) => {
            let policy = policies.first().ok_or_else(unexpected)?;
            Ok(Zeroizing::new(format!("Policy  {}  {}\n", policy.name, policy.id)))
        }
        _ => Err(unexpected()),
    }
}

/// The document in a file; `-` is standard input.
fn document(path: &Path) -> Result<String, Failure> {
    let failure =
        |cause| Failure::File { act: "read", path: path.display().to_string().into(), cause };
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().lock().take(DOCUMENT).read_to_string(&mut text).map_err(failure)?;
    } else {
        let file = std::fs::File::open(path).map_err(failure)?;
        file.take(DOCUMENT).read_to_string(&mut text).map_err(failure)?;
    }
    Ok(text.trim().to_owned())
}

/// `policy list`
pub(crate) async fn list_policies(
    InAccountArguments { account, format }: InAccountArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    match (ask(account, DirectoryAct::ListPolicies, decided).await?, format) {
        (Answer::Policies { policies }, ListRendering::Json) => lines(&policies),
        (Answer::Policies { policies }, ListRendering::Table) if policies.is_empty() => {
            Ok(Zeroizing::new("There are no policies.\n".to_owned()))
        }
        (Answer::Policies { policies }, ListRendering::Table) => {
            let mut text = row(["NAME", "ID", "KIND", "ATTACHED", "DESCRIPTION"].map(String::from));
            for ShownPolicy { name, id, kind, attached, description, .. } in policies {
                text.push_str(&row([name, id, kind, attached.to_string(), description]));
            }
            Ok(Zeroizing::new(text))
        }
        _ => Err(unexpected()),
    }
}

/// `policy show`
pub(crate) async fn show_policy(
    ShowPolicyArguments { name, account, format }: ShowPolicyArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    match (ask(account, DirectoryAct::ShowPolicy { name }, decided).await?, format) {
        (Answer::Policies { policies }, RecordRendering::Json) => lines(&policies),
        (Answer::Policies { policies }, RecordRendering::Text) => {
            let shown = policies.first().and_then(|policy| policy.document.as_deref());
            Ok(Zeroizing::new(format!("{}\n", shown.ok_or_else(unexpected)?)))
        }
        _ => Err(unexpected()),
    }
}

/// `policy delete`
pub(crate) async fn delete_policy(
    DeletePolicyArguments { name, account }: DeletePolicyArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    done(ask(account, DirectoryAct::DeletePolicy { name }, decided).await?)
}

/// `policy attach`
pub(crate) async fn attach_policy(
    arguments: AttachArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    let (account, order) = order(arguments)?;
    done(ask(account, DirectoryAct::AttachPolicy(order), decided).await?)
}

/// `policy detach`
pub(crate) async fn detach_policy(
    arguments: AttachArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    let (account, order) = order(arguments)?;
    done(ask(account, DirectoryAct::DetachPolicy(order), decided).await?)
}

fn order(arguments: AttachArguments) -> Result<(Option<String>, AttachmentOrder), Failure> {
    let AttachArguments { policy, user, group, project, account } = arguments;
    let to = match (user, group) {
        (Some(user), None) => NamedPrincipal::User(user),
        (None, Some(group)) => NamedPrincipal::Group(group),
        // The command line takes exactly one of them.
        _ => return Err(unexpected()),
    };
    Ok((account, AttachmentOrder { policy, to, project }))
}

async fn ask(
    account: Option<String>,
    act: DirectoryAct,
    decided: &Decided,
) -> Result<Answer, Failure> {
    let order = DirectoryOrder { account, act };
    admin::ask(Request::Directory(Box::new(order)), decided).await
}

fn done(answer: Answer) -> Result<Zeroizing<String>, Failure> {
    match answer {
        Answer::Done => Ok(Zeroizing::default()),
        _ => Err(unexpected()),
    }
}

/// One JSON object a line.
fn lines<T: Serialize>(records: &[T]) -> Result<Zeroizing<String>, Failure> {
    let mut text = Zeroizing::new(String::new());
    for record in records {
        let line = serde_json::to_string(record)
            .map(Zeroizing::new)
            .map_err(|error| Failure::internal("cannot render a list", error))?;
        text = Zeroizing::new(format!("{}{}\n", *text, *line));
    }
    Ok(text)
}

/// One line of a table; what others wrote is shown without control characters.
fn row<const N: usize>(cells: [String; N]) -> String {
    let cells = cells.map(|cell| format!("{:24}", cell.escape_debug().to_string()));
    format!("{}\n", cells.join("  ").trim_end())
}

fn unexpected() -> Failure {
    Failure::Administration("the answer is of another kind".to_owned())
}
