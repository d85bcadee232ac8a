//! Whether names obey the constraints (RFC 5280 §4.2.1.10, §6.1.3 (b) and (c)).

use super::{
    NameConstraints, Subtree,
    subtree::Position::{self, Across, Inside, OtherForm, Outside, Undecidable},
};
use crate::{general_name::GeneralName, name::Name, oid};

/// The most octets that are compared: every name with every subtree. Honest certificates stay far below.
const MAX_OCTETS: usize = 1 << 21;

/// What a comparison costs beside its octets, in octets.
const COMPARISON: usize = 16;

/// Which name broke the constraints.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// The name lies in no permitted subtree of its form.
    #[error("{0} is not among the permitted names")]
    NotPermitted(String),
    /// The name lies, or a name under its wildcard may lie, in an excluded subtree.
    #[error("{0} is among the excluded names")]
    Excluded(String),
    /// There are too many names and subtrees to compare.
    #[error("too many names and name constraints")]
    TooMany,
}

impl NameConstraints {
    /// Checks the names of a certificate below: its subject, the e-mail addresses in its subject, and its
    /// alternative names.
    ///
    /// # Errors
    /// [`Violation`] naming the first one that is not allowed.
    pub fn permits(&self, subject: &Name, names: &[GeneralName]) -> Result<(), Violation> {
        let directory = (!subject.is_empty()).then(|| GeneralName::Directory(subject.clone()));
        let emails = subject
            .attributes()
            .filter(|attribute| *attribute.oid() == oid::EMAIL_ADDRESS)
            .filter_map(|attribute| attribute.text().map(GeneralName::Email));
        let of_subject: Vec<GeneralName> = directory.into_iter().chain(emails).collect();

        let all = || of_subject.iter().chain(names);
        if self.compared_octets(all()) > MAX_OCTETS {
            return Err(Violation::TooMany);
        }
        all().try_for_each(|name| self.permits_name(name))
    }

    /// How many octets there are to compare: each name once for each subtree, and the other way round.
    fn compared_octets<'a>(&self, names: impl Iterator<Item = &'a GeneralName>) -> usize {
        let subtrees = self.permitted.iter().chain(&self.excluded);
        let (names, name_octets) = count_and_cost(names.map(GeneralName::octets));
        let (subtrees, subtree_octets) = count_and_cost(subtrees.map(Subtree::octets));
        let of_names = name_octets.saturating_mul(subtrees);
        of_names.saturating_add(subtree_octets.saturating_mul(names))
    }

    fn permits_name(&self, name: &GeneralName) -> Result<(), Violation> {
        let excludes = |subtree: &Subtree| match subtree.position(name) {
            Inside | Across | Undecidable => true,
            Outside | OtherForm => false,
        };
        if self.excluded.iter().any(excludes) {
            return Err(Violation::Excluded(name.to_string()));
        }
        let mut positions: Vec<Position> =
            self.permitted.iter().map(|subtree| subtree.position(name)).collect();
        positions.retain(|position| *position != OtherForm);
        if positions.is_empty() || positions.contains(&Inside) {
            Ok(())
        } else {
            Err(Violation::NotPermitted(name.to_string()))
        }
    }
}

/// How many things of these lengths there are, and what it costs to look at each once.
fn count_and_cost(lengths: impl Iterator<Item = usize>) -> (usize, usize) {
    lengths.fold((0, 0), |(count, octets), length| (count + 1, octets + length + COMPARISON))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::AttributeType::{CommonName, Country};

    fn dns(text: &str) -> GeneralName {
        GeneralName::Dns(text.to_owned())
    }

    fn subject() -> Name {
        Name::from_attributes(&[(Country, "CN"), (CommonName, "a")]).unwrap()
    }

    #[test]
    fn forms_without_a_permitted_subtree_are_free() {
        let constraints = NameConstraints {
            permitted: vec![Subtree::Dns("example.com".to_owned())],
            excluded: vec![],
        };

        let email = GeneralName::Email("a@example.org".to_owned());
        assert_eq!(constraints.permits(&subject(), &[dns("a.example.com"), email]), Ok(()));
        assert_eq!(
            constraints.permits(&subject(), &[dns("example.org")]),
            Err(Violation::NotPermitted("DNS:example.org".to_owned()))
        );
    }

    #[test]
    fn excluded_wins_over_permitted_also_under_a_wildcard() {
        let constraints = NameConstraints {
            permitted: vec![Subtree::Dns("example.com".to_owned())],
            excluded: vec![Subtree::Dns("secret.example.com".to_owned())],
        };

        assert_eq!(constraints.permits(&subject(), &[dns("a.example.com")]), Ok(()));
        for name in ["secret.example.com", "a.secret.example.com", "*.example.com"] {
            assert!(constraints.permits(&subject(), &[dns(name)]).is_err(), "{name}");
        }
    }

    #[test]
    fn the_subject_counts_as_a_directory_name_unless_it_is_empty() {
        let germany = Name::from_attributes(&[(Country, "DE")]).unwrap();
        let constraints =
            NameConstraints { permitted: vec![Subtree::Directory(germany)], excluded: vec![] };

        assert!(constraints.permits(&subject(), &[]).is_err());
        let nobody = Name::from_attributes(&[]).unwrap();
        assert_eq!(constraints.permits(&nobody, &[dns("a")]), Ok(()));
    }

    #[test]
    fn a_form_that_is_not_understood_is_refused_where_it_is_constrained() {
        let other = GeneralName::Other(vec![0x88, 2, 0x2a, 3]);
        let constraints = NameConstraints {
            permitted: vec![Subtree::Other(vec![0x88, 2, 0x2a, 3])],
            excluded: vec![],
        };

        assert!(constraints.permits(&subject(), &[other]).is_err());
    }

    #[test]
    fn absurd_numbers_are_refused_at_once() {
        let constraints = NameConstraints {
            permitted: vec![Subtree::Dns("a".to_owned()); 1000],
            excluded: vec![],
        };

        assert_eq!(constraints.permits(&subject(), &vec![dns("a"); 1000]), Err(Violation::TooMany));
    }

    #[test]
    fn absurd_lengths_are_refused_at_once() {
        let long = "x".repeat(60);
        let huge = Name::from_attributes(&vec![(CommonName, long.as_str()); 800]).unwrap();
        let short = Name::from_attributes(&[(CommonName, "a")]).unwrap();
        let constraints = |root: &Name, count| NameConstraints {
            permitted: vec![],
            excluded: vec![Subtree::Directory(root.clone()); count],
        };

        assert_eq!(constraints(&short, 3000).permits(&huge, &[]), Err(Violation::TooMany));
        let names = vec![GeneralName::Directory(short.clone()); 3000];
        assert_eq!(constraints(&huge, 1).permits(&short, &names), Err(Violation::TooMany));
        assert_eq!(constraints(&short, 10).permits(&huge, &[]), Ok(()));
    }

    #[test]
    fn a_hundred_names_under_a_hundred_subtrees_are_compared() {
        let host = |number| format!("host-{number}.department.example.com");
        let constraints = NameConstraints {
            permitted: (0..100).map(|number| Subtree::Dns(host(number))).collect(),
            excluded: vec![],
        };
        let names: Vec<GeneralName> = (0..100).map(|number| dns(&host(number))).collect();

        assert_eq!(constraints.permits(&subject(), &names), Ok(()));
    }
}
