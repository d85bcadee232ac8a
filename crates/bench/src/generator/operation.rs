//! What a load is made of.

use std::fmt;

use serde::Serialize;

/// One kind of request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Operation {
    /// A certificate by certification request.
    Issue,
    /// A certificate with a key that the service makes.
    IssueKey,
    /// One certificate's fields.
    Show,
    /// A page of ten.
    List,
    /// A revocation.
    Revoke,
    /// A certificate and its chain as texts.
    Export,
    /// An OCSP request, over the public listener.
    Ocsp,
}

impl Operation {
    /// All of them, in the order of their places.
    pub(crate) const ALL: [Self; 7] = [
        Self::Issue,
        Self::IssueKey,
        Self::Show,
        Self::List,
        Self::Revoke,
        Self::Export,
        Self::Ocsp,
    ];

    /// Its word in a mix and in a table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::IssueKey => "issue-key",
            Self::Show => "show",
            Self::List => "list",
            Self::Revoke => "revoke",
            Self::Export => "export",
            Self::Ocsp => "ocsp",
        }
    }

    /// Its place among all.
    pub(crate) fn place(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_stands_in_its_place() {
        for (place, operation) in Operation::ALL.into_iter().enumerate() {
            assert_eq!(operation.place(), place);
        }
    }
}
