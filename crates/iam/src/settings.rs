//! What an operator can set.

use std::time::Duration;

use crate::PasswordCost;

/// The settings of [`crate::Iam`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a token lives after a sign-in with a password.
    pub token_lifetime: Duration,
    /// How far the date of a signature may be from the server's clock, in both directions.
    pub clock_skew: Duration,
    /// What a password hash costs.
    pub password_cost: PasswordCost,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token_lifetime: Duration::from_secs(24 * 60 * 60),
            clock_skew: Duration::from_secs(15 * 60),
            password_cost: PasswordCost::default(),
        }
    }
}
