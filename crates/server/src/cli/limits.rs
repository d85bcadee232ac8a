//! How much `cinnabar serve` does at once, how often somebody may ask, and how slow a client may be.

use clap::Args;
use serde::Deserialize;

/// Makes the flags with their variables, the section `[limits]` and what both say together, from one
/// table.
macro_rules! limits {
    ($($(#[doc = $text:literal])+ $name:ident, $flag:literal, $variable:literal;)+) => {
        /// What flags and variables say of limits.
        #[derive(Args, Clone, Copy, Debug, Default)]
        #[command(next_help_heading = "Limits")]
        pub(crate) struct LimitArguments {
            $(
                $(#[doc = $text])+
                #[arg(
                    long = $flag,
                    value_name = "N",
                    env = $variable,
                    value_parser = |text: &str| number(text, $variable)
                )]
                pub(crate) $name: Option<u32>,
            )+
        }

        /// `[limits]`
        #[derive(Clone, Copy, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct LimitSettings {
            $($(#[doc = $text])+ pub(crate) $name: Option<u32>,)+
        }

        impl LimitArguments {
            /// Flags and variables over the settings file.
            pub(crate) fn over(self, file: LimitSettings) -> LimitSettings {
                LimitSettings { $($name: self.$name.or(file.$name),)+ }
            }
        }

        impl LimitSettings {
            /// How many of all are said.
            #[cfg(test)]
            pub(crate) fn said(&self) -> (usize, usize) {
                let all = [$(self.$name.is_some()),+];
                (all.iter().filter(|said| **said).count(), all.len())
            }
        }
    };
}

limits! {
    /// API requests worked on at once. Default: 256.
    requests, "limit-requests", "CINNABAR_LIMIT_REQUESTS";
    /// API requests that may wait for their turn; more are told at once to come back. Default: 256.
    requests_waiting, "limit-requests-waiting", "CINNABAR_LIMIT_REQUESTS_WAITING";
    /// Milliseconds that a request may wait for its turn. Default: 1000.
    patience_ms, "limit-patience-ms", "CINNABAR_LIMIT_PATIENCE_MS";
    /// Bodies of API requests waited for at once; one address gets half. Default: 512.
    bodies, "limit-bodies", "CINNABAR_LIMIT_BODIES";
    /// Requests of relying parties worked on at once. Default: 128.
    public_requests, "limit-public-requests", "CINNABAR_LIMIT_PUBLIC_REQUESTS";
    /// Requests of relying parties that may wait for their turn. Default: 128.
    public_requests_waiting, "limit-public-requests-waiting", "CINNABAR_LIMIT_PUBLIC_REQUESTS_WAITING";
    /// Connections open at once on a listener; more wait to be accepted. Default: 4096.
    connections, "limit-connections", "CINNABAR_LIMIT_CONNECTIONS";
    /// Connections of one address; proxies of --behind-proxy have as many as they like. Default: 1024.
    connections_of_address, "limit-connections-of-address", "CINNABAR_LIMIT_CONNECTIONS_OF_ADDRESS";
    /// Seconds for a TLS handshake. Default: 10.
    handshake_seconds, "limit-handshake-seconds", "CINNABAR_LIMIT_HANDSHAKE_SECONDS";
    /// Seconds to send a request's header. Default: 15.
    header_seconds, "limit-header-seconds", "CINNABAR_LIMIT_HEADER_SECONDS";
    /// Seconds to send a request's body. Default: 30.
    body_seconds, "limit-body-seconds", "CINNABAR_LIMIT_BODY_SECONDS";
    /// Octets of a body that must come each second, after ten seconds' grace; 0 is no bound. Default: 1024.
    body_rate, "limit-body-rate", "CINNABAR_LIMIT_BODY_RATE";
    /// Seconds without taking any of an answer after which a client is cut off. Default: 30.
    write_seconds, "limit-write-seconds", "CINNABAR_LIMIT_WRITE_SECONDS";
    /// Seconds that a connection may be kept open between requests. Default: 75.
    idle_seconds, "limit-idle-seconds", "CINNABAR_LIMIT_IDLE_SECONDS";
    /// Requests a second of one account; 0 is no bound. Default: 0.
    account_rate, "limit-account-rate", "CINNABAR_LIMIT_ACCOUNT_RATE";
    /// Requests of one account that may come at once; 0 is those of a second. Default: 0.
    account_burst, "limit-account-burst", "CINNABAR_LIMIT_ACCOUNT_BURST";
    /// Requests a second with one access key, or of one user with tokens; 0 is no bound. Default: 0.
    credential_rate, "limit-credential-rate", "CINNABAR_LIMIT_CREDENTIAL_RATE";
    /// Requests with one credential that may come at once; 0 is those of a second. Default: 0.
    credential_burst, "limit-credential-burst", "CINNABAR_LIMIT_CREDENTIAL_BURST";
    /// Requests a second of all relying parties; 0 is no bound. Default: 0.
    public_rate, "limit-public-rate", "CINNABAR_LIMIT_PUBLIC_RATE";
    /// Requests of all relying parties that may come at once; 0 is those of a second. Default: 0.
    public_burst, "limit-public-burst", "CINNABAR_LIMIT_PUBLIC_BURST";
    /// Requests a second of one address of relying parties; 0 is no bound. Default: 0.
    address_rate, "limit-address-rate", "CINNABAR_LIMIT_ADDRESS_RATE";
    /// Requests of one such address that may come at once; 0 is those of a second. Default: 0.
    address_burst, "limit-address-burst", "CINNABAR_LIMIT_ADDRESS_BURST";
}

/// A number; whoever set the variable has typed no flag and looks for its name.
fn number(text: &str, variable: &str) -> Result<u32, String> {
    text.parse()
        .map_err(|_| format!("the flag, or the variable {variable}, must be a whole number from 0"))
}
