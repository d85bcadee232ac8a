//! The bags of a PKCS #12 file (RFC 7292 §4.2).

use crate::der::{Writer, tag};
use crate::oid::{self, Oid};

/// A bag: what kind, and its value, DER.
pub(super) struct Bag {
    kind: Oid,
    value: Vec<u8>,
}

impl Bag {
    /// A CertBag.
    pub(super) fn certificate(der: &[u8]) -> Self {
        let value = Writer::build(|w| {
            w.sequence(|w| {
                w.oid(&oid::X509_CERTIFICATE);
                w.nested(tag::context_constructed(0), |w| w.octet_string(der));
            });
        });
        Self { kind: oid::CERT_BAG, value }
    }

    /// A PKCS8ShroudedKeyBag with this EncryptedPrivateKeyInfo.
    pub(super) fn shrouded_key(encrypted: &[u8]) -> Self {
        Self { kind: oid::SHROUDED_KEY_BAG, value: encrypted.to_vec() }
    }

    /// Writes it with its attributes, which stand in order.
    pub(super) fn write(&self, w: &mut Writer, attributes: &[Vec<u8>]) {
        w.sequence(|w| {
            w.oid(&self.kind);
            w.nested(tag::context_constructed(0), |w| w.raw(&self.value));
            if !attributes.is_empty() {
                w.nested(tag::SET, |w| attributes.iter().for_each(|attribute| w.raw(attribute)));
            }
        });
    }
}

/// The attributes by which programs show a key and find its certificate (RFC 2985 §5.5), in the
/// order of a SET OF.
pub(super) fn attributes(friendly_name: &str, local_key_id: &[u8]) -> Vec<Vec<u8>> {
    let name: Vec<u8> = friendly_name.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut attributes = vec![
        attribute(&oid::FRIENDLY_NAME, tag::BMP_STRING, &name),
        attribute(&oid::LOCAL_KEY_ID, tag::OCTET_STRING, local_key_id),
    ];
    attributes.sort();
    attributes
}

fn attribute(kind: &Oid, value_tag: u8, value: &[u8]) -> Vec<u8> {
    Writer::build(|w| {
        w.sequence(|w| {
            w.oid(kind);
            w.nested(tag::SET, |w| w.element(value_tag, value));
        });
    })
}
