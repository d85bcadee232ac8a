//! `init`: makes an installation in an order that a kill or a power cut at any moment does not
//! spoil. Master key, TLS authority and credentials are durable before the one commit that makes it
//! true; until then the next attempt starts over with what it finds.

use ledger::{Actor, Origin, RequestId};

use crate::accounts::{self, Order};
use crate::cli::FoundationArguments;
use crate::configuration::ServerNames;
use crate::credentials::Credentials;
use crate::directory::replace_durably;
use crate::failure::Failure;
use crate::installation::{Installation, Unfounded};
use crate::tls::InternalAuthority;

/// Makes the installation. Its credentials lie in `credentials.json` when this returns, so that
/// they are not lost if nobody gets to see them.
pub(crate) async fn found(
    unfounded: Unfounded,
    arguments: &FoundationArguments,
    names: ServerNames,
) -> Result<(Installation, Credentials), Failure> {
    let Unfounded { installation, records } = unfounded;
    let order = Order {
        name: arguments.account.clone(),
        region: arguments.region.clone(),
        company: Some(accounts::first_company(&arguments.company)?),
        records,
    };
    let parts = (&*installation.iam, &installation.database);
    let bootstrap = accounts::create(order, parts, origin(&installation), async |bootstrap| {
        // Not before now, so that a name that is refused leaves no authority behind.
        let authority =
            InternalAuthority::open(&installation.directory, names.clone(), installation.tools());
        authority.await?;
        let path = installation.directory.credentials();
        let json = Credentials::of(bootstrap, &installation.directory)
            .render(crate::cli::Rendering::Json)?;
        replace_durably(&path, json.as_bytes()).map_err(|cause| Failure::File {
            act: "write",
            path,
            cause,
        })
    });
    let bootstrap = bootstrap.await?;
    let credentials = Credentials::of(&bootstrap, &installation.directory);
    Ok((installation, credentials))
}

/// Refuses what no first account can be made of, before the disk is touched.
pub(crate) fn check(arguments: &FoundationArguments) -> Result<(), Failure> {
    accounts::check_names(&arguments.account, &arguments.region)?;
    let (company, chosen) = accounts::first_company(&arguments.company)?;
    accounts::check_company(company, chosen)
}

/// The credentials were shown: the file with them goes.
pub(crate) fn forget_credentials(installation: &Installation) -> Result<(), Failure> {
    let path = installation.directory.credentials();
    std::fs::remove_file(&path).map_err(|cause| Failure::File { act: "remove", path, cause })
}

/// The local administrator, acting without a server.
pub(crate) fn origin(installation: &Installation) -> Origin {
    origin_of(installation, rustix::process::getuid().as_raw())
}

/// The server itself.
pub(crate) fn server(installation: &Installation) -> Origin {
    let request_id = RequestId::generate(&*installation.clock, &*installation.random).to_string();
    Origin { actor: Actor::Server, address: None, request_id }
}

/// The local administrator with this user id.
pub(crate) fn origin_of(installation: &Installation, uid: u32) -> Origin {
    let request_id = RequestId::generate(&*installation.clock, &*installation.random).to_string();
    Origin { actor: Actor::OperatingSystem(uid), address: None, request_id }
}
