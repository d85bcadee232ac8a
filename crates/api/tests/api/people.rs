//! Users beside the owner of the kit's account.

use iam::{LocalSignIn, NewUser};
use ledger::{Actor, Origin};
use testkit::TestServer;
use zeroize::Zeroizing;

/// The password of every such user.
pub(crate) const PASSWORD: &str = "correct horse";

/// A user without a policy, and a token for the account.
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// The local administrator.
pub(crate) fn local() -> Origin {
    Origin { actor: Actor::OperatingSystem(0), address: None, request_id: "test".to_owned() }
}

/// Makes a member of the kit's account.
pub(crate) async fn member(server: &TestServer, name: &str) -> Member {
    let (author, _) = server.iam.local_author(Some("test"), None, local()).await.unwrap();
    let password = Some(Zeroizing::new(PASSWORD.to_owned()));
    let new = NewUser { password, ..NewUser::new(name) };
    let user = server.iam.create_user(&author, new).await.unwrap();
    let request = LocalSignIn {
        account: Some("test".to_owned()),
        user: Some(name.to_owned()),
        ..LocalSignIn::default()
    };
    let (token, _) = server.iam.issue_token(request, local()).await.unwrap();
    Member { id: user.id.to_string(), token: token.expose().to_owned() }
}
