//! What a request asks to act for: accounts and projects by name or identifier, and the headers.

use ledger::ProjectId;

use crate::{Caller, Error, Iam, Project, Scope};

/// Something by its identifier or by its name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Named {
    /// By its identifier.
    Id(String),
    /// By its name.
    Name(String),
}

/// The scope that a sign-in asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RequestedScope {
    /// The whole account; it must be the user's own.
    Domain(Named),
    /// One project of the user's account.
    Project(Named),
}

/// The headers that name an account or a project without proving anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScopeHeaders<'a> {
    /// `X-Domain-Id`.
    pub domain: Option<&'a str>,
    /// `X-Project-Id`.
    pub project: Option<&'a str>,
}

impl Iam {
    /// Checks that `headers` name only what belongs to `caller`, and notes the project in it.
    /// Each header may be absent, or empty. `ScopeMismatch` otherwise.
    pub async fn check_scope_headers(
        &self,
        mut caller: Caller,
        headers: ScopeHeaders<'_>,
    ) -> Result<Caller, Error> {
        let domain = headers.domain.filter(|domain| !domain.is_empty());
        if domain.is_some_and(|domain| domain != caller.account_id().to_string()) {
            return Err(Error::ScopeMismatch);
        }
        if let Some(id) = headers.project.filter(|project| !project.is_empty()) {
            caller.project = Some(self.project_of(&caller, id).await?);
        }
        Ok(caller)
    }

    /// The project of this identifier, when `caller` may act in it: an enabled one of the
    /// account that a signature, or a token for just this project, is good for, and that
    /// `X-Project-Id` does not contradict. `ScopeMismatch` otherwise.
    pub async fn project_in_scope(&self, caller: &Caller, id: &str) -> Result<Project, Error> {
        if caller.scope == Some(Scope::Domain) {
            return Err(Error::ScopeMismatch);
        }
        match &caller.project {
            Some(project) if project.id.to_string() == id => Ok(project.clone()),
            Some(_) => Err(Error::ScopeMismatch),
            None => self.project_of(caller, id).await,
        }
    }

    /// The enabled project of the caller's account and token.
    async fn project_of(&self, caller: &Caller, id: &str) -> Result<Project, Error> {
        let id: ProjectId = id.parse().map_err(|_| Error::ScopeMismatch)?;
        if let Some(Scope::Project(own)) = caller.scope
            && own != id
        {
            return Err(Error::ScopeMismatch);
        }
        let found = self.known_project(id).await?.map(|found| found.value.clone());
        found
            .filter(|project| project.account == caller.account_id())
            .filter(|project| project.state.is_enabled())
            .ok_or(Error::ScopeMismatch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{House, client, local};
    use crate::{LocalSignIn, NewAccount, State};

    async fn caller(house: &House, scope: Option<RequestedScope>) -> Caller {
        let request = LocalSignIn { scope, ..LocalSignIn::default() };
        let (text, _) = house.iam.issue_token(request, local()).await.unwrap();
        house.iam.authenticate_token(text.expose(), client(1)).await.unwrap()
    }

    async fn signer(house: &House) -> Caller {
        let found = house.iam.directory().credential_by_access_key(&house.owner.access).await;
        Caller::by_access_key(found.unwrap().unwrap(), client(1))
    }

    fn own_project(house: &House) -> Option<RequestedScope> {
        Some(RequestedScope::Project(Named::Id(house.owner.project.id.to_string())))
    }

    #[tokio::test]
    async fn headers_may_be_absent_or_name_what_is_ones_own() {
        let house = House::build().await;
        let (domain, project) =
            (house.owner.account.id.to_string(), house.owner.project.id.to_string());

        for headers in [
            ScopeHeaders::default(),
            ScopeHeaders { domain: Some(""), project: Some("") },
            ScopeHeaders { domain: Some(&domain), project: None },
            ScopeHeaders { domain: Some(&domain), project: Some(&project) },
        ] {
            for scope in [None, own_project(&house)] {
                let caller = caller(&house, scope).await;
                let caller = house.iam.check_scope_headers(caller, headers).await.unwrap();

                let named = headers.project.is_some_and(|project| !project.is_empty());
                assert_eq!(caller.project.is_some(), named, "{headers:?}");
            }
        }
    }

    #[tokio::test]
    async fn headers_that_name_something_else_are_refused() {
        let house = House::build().await;
        let new = NewAccount::new("other", "r");
        let other = house.iam.create_account(&new, &local()).await.unwrap();
        let (domain, project) = (other.account.id.to_string(), other.project.id.to_string());

        for headers in [
            ScopeHeaders { domain: Some(&domain), project: None },
            ScopeHeaders { domain: Some("x"), project: None },
            ScopeHeaders { domain: None, project: Some(&project) },
            ScopeHeaders { domain: None, project: Some("%7Bproject_id%7D") },
        ] {
            let caller = caller(&house, None).await;
            let answer = house.iam.check_scope_headers(caller, headers).await;
            assert!(matches!(answer, Err(Error::ScopeMismatch)), "{headers:?}");
        }
    }

    #[tokio::test]
    async fn a_signature_and_a_project_token_open_the_project_and_a_domain_token_does_not() {
        let house = House::build().await;
        let id = house.owner.project.id.to_string();

        for caller in [signer(&house).await, caller(&house, own_project(&house)).await] {
            let project = house.iam.project_in_scope(&caller, &id).await.unwrap();
            assert_eq!(project, house.owner.project);
        }
        let caller = caller(&house, None).await;
        let answer = house.iam.project_in_scope(&caller, &id).await;
        assert!(matches!(answer, Err(Error::ScopeMismatch)));
    }

    #[tokio::test]
    async fn other_projects_are_not_in_scope() {
        let house = House::build().await;
        let new = NewAccount::new("other", "r");
        let foreign = house.iam.create_account(&new, &local()).await.unwrap().project;
        let random = ledger::system::SystemRandom;
        let id = ProjectId::generate(&*house.clock, &random);
        let second = Project { id, name: "second".to_owned(), ..house.owner.project.clone() };
        house.directory.rows().write(second.clone());
        let id = second.id.to_string();

        assert!(house.iam.project_in_scope(&signer(&house).await, &id).await.is_ok());

        let own = house.owner.project.id.to_string();
        let headers = ScopeHeaders { domain: None, project: Some(&own) };
        let narrowed = house.iam.check_scope_headers(signer(&house).await, headers).await.unwrap();
        let token = caller(&house, own_project(&house)).await;
        let foreign = foreign.id.to_string();
        for (caller, id) in [(&narrowed, &id), (&token, &id), (&signer(&house).await, &foreign)] {
            let answer = house.iam.project_in_scope(caller, id).await;
            assert!(matches!(answer, Err(Error::ScopeMismatch)));
        }
    }

    #[tokio::test]
    async fn a_disabled_project_is_not_in_scope() {
        let house = House::build().await;
        let project = house.owner.project.clone();
        house.directory.rows().write(Project { state: State::Disabled, ..project.clone() });

        let caller = signer(&house).await;
        let answer = house.iam.project_in_scope(&caller, &project.id.to_string()).await;

        assert!(matches!(answer, Err(Error::ScopeMismatch)));
    }
}
