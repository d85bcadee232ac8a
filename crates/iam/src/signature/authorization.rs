//! The `Authorization` header of a signed request.

use crate::{Error, SignedRequest};

/// How many headers may be signed.
const MAX_SIGNED_HEADERS: usize = 64;
/// How many octets the whole header may have: 64 names of 64 octets and some.
const MAX_LENGTH: usize = 5000;
/// How many characters the name of a region or service may have.
const MAX_DERIVATION_NAME: usize = 64;
/// How many characters the name of an access key may have.
const MAX_ACCESS: usize = 64;

/// Words of algorithms that clients know and this server does not.
const UNSUPPORTED: [&str; 2] = ["SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3"];

/// A signature algorithm, by the first word of the header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// `SDK-HMAC-SHA256`.
    HmacSha256,
    /// `V11-HMAC-SHA256`: SHA-256, with a key that is derived for a day, a region and a service.
    DerivedHmacSha256,
    /// `SDK-HMAC-SM3`.
    HmacSm3,
}

impl Algorithm {
    /// Every algorithm.
    const ALL: [Self; 3] = [Self::HmacSha256, Self::DerivedHmacSha256, Self::HmacSm3];

    /// The algorithm's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::HmacSha256 => "SDK-HMAC-SHA256",
            Self::DerivedHmacSha256 => "V11-HMAC-SHA256",
            Self::HmacSm3 => "SDK-HMAC-SM3",
        }
    }
}

/// For what a key was derived: a day, a region and a service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Derivation {
    info: String,
}

impl Derivation {
    /// Parses `<yyyymmdd>/<region>/<service>`. The region is a region's identifier or `globe`;
    /// which services there are, clients and their users decide.
    fn parse(info: &str) -> Option<Self> {
        let mut parts = info.split('/');
        let (date, region, service) = (parts.next()?, parts.next()?, parts.next()?);
        let is_date = date.len() == 8 && date.bytes().all(|c| c.is_ascii_digit());
        let is_name = |name: &str| {
            (1..=MAX_DERIVATION_NAME).contains(&name.len())
                && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
        };
        let legal = is_date && is_name(region) && is_name(service) && parts.next().is_none();
        legal.then(|| Self { info: info.to_owned() })
    }

    /// The text that went into the key: `<yyyymmdd>/<region>/<service>`.
    pub fn info(&self) -> &str {
        &self.info
    }

    /// The day: `yyyymmdd`.
    pub fn day(&self) -> &str {
        self.info.split('/').next().unwrap_or_default()
    }
}

/// A parsed `Authorization` header.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authorization {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The name of the access key.
    pub access: String,
    /// For which the key was derived; `None` when the secret itself is the key.
    pub derivation: Option<Derivation>,
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

    /// Parses `<algorithm> Access=<access>, SignedHeaders=<names>, Signature=<hex>`, for the derived
    /// algorithm with `Credential=<access>/<yyyymmdd>/<region>/<service>` in the first place.
    pub fn parse(value: &str) -> Result<Self, Error> {
        let malformed = Error::AuthorizationMalformed;
        if value.len() > MAX_LENGTH {
            return Err(malformed("it is too long"));
        }
        let (word, rest) = value.trim().split_once(' ').ok_or(malformed("there is one word"))?;
        let algorithm = Algorithm::ALL.into_iter().find(|algorithm| algorithm.word() == word);
        let algorithm = algorithm.ok_or(malformed("the algorithm is not supported"))?;

        let credential = match algorithm {
            Algorithm::DerivedHmacSha256 => "Credential",
            Algorithm::HmacSha256 | Algorithm::HmacSm3 => "Access",
        };
        let (mut access, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) =
                part.trim().split_once('=').ok_or(malformed("a part has no equals sign"))?;
            let slot = match name {
                name if name == credential => &mut access,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(malformed("a part is not known")),
            };
            if slot.replace(value).is_some() {
                return Err(malformed("a part comes twice"));
            }
        }

        let access = access.ok_or(malformed("no access key"))?;
        let (access, derivation) = match algorithm {
            Algorithm::DerivedHmacSha256 => {
                let (access, info) = access.split_once('/').ok_or(malformed("no derivation"))?;
                let derivation = Derivation::parse(info);
                (access, Some(derivation.ok_or(malformed("the derivation is malformed"))?))
            }
            Algorithm::HmacSha256 | Algorithm::HmacSm3 => (access, None),
        };
        let access =
            Some(access).filter(|text| is_access(text)).ok_or(malformed("no access key"))?;
        let signed_headers = signed_headers
            .filter(|text| is_list(text))
            .ok_or(malformed("the signed headers are not a list of header names"))?;
        let signature = signature
            .filter(|text| !text.is_empty() && text.bytes().all(|c| c.is_ascii_hexdigit()))
            .ok_or(malformed("the signature is not hexadecimal"))?;
        Ok(Self {
            algorithm,
            access: access.to_owned(),
            derivation,
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
    fn a_derived_key_names_day_region_and_service() {
        let text =
            "V11-HMAC-SHA256 Credential=AK/20260115/globe/ccm, SignedHeaders=a, Signature=0a";

        let parsed = Authorization::parse(text).unwrap();

        assert_eq!(
            (parsed.algorithm, parsed.access.as_str()),
            (Algorithm::DerivedHmacSha256, "AK")
        );
        let derivation = parsed.derivation.unwrap();
        assert_eq!((derivation.info(), derivation.day()), ("20260115/globe/ccm", "20260115"));
    }

    #[test]
    fn a_malformed_derivation_is_refused() {
        for credential in [
            "Credential=AK",
            "Credential=AK/20260115",
            "Credential=AK/20260115/globe",
            "Credential=AK/20260115/globe/",
            "Credential=AK/20260115//ccm",
            "Credential=AK/2026011/globe/ccm",
            "Credential=AK/2026011x/globe/ccm",
            "Credential=AK/20260115/globe/ccm/more",
            "Credential=AK/20260115/gl obe/ccm",
            "Credential=/20260115/globe/ccm",
            "Access=AK",
            "Access=AK/20260115/globe/ccm",
        ] {
            let text = format!("V11-HMAC-SHA256 {credential}, SignedHeaders=a, Signature=0a");
            let answer = Authorization::parse(&text);

            assert!(matches!(answer, Err(Error::AuthorizationMalformed(_))), "{text}: {answer:?}");
        }
        let other =
            "SDK-HMAC-SHA256 Credential=AK/20260115/globe/ccm, SignedHeaders=a, Signature=0a";
        assert!(Authorization::parse(other).is_err());
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
