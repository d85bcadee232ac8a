//! Sets the enterprise profile of an account.

use ledger::{AccountId, Author};
use x509::AttributeType;
use x509::Name;

use super::{Company, CompanyProfile, ProfileOrigin};
use crate::commit::{Decisions, Settled};
use crate::text::is_unseen;
use crate::{Error, Field, Pki, subject};

/// The profile of an account, checked as certification requests need it.
///
/// # Errors
///
/// `CompanyMissing` names the fields that are empty; `Invalid` the first that is blank, has control
/// or format characters, or breaks its bound (RFC 5280 appendix A.1).
pub fn profile_record(
    account: AccountId,
    company: Company,
    origin: ProfileOrigin,
) -> Result<CompanyProfile, Error> {
    let company = company.filled_from(None)?;
    for (field, part, text) in [
        (Field::State, "state or province", &company.province),
        (Field::Locality, "locality", &company.city),
        (Field::Organization, "organization", &company.name),
    ] {
        if text.trim().is_empty() || text.chars().any(is_unseen) {
            let problem = format!("the {part} is blank or has control or format characters");
            return Err(Error::invalid(field, problem));
        }
    }
    Name::from_attributes(&company.attributes(&company.country)).map_err(subject::refused_part)?;
    Ok(CompanyProfile { account, company, origin })
}

impl Company {
    /// C, ST, L and O, with the country written as `country`.
    pub(crate) fn attributes<'a>(&'a self, country: &'a str) -> [(AttributeType, &'a str); 4] {
        [
            (AttributeType::Country, country),
            (AttributeType::StateOrProvince, &self.province),
            (AttributeType::Locality, &self.city),
            (AttributeType::Organization, &self.name),
        ]
    }
}

impl Pki {
    /// Sets or replaces the enterprise profile of the author's account.
    ///
    /// # Errors
    ///
    /// As [`profile_record`].
    pub async fn set_company(&self, author: &Author, company: Company) -> Result<(), Error> {
        let profile = profile_record(author.account, company, ProfileOrigin::Chosen)?;
        let mut decisions = Decisions::default();
        loop {
            let present = self.store.company(author.account).await?;
            let event = author.event(self.clock.now(), "set_company", author.account);
            let changes = self.changes(author, event);
            let changes = match present {
                Some(present) => changes.replace(profile.clone(), present.version),
                None => changes.insert(profile.clone()),
            };
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ledger::system::{SystemClock, SystemRandom};

    use super::*;

    fn refused(company: Company) -> Error {
        let account = AccountId::generate(&SystemClock, &SystemRandom);
        profile_record(account, company, ProfileOrigin::Chosen).unwrap_err()
    }

    fn example() -> Company {
        Company {
            country: "DE".to_owned(),
            province: "Hamburg".to_owned(),
            city: "Hamburg".to_owned(),
            name: "Example GmbH".to_owned(),
        }
    }

    #[test]
    fn a_profile_fits_into_a_subject() {
        for (company, field) in [
            (Company { country: "DEU".to_owned(), ..example() }, Field::Country),
            (Company { province: "x".repeat(129), ..example() }, Field::State),
            (Company { province: " ".to_owned(), ..example() }, Field::State),
            (Company { name: "gpj\u{202e}.exe".to_owned(), ..example() }, Field::Organization),
            (Company { city: "x".repeat(129), ..example() }, Field::Locality),
            (Company { name: "x".repeat(65), ..example() }, Field::Organization),
        ] {
            let error = refused(company);
            assert!(matches!(error, Error::Invalid { field: found, .. } if found == field));
        }
    }

    #[test]
    fn a_profile_has_all_four_fields() {
        let error = refused(Company { city: String::new(), ..example() });

        assert!(matches!(error, Error::CompanyMissing(missing) if missing == ["company_city"]));
    }
}
