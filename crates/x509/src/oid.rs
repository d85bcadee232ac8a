//! Object identifiers, and those that X.509 uses here.

use std::{borrow::Cow, fmt, str::FromStr};

use crate::der::DerError;

/// An object identifier. Arcs have at most 128 bits, so those made from UUIDs (X.667) fit.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Cow<'static, [u8]>);

/// The text is not an object identifier in dotted decimal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an object identifier in dotted decimal form")]
pub struct MalformedOid;

/// The longest contents that are read or made, in octets.
const MAX_OCTETS: usize = 128;

impl Oid {
    /// The identifier with these contents octets, which must be correct: for constants.
    #[must_use]
    pub const fn constant(content: &'static [u8]) -> Self {
        Self(Cow::Borrowed(content))
    }

    /// Reads the contents octets of an `OBJECT IDENTIFIER` (X.690 §8.19).
    ///
    /// # Errors
    /// [`DerError::Value`] if they are empty, incomplete, not minimal, or too long.
    pub fn from_content(content: &[u8]) -> Result<Self, DerError> {
        if content.is_empty() || content.len() > MAX_OCTETS {
            return Err(DerError::Value);
        }
        let oid = Self(Cow::Owned(content.to_vec()));
        if oid.sub_identifiers().any(|arc| arc.is_none()) {
            return Err(DerError::Value);
        }
        Ok(oid)
    }

    /// The contents octets.
    #[must_use]
    pub fn content(&self) -> &[u8] {
        &self.0
    }

    /// Whether this identifier is `prefix` or lies below it.
    #[must_use]
    pub fn starts_with(&self, prefix: &Oid) -> bool {
        // Sub-identifiers are self-delimiting, so a prefix of octets that is an OID is a prefix of arcs.
        self.0.starts_with(&prefix.0)
    }

    /// The sub-identifiers; `None` for one that is not minimal, incomplete or too large, which is then the last.
    fn sub_identifiers(&self) -> impl Iterator<Item = Option<u128>> + '_ {
        let mut rest = self.content();
        std::iter::from_fn(move || {
            let first = *rest.first()?;
            let mut value = 0_u128;
            let mut valid = first != 0x80;
            loop {
                let Some((&octet, after)) = rest.split_first() else {
                    return Some(None);
                };
                rest = after;
                valid &= value >> 121 == 0;
                value = value << 7 | u128::from(octet & 0x7f);
                if octet & 0x80 == 0 {
                    break;
                }
            }
            if !valid {
                rest = &[];
            }
            Some(valid.then_some(value))
        })
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, arc) in self.sub_identifiers().flatten().enumerate() {
            match index {
                0 => {
                    let root = (arc / 40).min(2);
                    write!(f, "{root}.{}", arc - root * 40)?;
                }
                _ => write!(f, ".{arc}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Oid {
    type Err = MalformedOid;

    fn from_str(text: &str) -> Result<Self, MalformedOid> {
        let mut arcs = text.split('.').map(arc);
        let (Some(root), Some(second)) = (arcs.next(), arcs.next()) else {
            return Err(MalformedOid);
        };
        let (root, second) = (root?, second?);
        if root > 2 || root < 2 && second > 39 {
            return Err(MalformedOid);
        }
        let first = second.checked_add(root * 40).ok_or(MalformedOid)?;
        let mut content = Vec::new();
        push_sub_identifier(&mut content, first);
        for arc in arcs {
            push_sub_identifier(&mut content, arc?);
            if content.len() > MAX_OCTETS {
                return Err(MalformedOid);
            }
        }
        Ok(Self(Cow::Owned(content)))
    }
}

/// Reads one arc: decimal digits without a leading zero.
fn arc(text: &str) -> Result<u128, MalformedOid> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || text.len() > 1 && text.starts_with('0') {
        return Err(MalformedOid);
    }
    text.parse().map_err(|_| MalformedOid)
}

/// Appends `value` in base 128 (X.690 §8.19.2).
fn push_sub_identifier(content: &mut Vec<u8>, value: u128) {
    let groups = (1..19).rev().filter(|group| value >> (7 * group) != 0);
    for group in groups {
        content.push(0x80 | u8::try_from(value >> (7 * group) & 0x7f).unwrap_or(0));
    }
    content.push(u8::try_from(value & 0x7f).unwrap_or(0));
}

macro_rules! known {
    ($($(#[doc = $doc:literal])* $name:ident = $content:expr;)*) => {
        $($(#[doc = $doc])* pub const $name: Oid = Oid::constant(&$content);)*

        #[cfg(test)]
        const KNOWN: &[(&str, Oid)] = &[$((concat!($($doc),*), $name)),*];
    };
}

known! {
    /// rsaEncryption 1.2.840.113549.1.1.1
    RSA_ENCRYPTION = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    /// md2WithRSAEncryption 1.2.840.113549.1.1.2
    MD2_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 2];
    /// md5WithRSAEncryption 1.2.840.113549.1.1.4
    MD5_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4];
    /// sha1WithRSAEncryption 1.2.840.113549.1.1.5
    SHA1_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
    /// sha256WithRSAEncryption 1.2.840.113549.1.1.11
    SHA256_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    /// sha384WithRSAEncryption 1.2.840.113549.1.1.12
    SHA384_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
    /// sha512WithRSAEncryption 1.2.840.113549.1.1.13
    SHA512_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];
    /// id-ecPublicKey 1.2.840.10045.2.1
    EC_PUBLIC_KEY = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    /// secp256r1 1.2.840.10045.3.1.7
    SECP256R1 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    /// secp384r1 1.3.132.0.34
    SECP384R1 = [0x2b, 0x81, 0x04, 0, 34];
    /// ecdsa-with-SHA1 1.2.840.10045.4.1
    ECDSA_WITH_SHA1 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];
    /// ecdsa-with-SHA256 1.2.840.10045.4.3.2
    ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    /// ecdsa-with-SHA384 1.2.840.10045.4.3.3
    ECDSA_WITH_SHA384 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
    /// ecdsa-with-SHA512 1.2.840.10045.4.3.4
    ECDSA_WITH_SHA512 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4];
    /// sm2p256v1 1.2.156.10197.1.301
    SM2 = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d];
    /// SM2-with-SM3 1.2.156.10197.1.501
    SM2_WITH_SM3 = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75];
    /// id-at-commonName 2.5.4.3
    COMMON_NAME = [0x55, 4, 3];
    /// id-at-countryName 2.5.4.6
    COUNTRY = [0x55, 4, 6];
    /// id-at-localityName 2.5.4.7
    LOCALITY = [0x55, 4, 7];
    /// id-at-stateOrProvinceName 2.5.4.8
    STATE_OR_PROVINCE = [0x55, 4, 8];
    /// id-at-organizationName 2.5.4.10
    ORGANIZATION = [0x55, 4, 10];
    /// id-at-organizationalUnitName 2.5.4.11
    ORGANIZATIONAL_UNIT = [0x55, 4, 11];
    /// id-domainComponent 0.9.2342.19200300.100.1.25
    DOMAIN_COMPONENT = [0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25];
    /// pkcs-9-at-emailAddress 1.2.840.113549.1.9.1
    EMAIL_ADDRESS = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
    /// pkcs-9-at-extensionRequest 1.2.840.113549.1.9.14
    EXTENSION_REQUEST = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14];
    /// szOID_CERT_EXTENSIONS, as old Windows writes extensionRequest 1.3.6.1.4.1.311.2.1.14
    MICROSOFT_EXTENSION_REQUEST = [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 1, 14];
    /// id-ce-subjectKeyIdentifier 2.5.29.14
    SUBJECT_KEY_IDENTIFIER = [0x55, 0x1d, 14];
    /// id-ce-keyUsage 2.5.29.15
    KEY_USAGE = [0x55, 0x1d, 15];
    /// id-ce-subjectAltName 2.5.29.17
    SUBJECT_ALT_NAME = [0x55, 0x1d, 17];
    /// id-ce-basicConstraints 2.5.29.19
    BASIC_CONSTRAINTS = [0x55, 0x1d, 19];
    /// id-ce-issuingDistributionPoint 2.5.29.28
    ISSUING_DISTRIBUTION_POINT = [0x55, 0x1d, 28];
    /// id-ce-cRLNumber 2.5.29.20
    CRL_NUMBER = [0x55, 0x1d, 20];
    /// id-ce-cRLReasons 2.5.29.21
    CRL_REASONS = [0x55, 0x1d, 21];
    /// id-ce-nameConstraints 2.5.29.30
    NAME_CONSTRAINTS = [0x55, 0x1d, 30];
    /// id-ce-cRLDistributionPoints 2.5.29.31
    CRL_DISTRIBUTION_POINTS = [0x55, 0x1d, 31];
    /// id-ce-certificatePolicies 2.5.29.32
    CERTIFICATE_POLICIES = [0x55, 0x1d, 32];
    /// id-ce-policyMappings 2.5.29.33
    POLICY_MAPPINGS = [0x55, 0x1d, 33];
    /// id-ce-authorityKeyIdentifier 2.5.29.35
    AUTHORITY_KEY_IDENTIFIER = [0x55, 0x1d, 35];
    /// id-ce-policyConstraints 2.5.29.36
    POLICY_CONSTRAINTS = [0x55, 0x1d, 36];
    /// id-ce-extKeyUsage 2.5.29.37
    EXTENDED_KEY_USAGE = [0x55, 0x1d, 37];
    /// id-ce-inhibitAnyPolicy 2.5.29.54
    INHIBIT_ANY_POLICY = [0x55, 0x1d, 54];
    /// id-pe-authorityInfoAccess 1.3.6.1.5.5.7.1.1
    AUTHORITY_INFO_ACCESS = [0x2b, 6, 1, 5, 5, 7, 1, 1];
    /// id-ad-ocsp 1.3.6.1.5.5.7.48.1
    ACCESS_OCSP = [0x2b, 6, 1, 5, 5, 7, 0x30, 1];
    /// id-ad-caIssuers 1.3.6.1.5.5.7.48.2
    ACCESS_CA_ISSUERS = [0x2b, 6, 1, 5, 5, 7, 0x30, 2];
    /// data of PKCS #7 1.2.840.113549.1.7.1
    PKCS7_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    /// encryptedData 1.2.840.113549.1.7.6
    PKCS7_ENCRYPTED_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
    /// friendlyName 1.2.840.113549.1.9.20
    FRIENDLY_NAME = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 20];
    /// localKeyId 1.2.840.113549.1.9.21
    LOCAL_KEY_ID = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 21];
    /// x509Certificate of a CertBag 1.2.840.113549.1.9.22.1
    X509_CERTIFICATE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 22, 1];
    /// pbeWithSHAAnd3-KeyTripleDES-CBC 1.2.840.113549.1.12.1.3
    PBE_SHA1_3DES = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 3];
    /// pkcs8ShroudedKeyBag 1.2.840.113549.1.12.10.1.2
    SHROUDED_KEY_BAG = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 2];
    /// certBag 1.2.840.113549.1.12.10.1.3
    CERT_BAG = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 3];
    /// id-PBKDF2 1.2.840.113549.1.5.12
    PBKDF2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
    /// id-PBES2 1.2.840.113549.1.5.13
    PBES2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
    /// id-hmacWithSHA256 1.2.840.113549.2.9
    HMAC_WITH_SHA256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
    /// id-aes256-CBC 2.16.840.1.101.3.4.1.42
    AES256_CBC = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];
    /// id-sha256, as the MAC of a PFX names it 2.16.840.1.101.3.4.2.1
    DIGEST_SHA256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    /// id-sha384 2.16.840.1.101.3.4.2.2
    DIGEST_SHA384 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
    /// id-sha512 2.16.840.1.101.3.4.2.3
    DIGEST_SHA512 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];
    /// id-sha1, as the MAC of a PFX names it 1.3.14.3.2.26
    DIGEST_SHA1 = [0x2b, 14, 3, 2, 26];
    /// Sun's protection of keys in a JKS 1.3.6.1.4.1.42.2.17.1.1
    JKS_KEY_PROTECTOR = [0x2b, 6, 1, 4, 1, 42, 2, 17, 1, 1];
    /// SM4 in ECB mode 1.2.156.10197.1.104.1
    SM4_ECB = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x68, 1];
    /// SM4 in CBC mode 1.2.156.10197.1.104.2
    SM4_CBC = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x68, 2];
    /// SM2 as signature algorithm of a signerInfo 1.2.156.10197.1.301.1
    SM2_SIGN = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d, 1];
    /// SM2 as encryption algorithm of a recipientInfo 1.2.156.10197.1.301.3
    SM2_ENCRYPT = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d, 3];
    /// SM3 1.2.156.10197.1.401
    DIGEST_SM3 = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x11];
    /// data of GM/T 0010 1.2.156.10197.6.1.4.2.1
    GMT_DATA = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 6, 1, 4, 2, 1];
    /// signedAndEnvelopedData of GM/T 0010 1.2.156.10197.6.1.4.2.4
    GMT_SIGNED_AND_ENVELOPED_DATA = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 6, 1, 4, 2, 4];
    /// anyExtendedKeyUsage 2.5.29.37.0
    ANY_EXTENDED_KEY_USAGE = [0x55, 0x1d, 37, 0];
    /// id-kp-serverAuth 1.3.6.1.5.5.7.3.1
    SERVER_AUTH = [0x2b, 6, 1, 5, 5, 7, 3, 1];
    /// id-kp-clientAuth 1.3.6.1.5.5.7.3.2
    CLIENT_AUTH = [0x2b, 6, 1, 5, 5, 7, 3, 2];
    /// id-kp-codeSigning 1.3.6.1.5.5.7.3.3
    CODE_SIGNING = [0x2b, 6, 1, 5, 5, 7, 3, 3];
    /// id-kp-emailProtection 1.3.6.1.5.5.7.3.4
    EMAIL_PROTECTION = [0x2b, 6, 1, 5, 5, 7, 3, 4];
    /// id-kp-timeStamping 1.3.6.1.5.5.7.3.8
    TIME_STAMPING = [0x2b, 6, 1, 5, 5, 7, 3, 8];
    /// id-kp-OCSPSigning 1.3.6.1.5.5.7.3.9
    OCSP_SIGNING = [0x2b, 6, 1, 5, 5, 7, 3, 9];
    /// id-pkix-ocsp-basic 1.3.6.1.5.5.7.48.1.1
    OCSP_BASIC = [0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1];
    /// id-pkix-ocsp-nonce 1.3.6.1.5.5.7.48.1.2
    OCSP_NONCE = [0x2b, 6, 1, 5, 5, 7, 0x30, 1, 2];
    /// id-pkix-ocsp-nocheck 1.3.6.1.5.5.7.48.1.5
    OCSP_NO_CHECK = [0x2b, 6, 1, 5, 5, 7, 0x30, 1, 5];
    /// szOID_KP_SMARTCARD_LOGON 1.3.6.1.4.1.311.20.2.2
    SMART_CARD_LOGON = [0x2b, 6, 1, 4, 1, 0x82, 0x37, 20, 2, 2];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constant_is_the_number_its_comment_names() {
        for (comment, oid) in KNOWN {
            let dotted = comment.split(' ').next_back().unwrap();
            assert_eq!(oid.to_string(), dotted);
            assert_eq!(dotted.parse::<Oid>().as_ref(), Ok(oid));
        }
    }

    #[test]
    fn holds_an_arc_made_from_a_uuid() {
        let text = "2.25.329800735698586629295641978511506172918";
        assert_eq!(text.parse::<Oid>().unwrap().to_string(), text);
    }

    #[test]
    fn refuses_malformed_text() {
        for text in ["", "1", "1.", ".1.2", "1.40", "3.1", "1.02", "1.2.a", "1.2.-3", "1.2 .3"] {
            assert_eq!(text.parse::<Oid>(), Err(MalformedOid), "{text:?}");
        }
        assert_eq!(format!("1.2{}", ".1".repeat(300)).parse::<Oid>(), Err(MalformedOid));
    }

    #[test]
    fn refuses_malformed_contents() {
        for content in [&[][..], &[0x80, 0x01], &[0x2a, 0x80, 0x01], &[0x2a, 0x81], &[0xff; 40]] {
            assert_eq!(Oid::from_content(content), Err(DerError::Value), "{content:?}");
        }
    }

    #[test]
    fn knows_what_lies_below_it() {
        let arc = "2.5.29".parse().unwrap();
        assert!(KEY_USAGE.starts_with(&arc));
        assert!(!COMMON_NAME.starts_with(&arc));
    }
}
