//! What an uploaded certification request says of itself.

use x509::{AttributeType, CertificationRequest, GeneralName};

use super::{Usage, names};
use crate::company::Company;
use crate::text::is_unseen;
use crate::{Error, Field};

/// What is wrong with a request that no certificate for a host can come from.
const NAMELESS: &str = "the CSR's common name is neither a domain name nor an IP address, and no \
                        DNS or IP name is among its alternative names";

/// The fields of a certification request that are read from its content.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Derived {
    /// The last CN where it is a domain name or an IP address, or the first alternative name that is.
    pub(super) domain_name: String,
    /// The other names, joined with commas.
    pub(super) sans: String,
    /// `Enterprise` where there is an O.
    pub(super) usage: Usage,
    /// C, ST, L and O.
    pub(super) company: Company,
}

impl Derived {
    /// Reads what the request says.
    ///
    /// # Errors
    ///
    /// `Invalid` when it names no domain and no address, or has control or format characters
    /// where people read.
    pub(super) fn read(request: &CertificationRequest) -> Result<Self, Error> {
        let subject = request.subject();
        let part = |kind| subject.attribute(kind).unwrap_or_default();
        let alternative_names = request.subject_alt_names();
        let common_name = part(AttributeType::CommonName);
        let is_name = |text: &String| names::parse(text, Field::Csr).is_ok();
        let first = || {
            alternative_names
                .iter()
                .filter(|name| matches!(name, GeneralName::Dns(_) | GeneralName::Ip(_)))
                .filter_map(names::text)
                .find(is_name)
        };
        let domain_name = match Some(common_name).filter(is_name).or_else(first) {
            Some(name) => name,
            None => return Err(invalid(NAMELESS)),
        };
        let further: Vec<String> = alternative_names
            .iter()
            .filter_map(names::text)
            .filter(|text| !text.eq_ignore_ascii_case(&domain_name))
            .collect();
        let company = Company {
            country: part(AttributeType::Country),
            province: part(AttributeType::StateOrProvince),
            city: part(AttributeType::Locality),
            name: part(AttributeType::Organization),
        };
        let usage = if company.name.is_empty() { Usage::Personal } else { Usage::Enterprise };
        let derived = Self { domain_name, sans: further.join(","), usage, company };
        if derived.texts().iter().any(|text| text.chars().any(is_unseen)) {
            return Err(invalid("the CSR has control or format characters in its names"));
        }
        Ok(derived)
    }

    fn texts(&self) -> [&str; 6] {
        let Company { country, province, city, name } = &self.company;
        [&self.domain_name, &self.sans, country, province, city, name]
    }
}

fn invalid(problem: &str) -> Error {
    Error::invalid(Field::Csr, problem)
}
