//! How many authorities may follow below an authority (RFC 5280 §4.2.1.9).
//!
//! A bound is `Option<u8>`: `None` is no bound.

use x509::Certificate;

use crate::{Error, Field};

/// The greatest path length that a caller may ask for.
const GREATEST: u8 = 6;

/// What the API shows where there is no bound.
const UNBOUNDED: u8 = 7;

/// What holds for an authority whose certificate says `own` below an issuer for which `issuer`
/// holds: the least of its own bound and one less than its issuer's.
pub(crate) fn below(issuer: Option<u8>, own: Option<u8>) -> Option<u8> {
    least(issuer.map(|issuer| issuer.saturating_sub(1)), own)
}

/// Checks the path length that is asked for a new authority below an issuer for which `issuer`
/// holds.
///
/// # Errors
///
/// `IssuerRefuses` when no authority may follow; `Invalid` when the new one would allow too many.
pub(crate) fn check(issuer: Option<u8>, asked: u8) -> Result<(), Error> {
    let most = match issuer {
        Some(0) => {
            return Err(Error::IssuerRefuses(
                "its path length is 0, so no certificate authority may follow below it".to_owned(),
            ));
        }
        Some(issuer) => GREATEST.min(issuer - 1),
        None => GREATEST,
    };
    if asked <= most {
        Ok(())
    } else {
        Err(Error::invalid(
            Field::PathLength,
            format!("the path length must be from 0 to {most} below this issuer"),
        ))
    }
}

/// What a certificate of a chain says of the levels below it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Level {
    own: Option<u8>,
    issued: IssuedBy,
}

/// Whether a certificate is a level of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum IssuedBy {
    /// Issuer and subject differ: it counts.
    Another,
    /// Issuer and subject are the same, as where a key is renewed: it does not count.
    Itself,
}

impl Level {
    /// What this certificate says.
    pub(crate) fn of(certificate: &Certificate) -> Self {
        Self {
            own: certificate.basic_constraints().and_then(|constraints| constraints.path_len()),
            issued: if certificate.is_self_issued() { IssuedBy::Itself } else { IssuedBy::Another },
        }
    }
}

/// What holds for the first of `chain`, which is ordered nearest first and ends with its topmost
/// known certificate, above which nothing is counted.
pub(crate) fn along(chain: &[Level]) -> Option<u8> {
    chain.iter().rev().fold(None, |holding, level| match level.issued {
        IssuedBy::Another => below(holding, level.own),
        IssuedBy::Itself => least(holding, level.own),
    })
}

/// The lesser of two bounds.
fn least(one: Option<u8>, other: Option<u8>) -> Option<u8> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (bound, None) | (None, bound) => bound,
    }
}

/// What the API shows for a pathLenConstraint: 7 where there is none.
pub(crate) fn shown(own: Option<u8>) -> u8 {
    own.unwrap_or(UNBOUNDED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_least_bound_holds() {
        for (issuer, own, holding) in [
            (None, None, None),
            (None, Some(3), Some(3)),
            (Some(3), None, Some(2)),
            (Some(3), Some(5), Some(2)),
            (Some(3), Some(1), Some(1)),
            (Some(1), Some(1), Some(0)),
        ] {
            assert_eq!(below(issuer, own), holding, "{issuer:?} {own:?}");
        }
    }

    #[test]
    fn a_child_gets_less_than_its_issuer() {
        for (issuer, asked, allowed) in [
            (None, 6, true),
            (None, 7, false),
            (Some(7), 6, true),
            (Some(6), 6, false),
            (Some(6), 5, true),
            (Some(1), 0, true),
            (Some(1), 1, false),
            (Some(255), 6, true),
        ] {
            assert_eq!(check(issuer, asked).is_ok(), allowed, "{issuer:?} {asked}");
        }
        assert!(matches!(check(Some(0), 0), Err(Error::IssuerRefuses(_))));
    }

    #[test]
    fn every_level_of_a_chain_counts_but_those_that_issued_themselves() {
        let another = |own| Level { own, issued: IssuedBy::Another };
        let itself = |own| Level { own, issued: IssuedBy::Itself };
        for (chain, holding) in [
            (vec![another(None)], None),
            (vec![another(Some(2))], Some(2)),
            (vec![another(None), itself(None)], None),
            (vec![another(None), itself(Some(3))], Some(2)),
            (vec![another(None), another(None), itself(Some(3))], Some(1)),
            (vec![another(None), itself(None), another(None), itself(Some(3))], Some(1)),
            (vec![another(Some(5)), itself(Some(1)), another(None), itself(None)], Some(0)),
            (vec![another(Some(0)), another(Some(4)), itself(None)], Some(0)),
        ] {
            assert_eq!(along(&chain), holding, "{chain:?}");
        }
    }

    #[test]
    fn no_bound_is_shown_as_seven() {
        assert_eq!(shown(None), 7);
        assert_eq!(shown(Some(0)), 0);
    }

    proptest! {
        #[test]
        fn every_level_holds_less_than_the_one_above(
            top in proptest::option::of(any::<u8>()),
            below_it in proptest::collection::vec(proptest::option::of(any::<u8>()), 0..12),
        ) {
            let mut holding = top;
            for own in below_it {
                let next = below(holding, own);
                if let Some(above) = holding {
                    prop_assert!(next.is_some_and(|next| next < above || above == 0));
                }
                if let Some(own) = own {
                    prop_assert!(next.is_some_and(|next| next <= own));
                }
                holding = next;
            }
        }

        #[test]
        fn what_is_allowed_is_what_then_holds(
            issuer in proptest::option::of(any::<u8>()), asked in any::<u8>(),
        ) {
            if check(issuer, asked).is_ok() {
                prop_assert_eq!(below(issuer, Some(asked)), Some(asked));
            }
        }

        #[test]
        fn no_chain_is_deeper_than_its_bound(top in 0_u8..=6) {
            let mut holding = below(None, Some(top));
            let mut depth = 0;
            while let Some(bound) = holding
                && check(holding, bound.saturating_sub(1)).is_ok()
            {
                holding = below(holding, Some(bound - 1));
                depth += 1;
            }
            prop_assert_eq!(depth, top);
        }
    }
}
