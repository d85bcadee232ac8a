//! Users of the first account, and what they may do.

use axum::http::Method;
use iam::{
    LocalSignIn, Named, NewPolicy, NewUser, PolicyKind, Principal, Reach, RequestedScope, User,
};
use ledger::{Author, PolicyId};
use serde_json::{Value, json};

use crate::TestServer;
use crate::server::local;

/// A user who is not the owner of the account.
pub struct TestMember {
    /// The user.
    pub user: User,
    /// A token for the account's project.
    pub token: String,
}

impl TestServer {
    /// Makes a user of the first account to whom these policies are attached.
    pub async fn member(&self, name: &str, policies: &[(PolicyId, Reach)]) -> TestMember {
        let author = self.local_author();
        let user = self.iam.create_user(&author, NewUser::new(name)).await.expect("a new user");
        for (policy, reach) in policies {
            let to = Principal::User(user.id);
            let attached = self.iam.attach_policy(&author, to, (*policy, *reach)).await;
            attached.expect("an attached policy");
        }
        let scope = RequestedScope::Project(Named::Id(self.owner.project()));
        let request = LocalSignIn {
            account: Some(self.owner.bootstrap.account.name.clone()),
            user: Some(name.to_owned()),
            scope: Some(scope),
            ..LocalSignIn::default()
        };
        let (text, _) = self.iam.issue_token(request, local()).await.expect("a token");
        TestMember { user, token: text.expose().to_owned() }
    }

    /// Makes an identity policy of the first account with these statements.
    pub async fn policy(&self, name: &str, statements: Value) -> PolicyId {
        let document = json!({ "Version": "5.0", "Statement": statements }).to_string();
        let (name, description) = (name.to_owned(), String::new());
        let new = NewPolicy { name, description, kind: PolicyKind::Identity, document };
        self.iam.create_policy(&self.local_author(), new).await.expect("a new policy").id
    }

    /// Sends a request without a body as `member`.
    pub async fn call_as(&self, member: &TestMember, method: Method, path: &str) -> crate::Answer {
        self.call(&member.token, method, path, None).await
    }

    /// The local administrator, at work on the first account.
    fn local_author(&self) -> Author {
        let account = self.owner.bootstrap.account.id;
        Author { account, origin: local(), expectations: Vec::new() }
    }
}
