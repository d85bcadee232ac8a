//! Under which URL relying parties reach the public listener.

use pki::PublicUrl;

use crate::configuration::Configuration;
use crate::listener::Listener;

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
