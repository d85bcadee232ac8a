//! A secret text in a request: wiped when dropped, never printed.

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A secret text in a request.
#[derive(Clone)]
pub(crate) struct Secret(pub(crate) Zeroizing<String>);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}
