//! Private keys on curves (SEC 1, RFC 5915).

use aws_lc_rs::{
    encoding::{AsBigEndian, EcPublicKeyUncompressedBin},
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, KeyPair,
    },
};
use sm2::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroizing;

use super::{KeyAlgorithm, PrivateKey, PrivateKeyError, PublicKey};
use crate::{
    der::{Reader, Writer, tag},
    oid::Oid,
};

/// Reads an ECPrivateKey. The curve comes from around it (`outer`), from its own parameters, or from both alike.
pub(super) fn from_sec1(der: &[u8], outer: Option<Oid>) -> Result<PrivateKey, PrivateKeyError> {
    let mut whole = Reader::new(der);
    let mut key = whole.nested(tag::SEQUENCE)?;
    whole.finish()?;
    if key.unsigned()? != [1] {
        return Err(PrivateKeyError::Unreadable);
    }
    let octets = key.content(tag::OCTET_STRING)?;
    let inner = match key.optional(tag::context_constructed(0))? {
        Some(parameters) if parameters.peek() != Some(tag::OID) => {
            return Err(PrivateKeyError::UnsupportedAlgorithm);
        }
        Some(mut parameters) => {
            let curve = parameters.oid()?;
            parameters.finish()?;
            Some(curve)
        }
        None => None,
    };
    let point = match key.optional(tag::context_constructed(1))? {
        Some(mut point) => {
            let bits = point.bit_string()?;
            point.finish()?;
            Some(bits)
        }
        None => None,
    };
    key.finish()?;

    let curve = match (outer, inner) {
        (Some(outer), Some(inner)) if outer != inner => return Err(PrivateKeyError::Unreadable),
        (Some(curve), _) | (None, Some(curve)) => curve,
        (None, None) => return Err(PrivateKeyError::Unreadable),
    };
    let algorithm =
        KeyAlgorithm::from_curve(&curve).ok_or(PrivateKeyError::UnsupportedAlgorithm)?;
    let private_key = from_scalar(algorithm, &padded(octets, scalar_octets(algorithm)?)?)?;
    match point {
        Some(point) if PublicKey::from_point(algorithm, point)? != *private_key.public_key() => {
            Err(PrivateKeyError::Unreadable)
        }
        _ => Ok(private_key),
    }
}

/// The key with this scalar of full length.
pub(super) fn from_scalar(
    algorithm: KeyAlgorithm,
    scalar: &[u8],
) -> Result<PrivateKey, PrivateKeyError> {
    if scalar.len() != scalar_octets(algorithm)? {
        return Err(PrivateKeyError::Unreadable);
    }
    let point = match algorithm {
        KeyAlgorithm::EcP256 => point_by_aws_lc(&ECDSA_P256_SHA256_ASN1_SIGNING, scalar)?,
        KeyAlgorithm::EcP384 => point_by_aws_lc(&ECDSA_P384_SHA384_ASN1_SIGNING, scalar)?,
        _ => sm2_point(scalar)?,
    };
    let public_key = PublicKey::from_point(algorithm, &point)?;
    let inner = Zeroizing::new(write_sec1(scalar, None, Some(public_key.bits())));
    Ok(PrivateKey::assemble(public_key, Some(Zeroizing::new(scalar.to_vec())), &inner))
}

/// The public point of an SM2 scalar, which must be in 1..=n-2 (GB/T 32918.1 §6.1).
fn sm2_point(scalar: &[u8]) -> Result<Vec<u8>, PrivateKeyError> {
    let secret = sm2::SecretKey::from_slice(scalar).map_err(|_| PrivateKeyError::Unreadable)?;
    // n - 1 is the one scalar in 1..n that cannot sign: 1 + d would have no inverse.
    let successor = Zeroizing::new(*secret.to_nonzero_scalar() + sm2::Scalar::ONE);
    if *successor == sm2::Scalar::ZERO {
        return Err(PrivateKeyError::Unreadable);
    }
    Ok(secret.public_key().to_sec1_point(false).as_bytes().to_vec())
}

/// The public point of a scalar of P-256 or P-384.
fn point_by_aws_lc(
    algorithm: &'static EcdsaSigningAlgorithm,
    scalar: &[u8],
) -> Result<Vec<u8>, PrivateKeyError> {
    let curve = if scalar.len() == 32 { KeyAlgorithm::EcP256 } else { KeyAlgorithm::EcP384 };
    let der = Zeroizing::new(write_sec1(scalar, curve.curve(), None));
    let pair = EcdsaKeyPair::from_private_key_der(algorithm, &der)
        .map_err(|_| PrivateKeyError::Unreadable)?;
    let point: EcPublicKeyUncompressedBin<'_> =
        pair.public_key().as_be_bytes().map_err(|_| PrivateKeyError::Unreadable)?;
    Ok(point.as_ref().to_vec())
}

/// An ECPrivateKey (RFC 5915 §3).
fn write_sec1(scalar: &[u8], curve: Option<Oid>, point: Option<&[u8]>) -> Vec<u8> {
    let mut w = Writer::with_capacity(scalar.len() + point.map_or(0, <[u8]>::len) + 64);
    w.sequence(|w| {
        w.unsigned(&[1]);
        w.octet_string(scalar);
        if let Some(curve) = curve {
            w.nested(tag::context_constructed(0), |w| w.oid(&curve));
        }
        if let Some(point) = point {
            w.nested(tag::context_constructed(1), |w| w.bit_string(point));
        }
    });
    w.into_bytes()
}

/// The octets of a scalar on the curve.
fn scalar_octets(algorithm: KeyAlgorithm) -> Result<usize, PrivateKeyError> {
    match algorithm {
        KeyAlgorithm::EcP256 | KeyAlgorithm::Sm2 => Ok(32),
        KeyAlgorithm::EcP384 => Ok(48),
        _ => Err(PrivateKeyError::UnsupportedAlgorithm),
    }
}

/// `octets` with zeros put before or taken from before them, since some programs write scalars as short as
/// they can be, others with a sign octet.
fn padded(octets: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, PrivateKeyError> {
    let excess = octets.len().saturating_sub(length);
    let (zeros, significant) =
        octets.split_at_checked(excess).ok_or(PrivateKeyError::Unreadable)?;
    if zeros.iter().any(|octet| *octet != 0) {
        return Err(PrivateKeyError::Unreadable);
    }
    let mut scalar = Zeroizing::new(Vec::with_capacity(length));
    scalar.resize(length - significant.len(), 0);
    scalar.extend_from_slice(significant);
    Ok(scalar)
}
