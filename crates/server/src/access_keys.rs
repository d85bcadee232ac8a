//! `access-key`: what is asked, and how it is shown.

use zeroize::Zeroizing;

use crate::admin::{self, Answer, CredentialAct, CredentialOrder, Request, ShownKey};
use crate::cli::{AccessKeyCommand, ListRendering, OfUserArguments, Rendering};
use crate::configuration::Decided;
use crate::failure::Failure;

/// Does one command; gives what to print.
pub(crate) async fn perform(
    command: AccessKeyCommand,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    let (of, act, shown) = match command {
        AccessKeyCommand::Create(arguments) => (
            arguments.of,
            CredentialAct::CreateKey { description: arguments.description },
            Shown::New(arguments.format),
        ),
        AccessKeyCommand::Delete(one) => {
            let (of, access) = one.parts();
            let shown = Shown::Changed(access.clone(), "deleted");
            (of, CredentialAct::DeleteKey { access }, shown)
        }
        AccessKeyCommand::Disable(one) => {
            let (of, access) = one.parts();
            let shown = Shown::Changed(access.clone(), "disabled");
            (of, CredentialAct::DisableKey { access }, shown)
        }
        AccessKeyCommand::Enable(one) => {
            let (of, access) = one.parts();
            let shown = Shown::Changed(access.clone(), "enabled");
            (of, CredentialAct::EnableKey { access }, shown)
        }
        AccessKeyCommand::List(arguments) => {
            (arguments.of, CredentialAct::ListKeys, Shown::All(arguments.format))
        }
    };
    match (ask(of, act, decided).await?, shown) {
        (Answer::KeyOf { user, account }, Shown::Changed(access, what)) => Ok(Zeroizing::new(
            format!("Access key {access} of user {user} in account {account} is {what}.\n"),
        )),
        (Answer::AccessKeys { keys }, Shown::All(ListRendering::Table)) if keys.is_empty() => {
            Ok(Zeroizing::new("The user has no access keys.\n".to_owned()))
        }
        (Answer::AccessKeys { keys }, Shown::All(ListRendering::Table)) => {
            Ok(Zeroizing::new(table(&keys)))
        }
        (Answer::AccessKeys { keys }, Shown::All(ListRendering::Json)) => {
            let mut text = Zeroizing::default();
            for key in &keys {
                text = Zeroizing::new(format!("{}{}\n", *text, *json(key)?));
            }
            Ok(text)
        }
        (Answer::AccessKeys { keys }, Shown::New(format)) => match keys.as_slice() {
            [key] => new(key, format),
            _ => Err(unexpected()),
        },
        _ => Err(unexpected()),
    }
}

/// What is printed.
enum Shown {
    All(ListRendering),
    /// The key's name, and what was done to it.
    Changed(String, &'static str),
    New(Rendering),
}

/// Has the credentials of a user administered.
pub(crate) async fn ask(
    OfUserArguments { account, user }: OfUserArguments,
    act: CredentialAct,
    decided: &Decided,
) -> Result<Answer, Failure> {
    let order = CredentialOrder { account, user, act };
    admin::ask(Request::Credentials(Box::new(order)), decided).await
}

/// A new key, with its secret.
fn new(key: &ShownKey, format: Rendering) -> Result<Zeroizing<String>, Failure> {
    let secret = key.secret_key.as_ref().ok_or_else(unexpected)?;
    let (access, secret) = (key.access_key.as_str(), secret.0.as_str());
    Ok(Zeroizing::new(match format {
        Rendering::Env => format!(
            "export HUAWEICLOUD_SDK_AK='{access}'\n\
             export HUAWEICLOUD_SDK_SK='{secret}'\n\
             export HW_ACCESS_KEY='{access}'\n\
             export HW_SECRET_KEY='{secret}'\n"
        ),
        Rendering::Json => format!("{}\n", *json(key)?),
        Rendering::Text => format!(
            "User        {}  {}\n\
             Access key  {access}\n\
             Secret key  {secret}\n\
             \n\
             The secret key is shown this once: keep it.\n",
            key.user_name, key.user_id
        ),
    }))
}

fn json(key: &ShownKey) -> Result<Zeroizing<String>, Failure> {
    serde_json::to_string(key)
        .map(Zeroizing::new)
        .map_err(|error| Failure::internal("cannot render an access key", error))
}

/// Columns; what others wrote stands last.
fn table(keys: &[ShownKey]) -> String {
    let mut text = format!(
        "{:20}  {:8}  {:24}  {:20}  DESCRIPTION\n",
        "ACCESS KEY", "STATUS", "CREATED", "USER"
    );
    for key in keys {
        let line = format!(
            "{:20}  {:8}  {:24}  {:20}  {}",
            key.access_key,
            key.status,
            key.created_at,
            key.user_name,
            key.description.escape_debug()
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn unexpected() -> Failure {
    Failure::Administration("the answer is of another kind".to_owned())
}
