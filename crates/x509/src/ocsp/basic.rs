//! The signed part of an answer (RFC 6960 §4.2.1).

use super::{Nonce, SingleResponse};
use crate::{
    der::{Writer, tag},
    extension::write_extensions,
    time::UnixTime,
};

/// What goes into a `ResponseData` of version 1.
#[derive(Debug, Clone)]
pub struct BasicResponseFields {
    /// SHA-1 over the contents of the BIT STRING of the responder's key: the ResponderID `byKey`.
    pub responder_key_hash: [u8; 20],
    /// When it is signed.
    pub produced_at: UnixTime,
    /// What is told, in the order of the request.
    pub responses: Vec<SingleResponse>,
    /// The request's nonce.
    pub nonce: Option<Nonce>,
}

impl BasicResponseFields {
    /// The ResponseData, to be signed by the responder.
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        Writer::build(|w| {
            w.sequence(|w| {
                w.nested(tag::context_constructed(2), |w| w.octet_string(&self.responder_key_hash));
                self.produced_at.write_generalized(w);
                w.sequence(|w| self.responses.iter().for_each(|response| response.write(w)));
                if let Some(nonce) = &self.nonce {
                    w.nested(tag::context_constructed(1), |w| {
                        write_extensions(w, &[nonce.to_extension()]);
                    });
                }
            });
        })
    }
}
