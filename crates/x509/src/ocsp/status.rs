//! What an answer says of one certificate (RFC 6960 §4.2.1).

use super::CertId;
use crate::{
    der::{DerError, Reader, Writer, tag},
    extension::ReasonCode,
    time::UnixTime,
};

/// The status of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CertStatus {
    /// It was issued and is not revoked.
    Good,
    /// It is revoked.
    Revoked {
        /// Since when.
        at: UnixTime,
        /// Why; `unspecified` is written as none, as on CRLs.
        reason: Option<ReasonCode>,
    },
    /// The responder does not know it.
    Unknown,
}

/// The status of one certificate, and for how long it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SingleResponse {
    /// Which certificate, as the request named it.
    pub cert_id: CertId,
    /// Its status.
    pub status: CertStatus,
    /// The moment whose state it is.
    pub this_update: UnixTime,
    /// By then a newer answer will be there.
    pub next_update: UnixTime,
}

impl CertStatus {
    fn write(self, w: &mut Writer) {
        match self {
            Self::Good => w.element(tag::context(0), &[]),
            Self::Unknown => w.element(tag::context(2), &[]),
            Self::Revoked { at, reason } => w.nested(tag::context_constructed(1), |w| {
                at.write_generalized(w);
                if let Some(reason) = reason
                    && reason != ReasonCode::Unspecified
                {
                    w.nested(tag::context_constructed(0), |w| {
                        w.element(tag::ENUMERATED, &[reason.code()]);
                    });
                }
            }),
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DerError> {
        let choice = reader.any()?;
        let mut content = Reader::new(choice.content);
        let status = if choice.tag == tag::context(0) {
            Self::Good
        } else if choice.tag == tag::context(2) {
            Self::Unknown
        } else if choice.tag == tag::context_constructed(1) {
            let at = UnixTime::from_generalized(content.any()?)?;
            let reason = match content.optional(tag::context_constructed(0))? {
                Some(mut wrapper) => match wrapper.content(tag::ENUMERATED)? {
                    [code] => Some(ReasonCode::from_code(*code).ok_or(DerError::Value)?),
                    _ => return Err(DerError::Value),
                },
                None => None,
            };
            Self::Revoked { at, reason }
        } else {
            return Err(DerError::Tag(choice.tag));
        };
        content.finish()?;
        Ok(status)
    }
}

impl SingleResponse {
    pub(super) fn write(&self, w: &mut Writer) {
        w.sequence(|w| {
            w.raw(self.cert_id.der());
            self.status.write(w);
            self.this_update.write_generalized(w);
            w.nested(tag::context_constructed(0), |w| self.next_update.write_generalized(w));
        });
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DerError> {
        let mut fields = reader.nested(tag::SEQUENCE)?;
        let cert_id = CertId::read(&mut fields)?;
        let status = CertStatus::read(&mut fields)?;
        let this_update = UnixTime::from_generalized(fields.any()?)?;
        let mut wrapper = fields.nested(tag::context_constructed(0))?;
        let next_update = UnixTime::from_generalized(wrapper.any()?)?;
        wrapper.finish()?;
        fields.finish()?;
        Ok(Self { cert_id, status, this_update, next_update })
    }
}
