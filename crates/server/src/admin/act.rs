//! The administrative acts themselves.

use std::time::Duration;

use iam::{Account, LocalSignIn, Named, ProjectFilter, RequestedScope};
use ledger::{Author, Expectation, Origin, Versioned};
use pki::company::{Company, ProfileOrigin};
use store::AuditFilter;

use super::request::{Answer, Request, RotationDepth, Scope};
use crate::accounts::{self, Order, of_iam, of_pki};
use crate::cli::{MOST_EVENTS, lifetime};
use crate::credentials::Credentials;
use crate::failure::Failure;
use crate::installation::Installation;
use crate::rotation;

/// How many audit events are read at once.
const PAGE: u32 = 500;

impl Installation {
    /// Does what the local administrator asks; what changes anything is audited with `origin`.
    pub(crate) async fn act(&self, request: Request, origin: Origin) -> Result<Answer, Failure> {
        match request {
            Request::AccountCreate { name, region, company } => {
                let company = company.map(|company| (company.into(), ProfileOrigin::Chosen));
                let order = Order { name, region, company, records: Vec::new() };
                let parts = (&*self.iam, &self.database);
                let bootstrap = accounts::create(order, parts, origin, async |_| Ok(())).await?;
                let credentials = Credentials::of(&bootstrap, &self.directory);
                Ok(Answer::Credentials(Box::new(credentials)))
            }
            Request::AccountSetCompany { account, company } => {
                self.set_company(account, company.into(), origin).await
            }
            Request::AuditList { account, limit } => self.audit(account, limit).await,
            Request::CrlShards(order) => self.set_shards(order, origin).await,
            Request::MasterKeyProgress => {
                Ok(Answer::Resealing { stage: self.rotation.progress().stage() })
            }
            Request::MasterKeyRotate { depth, new_key_file, others } => {
                let depth = match depth {
                    RotationDepth::Deep => keys::Depth::Deep,
                    RotationDepth::MasterKey => keys::Depth::MasterKey,
                };
                let order = rotation::Order { depth, new_key_file, others };
                let rotation::Outcome { rotated, left } =
                    self.rotation.rotate(order, origin).await?;
                let left = left.map(|left| format!("{left}; {}", left.hint()));
                Ok(Answer::Rotated { rotated, left })
            }
            Request::PolicyExplain(order) => self.explain(*order).await,
            Request::Directory(order) => self.administer(*order, origin).await,
            Request::Credentials(order) => self.credentials(*order, origin).await,
            Request::Token { account, user, scope, seconds } => {
                // The command line has checked it; whoever speaks to the socket has not.
                let lifetime =
                    lifetime::bounded(Duration::from_secs(seconds)).map_err(|bound| {
                        let problem = format!("a token lives {bound}");
                        Failure::Invalid { problem, hint: "choose another --ttl" }
                    })?;
                let scope = self.scope(account.as_deref(), scope).await?;
                let lifetime = Some(lifetime);
                let sign_in = LocalSignIn { account, user, scope: Some(scope), lifetime };
                let (token, _) = self.iam.issue_token(sign_in, origin).await.map_err(of_iam)?;
                Ok(Answer::Token { token: token.expose().to_owned() })
            }
        }
    }

    async fn set_company(
        &self,
        account: Option<String>,
        company: Company,
        origin: Origin,
    ) -> Result<Answer, Failure> {
        let account = self.account(account.as_deref()).await?;
        let expectations = vec![Expectation { row: account.value.row(), version: account.version }];
        let author = Author { account: account.value.id, origin, expectations };
        let pki = self.pki(pki::Settings::default());
        pki.set_company(&author, company).await.map_err(of_pki)?;
        Ok(Answer::Done)
    }

    async fn audit(&self, account: Option<String>, limit: u32) -> Result<Answer, Failure> {
        let account = match account {
            Some(name) => Some(self.account(Some(&name)).await?.value.id),
            None => None,
        };
        let mut events = Vec::new();
        let mut after = None;
        let limit = limit.min(MOST_EVENTS);
        loop {
            let have = u32::try_from(events.len()).unwrap_or(u32::MAX);
            let wanted = limit.saturating_sub(have).min(PAGE);
            if wanted == 0 {
                break;
            }
            let filter = AuditFilter { account, after, limit: wanted };
            let page = self.database.audit(filter).await.map_err(unreadable)?;
            let Some(last) = page.last() else { break };
            after = Some(last.position);
            events.extend(page.into_iter().map(Into::into));
        }
        Ok(Answer::Events { events })
    }

    /// The account of this name, or the oldest.
    pub(super) async fn account(&self, name: Option<&str>) -> Result<Versioned<Account>, Failure> {
        let directory = self.iam.directory();
        let found = match name {
            Some(name) => directory.account_by_name(name).await.map_err(unreadable)?,
            None => directory.accounts(1).await.map_err(unreadable)?.into_iter().next(),
        };
        let name = name.unwrap_or("(the first)");
        found.ok_or_else(|| Failure::Invalid {
            problem: format!("account {name} does not exist"),
            hint: accounts::NO_ACCOUNT,
        })
    }

    async fn scope(&self, account: Option<&str>, scope: Scope) -> Result<RequestedScope, Failure> {
        let account = self.account(account).await?.value;
        match scope {
            Scope::Domain => Ok(RequestedScope::Domain(Named::Id(account.id.to_string()))),
            Scope::Project(Some(name)) => Ok(RequestedScope::Project(Named::Name(name))),
            Scope::Project(None) => {
                let filter = ProjectFilter {
                    account: account.id,
                    name: None,
                    state: Some(iam::State::Enabled),
                    offset: 0,
                    limit: 1,
                };
                let projects = self.iam.directory().projects(&filter).await.map_err(unreadable)?;
                let first = projects.into_iter().next().ok_or_else(|| Failure::Invalid {
                    problem: format!("account {} has no project", account.name),
                    hint: "take a token for the account with --scope domain",
                })?;
                Ok(RequestedScope::Project(Named::Id(first.value.id.to_string())))
            }
        }
    }
}

pub(super) fn unreadable(error: ledger::StoreError) -> Failure {
    Failure::database("cannot read the database", error)
}
