//! Where relying parties find CRLs.

/// Where relying parties are to find an authority's complete CRL.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CrlAddress {
    /// In this bucket, where the service publishes it.
    Bucket(Location),
    /// At this URL, where the account's people put it.
    Custom(String),
    /// At an address that the service chooses. It serves none there, so there is none to tell.
    System,
}

/// An object in a bucket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Location {
    /// The bucket, by the name that the configuration gives it.
    pub bucket: String,
    /// The object's name, without `.crl`.
    pub name: String,
}
