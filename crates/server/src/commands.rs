//! Each command, from its arguments to what it prints.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::CommandFactory;
use tokio::runtime::{Builder, Runtime};

use crate::accounts::company;
use crate::admin::{self, Answer, ExplainOrder, Request, Scope, ShardsAsked, ShardsOrder, event};
use crate::cli::{
    AccountCommand, AuditCommand, AuditListArguments, Cli, Command, CrlCommand, DatabaseCommand,
    ExplainArguments, ExplainRendering, InitArguments, ListRendering, MasterKeyCommand,
    PolicyCommand, ShardSwitch, ShardsArguments, TokenArguments, TokenScope, UserCommand,
};
use crate::configuration::{Decided, ServerNames, Traces};
use crate::credentials::Credentials;
use crate::failure::Failure;
use crate::installation::{Found, Taken};
use crate::logging::{self, LogLevel};
use crate::traces;
use crate::{access_keys, directory_commands, founding, passwords, rotate, serve, whole};

/// Threads that wait for the disk or make RSA keys, at most. Small, since each has its own stack.
const BLOCKING_THREADS: usize = 16;

/// The exit code of `policy explain` when it explains a denial.
const DENIED: u8 = 3;

/// Does one command.
pub(crate) fn perform(cli: Cli) -> Result<ExitCode, Failure> {
    match cli.command {
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "cinnabar", &mut script);
            print(&script).map(done)
        }
        Some(Command::Version) | None => {
            print(concat!("cinnabar ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()).map(done)
        }
        Some(command) => {
            let decided = Decided::of(&cli.place)?;
            let usual = match command {
                Command::Serve(_) => LogLevel::Info,
                _ => LogLevel::Warn,
            };
            let (spans, outlet) = match &command {
                Command::Serve(arguments) => {
                    let traces = Traces::of(&arguments.traces, &decided.file.traces)?;
                    traces::start(&traces)?.unzip()
                }
                _ => (None, None),
            };
            logging::start(decided.log_format, decided.log_level.unwrap_or(usual), spans);
            let runtime = runtime(&command)?;
            match command {
                Command::Serve(arguments) => {
                    runtime.block_on(serve::serve(*arguments, decided, outlet)).map(done)
                }
                Command::Check(arguments) => runtime.block_on(whole::check(arguments, &decided)),
                Command::Policy(PolicyCommand::Explain(arguments)) => {
                    runtime.block_on(explain(arguments, &decided))
                }
                command => runtime.block_on(on_installation(command, decided)).map(done),
            }
        }
    }
}

/// A server uses all processors; a command is done sooner without waking them.
fn runtime(command: &Command) -> Result<Runtime, Failure> {
    let mut builder = match command {
        Command::Serve(_) => Builder::new_multi_thread(),
        _ => Builder::new_current_thread(),
    };
    builder
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(|error| Failure::internal("cannot start threads", error))
}

async fn on_installation(command: Command, decided: Decided) -> Result<(), Failure> {
    match command {
        Command::Init(arguments) => init(arguments, &decided).await,
        Command::Token(arguments) => token(arguments, &decided).await,
        Command::Account(AccountCommand::Create(arguments)) => {
            let request = Request::AccountCreate {
                name: arguments.name,
                region: arguments.region,
                company: company(&arguments.company)?.map(Into::into),
            };
            match admin::ask(request, &decided).await? {
                Answer::Credentials(credentials) => {
                    print(credentials.render(arguments.format)?.as_bytes())
                }
                _ => Err(unexpected()),
            }
        }
        Command::Account(AccountCommand::SetCompany(arguments)) => {
            let company = company(&arguments.company)?.ok_or(Failure::Contradiction {
                problem: "no company is named".to_owned(),
                hint: "give --company-country, --company-province, --company-city and \
                       --company-name",
            })?;
            let request =
                Request::AccountSetCompany { account: arguments.account, company: company.into() };
            match admin::ask(request, &decided).await? {
                Answer::Done => Ok(()),
                _ => Err(unexpected()),
            }
        }
        Command::Crl(CrlCommand::Shards(arguments)) => shards(arguments, &decided).await,
        Command::Audit(AuditCommand::List(arguments)) => audit(arguments, &decided).await,
        Command::MasterKey(MasterKeyCommand::Rotate(arguments)) => {
            print(rotate::rotate(arguments, &decided).await?.as_bytes())
        }
        Command::AccessKey(command) => {
            print(access_keys::perform(command, &decided).await?.as_bytes())
        }
        Command::User(UserCommand::Create(arguments)) => {
            print(directory_commands::create_user(arguments, &decided).await?.as_bytes())
        }
        Command::User(UserCommand::Delete(arguments)) => {
            print(directory_commands::delete_user(arguments, &decided).await?.as_bytes())
        }
        Command::User(UserCommand::Disable(arguments)) => {
            print(directory_commands::disable_user(arguments, &decided).await?.as_bytes())
        }
        Command::User(UserCommand::Enable(arguments)) => {
            print(directory_commands::enable_user(arguments, &decided).await?.as_bytes())
        }
        Command::User(UserCommand::List(arguments)) => {
            print(directory_commands::list_users(arguments, &decided).await?.as_bytes())
        }
        Command::Policy(PolicyCommand::Attach(arguments)) => {
            print(directory_commands::attach_policy(arguments, &decided).await?.as_bytes())
        }
        Command::Policy(PolicyCommand::Create(arguments)) => {
            print(directory_commands::create_policy(arguments, &decided).await?.as_bytes())
        }
        Command::Policy(PolicyCommand::Delete(arguments)) => {
            print(directory_commands::delete_policy(arguments, &decided).await?.as_bytes())
        }
        Command::Policy(PolicyCommand::Show(arguments)) => {
            print(directory_commands::show_policy(arguments, &decided).await?.as_bytes())
        }
        Command::Policy(PolicyCommand::Detach(arguments)) => {
            print(directory_commands::detach_policy(arguments, &decided).await?.as_bytes())
        }
        Command::Policy(PolicyCommand::List(arguments)) => {
            print(directory_commands::list_policies(arguments, &decided).await?.as_bytes())
        }
        Command::User(UserCommand::SetPassword(arguments)) => {
            print(passwords::set(arguments, &decided).await?.as_bytes())
        }
        Command::Backup(arguments) => print(whole::backup(arguments, &decided).await?.as_bytes()),
        Command::Database(DatabaseCommand::Copy(arguments)) => {
            print(whole::copy(arguments, &decided).await?.as_bytes())
        }
        Command::Restore(arguments) => print(whole::restore(arguments, &decided).await?.as_bytes()),
        Command::Check(_)
        | Command::Completions { .. }
        | Command::Policy(PolicyCommand::Explain(_))
        | Command::Serve(_)
        | Command::Version => Ok(()),
    }
}

/// `crl shards`
async fn shards(
    ShardsArguments { authority, switch, account }: ShardsArguments,
    decided: &Decided,
) -> Result<(), Failure> {
    let sharding = match switch {
        ShardSwitch::Off => ShardsAsked::Off,
        ShardSwitch::On => ShardsAsked::On,
    };
    let order = ShardsOrder { account, authority: authority.to_string(), sharding };
    match admin::ask(Request::CrlShards(order), decided).await? {
        Answer::Done => {
            // Without CRLs they point to no complete one either.
            let named = match switch {
                ShardSwitch::Off => "no shards",
                ShardSwitch::On => "shards",
            };
            let line =
                format!("New certificates of authority {authority} name {named} of its CRL.\n");
            print(line.as_bytes())
        }
        _ => Err(unexpected()),
    }
}

async fn init(arguments: InitArguments, decided: &Decided) -> Result<(), Failure> {
    let names = arguments.tls_names.as_ref().or(decided.file.tls.names.as_ref());
    let listen = decided.file.listen.map(|listen| listen.ip());
    let names = ServerNames::of(names.map_or(&[], Vec::as_slice), listen)?;
    founding::check(&arguments.foundation)?;
    let unfounded = match Taken::take(decided)?.look(decided).await? {
        Found::Installation(closed) => {
            return Err(Failure::AlreadyInitialised(closed.directory.path().to_owned()));
        }
        Found::Nothing(unfounded) => *unfounded,
    };
    let (installation, credentials) =
        founding::found(unfounded, &arguments.foundation, names).await?;
    let printed = show(&credentials, &arguments);
    if printed.is_ok() {
        founding::forget_credentials(&installation)?;
    }
    installation.database.close();
    serve::public_url::foretell(&decided.file);
    printed
}

fn show(credentials: &Credentials, arguments: &InitArguments) -> Result<(), Failure> {
    print(credentials.render(arguments.format)?.as_bytes())
}

async fn token(arguments: TokenArguments, decided: &Decided) -> Result<(), Failure> {
    let scope = match (arguments.scope, arguments.project) {
        (TokenScope::Domain, Some(_)) => {
            return Err(Failure::Contradiction {
                problem: "a token for the whole account has no project".to_owned(),
                hint: "leave out --project, or give --scope project",
            });
        }
        (TokenScope::Domain, None) => Scope::Domain,
        (TokenScope::Project, project) => Scope::Project(project),
    };
    let request = Request::Token {
        account: arguments.account,
        user: arguments.user,
        scope,
        seconds: arguments.ttl.as_secs(),
    };
    match admin::ask(request, decided).await? {
        Answer::Token { token } => {
            let line = zeroize::Zeroizing::new(token + "\n");
            print(line.as_bytes())
        }
        _ => Err(unexpected()),
    }
}

async fn audit(arguments: AuditListArguments, decided: &Decided) -> Result<(), Failure> {
    let request = Request::AuditList { account: arguments.account, limit: arguments.limit };
    let Answer::Events { events } = admin::ask(request, decided).await? else {
        return Err(unexpected());
    };
    match arguments.format {
        ListRendering::Table => print(event::table(&events).as_bytes()),
        ListRendering::Json => {
            let mut text = String::new();
            for event in &events {
                let line = serde_json::to_string(event)
                    .map_err(|error| Failure::internal("cannot render an event", error))?;
                text.push_str(&line);
                text.push('\n');
            }
            print(text.as_bytes())
        }
    }
}

/// Explains a decision; the exit code is the decision.
async fn explain(arguments: ExplainArguments, decided: &Decided) -> Result<ExitCode, Failure> {
    let ExplainArguments { user, account, action, resource, ca, project, conditions, format } =
        arguments;
    let order = ExplainOrder { account, user, action, resource, ca, project, conditions };
    let request = Request::PolicyExplain(Box::new(order));
    let Answer::Explanation(explained) = admin::ask(request, decided).await? else {
        return Err(unexpected());
    };
    match format {
        ExplainRendering::Text => print(explained.text().as_bytes())?,
        ExplainRendering::Json => {
            let line = serde_json::to_string(&explained)
                .map_err(|error| Failure::internal("cannot render an explanation", error))?;
            print(format!("{line}\n").as_bytes())?;
        }
    }
    Ok(if explained.allowed { ExitCode::SUCCESS } else { ExitCode::from(DENIED) })
}

fn done((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

fn unexpected() -> Failure {
    Failure::Administration("the answer is of another kind".to_owned())
}

/// Writes to standard output, to its end.
fn print(text: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text).and_then(|()| stdout.flush()).map_err(|cause| Failure::File {
        act: "write to",
        path: "standard output".into(),
        cause,
    })
}
