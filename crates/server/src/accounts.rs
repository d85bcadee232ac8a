//! Accounts as the local administrator makes them: with their company, in one commit.

use iam::{Bootstrap, Iam, NewAccount};
use ledger::system::{SystemClock, SystemRandom};
use ledger::{AccountId, CommitError, Origin};
use pki::company::{Company, ProfileOrigin, profile_record};
use store::Database;

use crate::cli::CompanyArguments;
use crate::failure::Failure;

/// How often an account is prepared again when something changed in between.
const ATTEMPTS: u32 = 5;

/// What the sample of an enterprise profile says instead of a name.
const SAMPLE: &str = "Example Company (set with cinnabar account set-company)";

/// What to do when there is no account of a name.
pub(crate) const NO_ACCOUNT: &str =
    "check the name, or leave --account out; `cinnabar account create --name NAME` makes one";

/// The account to make.
pub(crate) struct Order {
    /// Its name.
    pub(crate) name: String,
    /// After which region its project is named.
    pub(crate) region: String,
    /// Its enterprise profile.
    pub(crate) company: Option<(Company, ProfileOrigin)>,
    /// What else must become true with it.
    pub(crate) records: Vec<store::Record>,
}

/// Makes an account. `before` sees it, with its secrets, just before it is committed.
pub(crate) async fn create(
    order: Order,
    (iam, database): (&Iam, &Database),
    origin: Origin,
    before: impl AsyncFn(&Bootstrap) -> Result<(), Failure>,
) -> Result<Bootstrap, Failure> {
    check_names(&order.name, &order.region)?;
    let new = NewAccount::new(order.name, order.region);
    for _ in 0..ATTEMPTS {
        let (changes, bootstrap) = iam.prepare_account(&new, &origin).await.map_err(of_iam)?;
        let mut changes = changes.map(store::Record::from);
        if let Some((company, chosen)) = &order.company {
            let profile =
                profile_record(bootstrap.account.id, company.clone(), *chosen).map_err(of_pki)?;
            changes = changes.insert(pki::Record::from(profile));
        }
        for record in &order.records {
            changes = changes.insert(record.clone());
        }
        before(&bootstrap).await?;
        let id = changes.id();
        match database.commit_all(changes).await {
            Ok(()) => return Ok(bootstrap),
            Err(CommitError::Conflict) => {}
            Err(CommitError::Unknown) => {
                if database.committed(id).await.map_err(unwritten)? {
                    return Ok(bootstrap);
                }
            }
            Err(error) => return Err(unwritten(error)),
        }
    }
    Err(unwritten("others changed the same records again and again"))
}

/// Refuses names that cannot stand in a URL, a shell line or a table as they are: an account and
/// the project that is named after its region have 1 to 64 letters, digits, `-`, `_` or `.`.
pub(crate) fn check_names(account: &str, region: &str) -> Result<(), Failure> {
    for (what, name) in [("the account's name", account), ("the region", region)] {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !(1..=64).contains(&name.len()) || !name.chars().all(plain) {
            return Err(Failure::Invalid {
                problem: format!("{what} {name:?} is not a valid name"),
                hint: "choose 1 to 64 letters (A-Z, a-z), digits, hyphens, underscores and dots",
            });
        }
    }
    Ok(())
}

/// Refuses a company that no certificate can hold.
pub(crate) fn check_company(company: Company, chosen: ProfileOrigin) -> Result<(), Failure> {
    // For whom does not matter: nothing of it is kept.
    let account = AccountId::generate(&SystemClock, &SystemRandom);
    profile_record(account, company, chosen).map(|_| ()).map_err(of_pki)
}

/// The company that was named: all four fields, or `None` when there is none of them.
pub(crate) fn company(arguments: &CompanyArguments) -> Result<Option<Company>, Failure> {
    let CompanyArguments { company_country, company_province, company_city, company_name } =
        arguments.clone();
    match (company_country, company_province, company_city, company_name) {
        (None, None, None, None) => Ok(None),
        (Some(country), Some(province), Some(city), Some(name)) => {
            Ok(Some(Company { country, province, city, name }))
        }
        _ => Err(Failure::Contradiction {
            problem: "a company has a country, a province, a city and a name; some are missing"
                .to_owned(),
            hint: "give --company-country, --company-province, --company-city and --company-name, \
                   or none of them",
        }),
    }
}

/// The first account's company: the one that was named, or a sample that says so.
pub(crate) fn first_company(
    arguments: &CompanyArguments,
) -> Result<(Company, ProfileOrigin), Failure> {
    let sample = || Company {
        country: "CN".to_owned(),
        province: "Guangdong".to_owned(),
        city: "Shenzhen".to_owned(),
        name: SAMPLE.to_owned(),
    };
    Ok(match company(arguments)? {
        Some(company) => (company, ProfileOrigin::Chosen),
        None => (sample(), ProfileOrigin::Sample),
    })
}

/// A refusal of `iam` in the words of the command line.
pub(crate) fn of_iam(error: iam::Error) -> Failure {
    match error {
        iam::Error::Internal(cause) => Failure::Internal { what: "the operation failed", cause },
        refused => Failure::Invalid { problem: refused.to_string(), hint: hint(&refused) },
    }
}

/// What to do about a refusal of `iam`.
fn hint(refused: &iam::Error) -> &'static str {
    match refused {
        iam::Error::AccessKeyLimit => "delete one of them first with `cinnabar access-key delete`",
        iam::Error::AccessKeyNotFound(_) => {
            "`cinnabar access-key list --user NAME` shows a user's keys"
        }
        iam::Error::PasswordUnfit(_) => "choose 8 to 128 characters that are not the user's name",
        iam::Error::AccountExists(_) => "choose another name",
        iam::Error::AccountUnknown(_) => NO_ACCOUNT,
        iam::Error::DocumentInvalid(_) => {
            "docs/policies.md says what a document may have, and lists the actions and the keys"
        }
        iam::Error::Exists { .. } => "choose another name",
        iam::Error::Missing { .. } => "check the name; `list` shows what there is",
        iam::Error::NameInvalid(_) => {
            "choose another name; it neither starts nor ends with a space"
        }
        iam::Error::ProjectUnknown(_) => {
            "check the name, or leave --project out to take the account's first project"
        }
        iam::Error::StillUsed { .. } => "take it from whoever has it with `cinnabar policy detach`",
        iam::Error::UserUnknown(_) => {
            "check the name, or leave --user out to take the account's first user"
        }
        _ => "`--help` says what is accepted",
    }
}

/// A refusal of `pki` in the words of the command line.
pub(crate) fn of_pki(error: pki::Error) -> Failure {
    match error {
        pki::Error::Internal(cause) => Failure::Internal { what: "the operation failed", cause },
        refused => Failure::Invalid {
            problem: refused.to_string(),
            hint: "a company has a country of two letters, a province, a city and a name, which a \
                   certificate can hold; see `cinnabar account set-company --help`",
        },
    }
}

fn unwritten(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::internal("cannot write the database", cause)
}
