//! The `Authorization` header of a signed request.

use crate::{Error, SignedRequest};

/// How many headers may be signed.
const MAX_SIGNED_HEADERS: usize = 64;
/// How many octets the whole header may have: 64 names of 64 octets and some.
const MAX_LENGTH: usize = 5000;
/// How many characters the name of an access key may have.
const MAX_ACCESS: usize = 64;

/// Words of algorithms that clients know and this server does not.
const UNSUPPORTED: [&str; 3] = ["V11-HMAC-SHA256", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3"];

/// A signature algorithm, by the first word of the header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// `SDK-HMAC-SHA256`.
    HmacSha256,
    /// `SDK-HMAC-SM3`.
    HmacSm3,
}

impl Algorithm {
    /// Every algorithm.
    const ALL: [Self; 2] = [Self::HmacSha256, Self::HmacSm3];

    /// The algorithm's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::HmacSha256 => "SDK-HMAC-SHA256",
            Self::HmacSm3 => "SDK-HMAC-SM3",
        }
    }
}

/// A parsed `Authorization` header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authorization {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The name of the access key.
    pub access: String,
    /// The signed headers' names, as received: lower case, `;` between them.
    pub signed_headers: String,
    /// The signature, lower-case hex.
    pub signature: String,
}

impl Authorization {
    /// The signature that `request` carries: `None` when no `Authorization` header begins with
    /// the word of a signature algorithm; an error when it is malformed or there are two.
    pub fn of(request: &SignedRequest<'_>) -> Result<Option<Self>, Error> {
        let mut found = None;
        for value in request.values("authorization") {
            let Ok(value) = std::str::from_utf8(value) else { continue };
            if !Self::is_signature(value) {
                continue;
            }
            if found.is_some() {
                return Err(Error::AuthorizationMalformed("there are two signatures"));
            }
            found = Some(Self::parse(value)?);
        }
        Ok(found)
    }

    /// Whether `value` begins with the word of a signature algorithm; otherwise it is some other
    /// scheme, to be ignored.
    pub fn is_signature(value: &str) -> bool {
        let word = value.trim_start().split(' ').next().unwrap_or_default();
        Algorithm::ALL.iter().any(|algorithm| algorithm.word() == word)
            || UNSUPPORTED.contains(&word)
    }

    /// Parses `<algorithm> Access=<access>, SignedHeaders=<names>, Signature=<hex>`.
    pub fn parse(value: &str) -> Result<Self, Error> {
        let malformed = Error::AuthorizationMalformed;
        if value.len() > MAX_LENGTH {
            return Err(malformed("it is too long"));
        }
        let (word, rest) = value.trim().split_once(' ').ok_or(malformed("there is one word"))?;
        let algorithm = Algorithm::ALL.into_iter().find(|algorithm| algorithm.word() == word);
        let algorithm = algorithm.ok_or(malformed("the algorithm is not supported"))?;

        let (mut access, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) =
                part.trim().split_once('=').ok_or(malformed("a part has no equals sign"))?;
            let slot = match name {
                "Access" => &mut access,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(malformed("a part is not known")),
            };
            if slot.replace(value).is_some() {
                return Err(malformed("a part comes twice"));
            }
        }

        let access = access.filter(|text| is_access(text)).ok_or(malformed("no access key"))?;
        let signed_headers = signed_headers
            .filter(|text| is_list(text))
            .ok_or(malformed("the signed headers are not a list of header names"))?;
        let signature = signature
            .filter(|text| !text.is_empty() && text.bytes().all(|c| c.is_ascii_hexdigit()))
            .ok_or(malformed("the signature is not hexadecimal"))?;
        Ok(Self {
            algorithm,
            access: access.to_owned(),
            signed_headers: signed_headers.to_owned(),
            signature: signature.to_owned(),
        })
    }

    /// The names of the signed headers, in the order given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }
}

fn is_access(text: &str) -> bool {
    (1..=MAX_ACCESS).contains(&text.len()) && text.bytes().all(|c| c.is_ascii_alphanumeric())
}

/// Whether `text` is a list of distinct header names in lower case. An underscore is not among
/// the letters: no client signs such a name, and proxies mix it up with the dash.
fn is_list(text: &str) -> bool {
    let mut names: Vec<&str> = text.split(';').collect();
    let is_name = |name: &&str| {
        !name.is_empty()
            && name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
    };
    let count = names.len();
    let legal = count <= MAX_SIGNED_HEADERS && names.iter().all(is_name);
    names.sort_unstable();
    names.dedup();
    legal && names.len() == count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_after_commas_are_optional() {
        for text in [
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK,SignedHeaders=host;x-sdk-date,Signature=0a",
            "SDK-HMAC-SHA256  Signature=0a,  Access=AK, SignedHeaders=host;x-sdk-date",
        ] {
            let parsed = Authorization::parse(text).unwrap();

            assert_eq!(parsed.algorithm, Algorithm::HmacSha256);
            assert_eq!(parsed.access, "AK");
            assert_eq!(parsed.names().collect::<Vec<_>>(), ["host", "x-sdk-date"]);
            assert_eq!(parsed.signature, "0a");
        }
    }

    #[test]
    fn malformed_headers_are_refused() {
        let long = "x".repeat(5000);
        let many = (0..65).map(|n| format!("x{n}")).collect::<Vec<_>>().join(";");
        for text in [
            "",
            "SDK-HMAC-SHA256",
            "SDK-HMAC-SHA256 ",
            "SDK-HMAC-MD5 Access=AK, SignedHeaders=a, Signature=0a",
            "V11-HMAC-SHA256 Access=AK, SignedHeaders=a, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a",
            "SDK-HMAC-SHA256 Access=, SignedHeaders=a, Signature=0a",
            "SDK-HMAC-SHA256 Access=A B, SignedHeaders=a, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, Access=AK, SignedHeaders=a, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a;;b, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a;a, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=Host, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=x_y, Signature=0a",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a, Signature=",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a, Signature=xyz",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=a, Signature=0a, More=1",
            &format!("SDK-HMAC-SHA256 Access=AK, SignedHeaders={many}, Signature=0a"),
            &format!("SDK-HMAC-SHA256 Access=AK, SignedHeaders={long}, Signature=0a"),
        ] {
            let answer = Authorization::parse(text);

            assert!(matches!(answer, Err(Error::AuthorizationMalformed(_))), "{text}: {answer:?}");
        }
    }

    #[test]
    fn only_the_words_of_signature_algorithms_make_a_signature() {
        assert!(Authorization::is_signature("SDK-HMAC-SM3 Access=AK"));
        assert!(Authorization::is_signature("V11-HMAC-SHA256 Credential=AK"));
        assert!(!Authorization::is_signature("Bearer SDK-HMAC-SM3"));
        assert!(!Authorization::is_signature("Basic YTpi"));
        assert!(!Authorization::is_signature(""));
    }
}
