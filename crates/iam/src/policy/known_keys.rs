//! Which keys of conditions there are here, and of what type their values are.

use super::condition::Problem;
use super::context::KeyName;

/// Of what type the value of a key is, and what an operator compares.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ValueType {
    Address,
    Bool,
    Number,
    Text,
    Time,
}

/// The keys that requests have here. Those that end in `/` are followed by the key of a tag.
const KEYS: [(&str, ValueType); 13] = [
    ("g:CurrentTime", ValueType::Time),
    ("g:DomainId", ValueType::Text),
    ("g:DomainName", ValueType::Text),
    ("g:EnterpriseProjectId", ValueType::Text),
    ("g:MFAPresent", ValueType::Bool),
    ("g:PrincipalIsRootUser", ValueType::Bool),
    ("g:RequestTag/", ValueType::Text),
    ("g:ResourceTag/", ValueType::Text),
    ("g:SourceIp", ValueType::Address),
    ("g:TagKeys", ValueType::Text),
    ("g:UserId", ValueType::Text),
    ("g:UserName", ValueType::Text),
    ("pca:CommonName", ValueType::Text),
];

/// Whether a condition about `key` that compares values of this type (`None`: that only asks
/// whether the key is there) can ever hold. Keys of services that are not served are not judged.
pub(crate) fn check(key: &KeyName, compared: Option<ValueType>) -> Result<(), Problem> {
    let name = key.as_str();
    if !["g:", "pca:", "scm:"].iter().any(|service| name.starts_with(service)) {
        return Ok(());
    }
    let is_it = |known: &str| {
        let known = KeyName::new(known);
        if known.as_str().ends_with('/') {
            name.strip_prefix(known.as_str()).is_some_and(|tag| !tag.is_empty())
        } else {
            name == known.as_str()
        }
    };
    let found = KEYS.into_iter().find(|(known, _)| is_it(known));
    let (_, has) = found.ok_or(Problem::Key("there is no such key of conditions here"))?;
    match compared {
        Some(compared) if compared != has => Err(Problem::Operator(unfit(has))),
        _ => Ok(()),
    }
}

fn unfit(has: ValueType) -> &'static str {
    match has {
        ValueType::Address => "the key has an address: use IpAddress or NotIpAddress",
        ValueType::Bool => "the key is true or false: use Bool",
        ValueType::Number => "the key has a number: use an operator that begins with Number",
        ValueType::Text => "the key has a text: use an operator that begins with String",
        ValueType::Time => "the key has a point in time: use an operator that begins with Date",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(key: &str, compared: Option<ValueType>) -> Result<(), Problem> {
        check(&KeyName::new(key), compared)
    }

    #[test]
    fn there_are_the_keys_that_the_document_about_policies_lists() {
        let document = include_str!("../../../../docs/policies.md");
        for (key, _) in KEYS {
            assert!(document.contains(&format!("`{key}")), "{key}");
        }
    }

    #[test]
    fn a_key_is_known_in_whatever_case_and_with_any_tag() {
        for key in ["g:UserName", "G:username", "g:ResourceTag/team", "G:resourcetag/a/b"] {
            assert_eq!(checked(key, Some(ValueType::Text)), Ok(()), "{key}");
            assert_eq!(checked(key, None), Ok(()), "{key}");
        }
    }

    #[test]
    fn keys_of_services_that_are_not_served_are_not_judged() {
        for key in ["ecs:Flavor", "obs:prefix", "x:y"] {
            assert_eq!(checked(key, Some(ValueType::Number)), Ok(()), "{key}");
        }
    }

    #[test]
    fn a_key_that_nothing_provides_is_refused_even_to_ask_for_its_absence() {
        for key in ["g:Usernam", "g:ResourceTag", "g:UserName/x", "pca:Name", "scm:CommonName"] {
            for compared in [None, Some(ValueType::Text)] {
                assert!(matches!(checked(key, compared), Err(Problem::Key(_))), "{key}");
            }
        }
    }

    #[test]
    fn an_operator_of_another_type_is_refused() {
        for (key, compared) in [
            ("g:UserName", ValueType::Number),
            ("g:SourceIp", ValueType::Text),
            ("g:CurrentTime", ValueType::Text),
            ("g:MFAPresent", ValueType::Text),
            ("g:TagKeys", ValueType::Bool),
        ] {
            let refused = checked(key, Some(compared));
            assert!(matches!(refused, Err(Problem::Operator(_))), "{key}");
        }
    }
}
