//! Under which URL relying parties reach the public listener.

use crate::Error;

/// The URL of the public listener. What certificates say of it stays in them for ever, so an address
/// that nobody outside can reach goes into none unless nobody outside can reach anything here.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum PublicUrl {
    /// The administrator gave it.
    Given(String),
    /// Nobody gave one, and every listener is on a loopback address: so is this one.
    Loopback(String),
    /// Nobody gave one. What needs it is refused.
    #[default]
    Unknown,
}

impl PublicUrl {
    /// The URL, without a slash at its end.
    pub fn base(&self) -> Option<&str> {
        match self {
            Self::Given(url) | Self::Loopback(url) => Some(url.trim_end_matches('/')),
            Self::Unknown => None,
        }
    }

    /// The URL of what lies at `path` there.
    pub(crate) fn join(&self, path: &str) -> Option<String> {
        self.base().map(|base| format!("{base}/{path}"))
    }

    /// The URL of what lies at `path` there.
    ///
    /// # Errors
    ///
    /// `PublicUrlUnknown`, which names the setting.
    pub(crate) fn needed(&self, path: &str) -> Result<String, Error> {
        self.join(path).ok_or(Error::PublicUrlUnknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_the_url_after_one_slash() {
        for given in ["http://pki.example.org/x", "http://pki.example.org/x/"] {
            let url = PublicUrl::Given(given.to_owned());

            assert_eq!(url.join("ca/1.cer").unwrap(), "http://pki.example.org/x/ca/1.cer");
        }
    }

    #[test]
    fn without_a_url_the_refusal_names_the_setting_and_the_listener() {
        let refused = PublicUrl::Unknown.needed("crl/a.crl").unwrap_err();

        assert!(refused.to_string().contains("public_url"), "{refused}");
        assert!(refused.to_string().contains("listener must be there"), "{refused}");
    }
}
