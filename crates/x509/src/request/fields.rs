//! Building the signed part of a request.

use crate::{
    der::{Writer, tag},
    extension::{DuplicateExtension, Extension, check_unique, write_extensions},
    key::PublicKey,
    name::Name,
    oid,
};

/// What goes into a request.
#[derive(Debug, Clone)]
pub struct RequestFields<'a> {
    /// The subject.
    pub subject: &'a Name,
    /// The key that asks, and signs.
    pub public_key: &'a PublicKey,
    /// The extensions that are asked for.
    pub extensions: Vec<Extension>,
}

impl RequestFields<'_> {
    /// The CertificationRequestInfo (RFC 2986 §4.1). The attributes are there even if there are none; an
    /// `extensionRequest` only if extensions are asked for.
    ///
    /// # Errors
    /// [`DuplicateExtension`] if two extensions are of one kind.
    pub fn to_be_signed(&self) -> Result<Vec<u8>, DuplicateExtension> {
        check_unique(&self.extensions)?;
        Ok(Writer::build(|w| {
            w.sequence(|w| {
                w.unsigned(&[0]);
                w.raw(self.subject.der());
                w.raw(self.public_key.spki_der());
                w.nested(tag::context_constructed(0), |w| self.write_attributes(w));
            });
        }))
    }

    fn write_attributes(&self, w: &mut Writer) {
        if !self.extensions.is_empty() {
            w.sequence(|w| {
                w.oid(&oid::EXTENSION_REQUEST);
                w.nested(tag::SET, |w| write_extensions(w, &self.extensions));
            });
        }
    }
}
