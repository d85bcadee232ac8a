//! Fills the company fields that a request leaves out.

use super::Company;
use crate::Error;

impl Company {
    /// Whether all four fields are there.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }

    /// This company with `profile` in the place of what is missing.
    ///
    /// # Errors
    ///
    /// `CompanyMissing` names the fields that neither has.
    pub(crate) fn filled_from(self, profile: Option<&Self>) -> Result<Self, Error> {
        let or = |own: String, other: fn(&Self) -> &String| match profile {
            Some(profile) if own.is_empty() => other(profile).clone(),
            _ => own,
        };
        let filled = Self {
            country: or(self.country, |profile| &profile.country),
            province: or(self.province, |profile| &profile.province),
            city: or(self.city, |profile| &profile.city),
            name: or(self.name, |profile| &profile.name),
        };
        match filled.missing() {
            missing if missing.is_empty() => Ok(filled),
            missing => Err(Error::CompanyMissing(missing)),
        }
    }

    /// The fields that are empty, as requests and commands call them.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        [
            ("company_country", &self.country),
            ("company_province", &self.province),
            ("company_city", &self.city),
            ("company_name", &self.name),
        ]
        .into_iter()
        .filter_map(|(field, value)| value.is_empty().then_some(field))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(country: &str, province: &str, city: &str, name: &str) -> Company {
        Company {
            country: country.to_owned(),
            province: province.to_owned(),
            city: city.to_owned(),
            name: name.to_owned(),
        }
    }

    #[test]
    fn only_what_is_missing_is_filled() {
        let profile = company("DE", "Hamburg", "Hamburg", "Example GmbH");

        let filled = company("CN", "", "", "Mine").filled_from(Some(&profile)).unwrap();

        assert_eq!(filled, company("CN", "Hamburg", "Hamburg", "Mine"));
    }

    #[test]
    fn what_nobody_names_is_named() {
        let profile = company("DE", "", "", "");

        let refused = company("", "", "Hamburg", "").filled_from(Some(&profile));

        let expected = vec!["company_province", "company_name"];
        assert!(matches!(refused, Err(Error::CompanyMissing(missing)) if missing == expected));
        assert!(company("DE", "a", "b", "c").filled_from(None).is_ok());
        assert!(company("", "", "", "").filled_from(None).is_err());
    }
}
