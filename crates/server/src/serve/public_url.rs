//! Under which URL relying parties reach the public listener.

use pki::PublicUrl;

use crate::configuration::{Configuration, FileSettings};
use crate::listener::Listener;

/// Tells at `init` what the settings file has `serve` decide, unless a flag or variable says otherwise:
/// the first certificates may be issued minutes later, and keep their addresses.
pub(crate) fn foretell(file: &FileSettings) {
    let listen = [file.listen, file.public_listen, file.admin_listen];
    let is_local = file.behind_proxy.as_ref().is_none_or(Vec::is_empty)
        && listen.into_iter().flatten().all(|address| address.ip().is_loopback());
    match (&file.public_url, is_local) {
        (Some(_), _) => {}
        (None, true) => tracing::warn!(
            "public_url is not set: certificates will tell a loopback address, which only this machine \
             reaches; set it before you issue any for others"
        ),
        (None, false) => tracing::warn!(
            "public_url is not set: what needs an address for relying parties will be refused"
        ),
    }
}

/// The URL that was given. Without one, the public listener's own address if it and all the others
/// are on loopback addresses and no proxy stands before them: nobody outside could use what carries it,
/// and nobody outside gets any.
pub(super) fn decide(
    configuration: &Configuration,
    [api, public, admin]: [Option<&Listener>; 3],
) -> PublicUrl {
    if let Some(url) = &configuration.public_url {
        return PublicUrl::Given(url.clone());
    }
    let all = [api, public, admin];
    let is_local = configuration.behind_proxy.is_empty()
        && all.into_iter().flatten().all(|listener| listener.address().ip().is_loopback());
    match public {
        Some(public) if is_local => {
            let url = format!("http://{}", public.address());
            tracing::warn!(
                url,
                "public_url is not set: new certificates tell this address, which only this machine \
                 reaches"
            );
            PublicUrl::Loopback(url)
        }
        _ => {
            tracing::warn!(
                "public_url is not set: what needs an address for relying parties is refused"
            );
            PublicUrl::Unknown
        }
    }
}
