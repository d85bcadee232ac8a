//! What is counted of those who are not let in.

use metrics::{counter, describe_counter};

const SIGN_INS: &str = "cinnabar_sign_in_failures_total";
const AUTHENTICATIONS: &str = "cinnabar_authentication_failures_total";

/// Tells the metrics' recorder what signing in counts.
pub fn describe_metrics() {
    describe_counter!(SIGN_INS, "Sign-ins refused, by reason.");
    describe_counter!(AUTHENTICATIONS, "Requests without a valid credential, by reason.");
    counter!(SIGN_INS, "reason" => "locked").absolute(0);
    counter!(SIGN_INS, "reason" => "password wrong").absolute(0);
    counter!(AUTHENTICATIONS, "reason" => "signature wrong").absolute(0);
}

/// Somebody was refused, in the words of the audit trail.
pub(crate) fn refused(action: &str, reason: &'static str) {
    let name = if action == "sign_in" { SIGN_INS } else { AUTHENTICATIONS };
    counter!(name, "reason" => reason).increment(1);
}
