//! Signed requests: the canonical form, for whatever path, query, headers and body.

use iam::signature::verify;
use iam::{Authorization, Error, SignedRequest};

/// What must never be shown to who has sent a wrong signature.
const TOKEN: &str = "token-that-must-not-be-shown";

/// Octets are lines: path, query, the signed headers' names, a value, the body. No such request is
/// signed by an unknown secret, and the answer tells no token and stays in its bounds.
pub fn signed_request(octets: &[u8]) {
    let mut lines = octets.split(|octet| *octet == b'\n');
    let mut text = || lines.next().and_then(|line| std::str::from_utf8(line).ok());
    let (Some(raw_path), Some(raw_query), Some(names)) = (text(), text(), text()) else { return };
    let value = lines.next().unwrap_or_default();
    let body = lines.next().unwrap_or_default();

    // Whoever sends the very text elsewhere, perhaps encoded, is shown it.
    let is_named =
        octets.contains(&b'%') || octets.windows(TOKEN.len()).any(|w| w == TOKEN.as_bytes());

    for credential in [
        "SDK-HMAC-SHA256 Access=AK",
        "SDK-HMAC-SM3 Access=AK",
        "V11-HMAC-SHA256 Credential=AK/20260115/cn-north-4/pca",
    ] {
        let header = format!("{credential}, SignedHeaders={names}, Signature=00");
        let Ok(authorization) = Authorization::parse(&header) else { return };
        let mut headers: Vec<(&str, &[u8])> =
            authorization.names().map(|name| (name, value)).collect();
        headers.push(("x-sdk-date", b"20260115T083000Z"));
        headers.push(("x-auth-token", TOKEN.as_bytes()));
        let request =
            SignedRequest { method: "POST", raw_path, raw_query, headers: &headers, body };

        let first = refusal(&request, &authorization);

        assert!(first.chars().count() <= 4096 && !first.contains(char::is_control), "{first:?}");
        assert!(is_named || !first.contains(TOKEN), "{first:?}");
        assert_eq!(refusal(&request, &authorization), first, "canonical is canonical");
    }
}

/// What a wrong signature is answered.
fn refusal(request: &SignedRequest<'_>, authorization: &Authorization) -> String {
    match verify(request, authorization, b"a secret that nobody has") {
        Err(Error::SignatureWrong { canonical }) => canonical,
        other => panic!("signed by nobody, and yet: {other:?}"),
    }
}
