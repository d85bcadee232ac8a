//! An entry of a CRL.

use crate::{
    der::{Reader, Writer, tag},
    error::{ParseError, Part},
    extension::{Extension, ExtensionValue, ReasonCode, read_extensions},
    oid,
    serial::SerialNumber,
    time::UnixTime,
};

/// A revoked certificate, as its issuer's CRL names it (RFC 5280 §5.1.2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedCertificate {
    /// Its serial number.
    pub serial: SerialNumber,
    /// When it was revoked.
    pub revocation_date: UnixTime,
    /// Why; `unspecified` is written as none (RFC 5280 §5.3.1).
    pub reason: Option<ReasonCode>,
}

/// The extensions of an entry with a reasonCode alone, up to the code (RFC 5280 §5.3.1): all lists of
/// very many entries have these octets in each.
const REASON: [u8; 13] =
    [0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01];

impl RevokedCertificate {
    /// Writes the entry. Entries stand one after the other and say nothing of their neighbours, so
    /// that a list can be written entry by entry.
    pub fn write(&self, w: &mut Writer) {
        w.sequence(|w| {
            self.serial.write(w);
            self.revocation_date.write(w);
            if let Some(reason) = self.reason
                && reason != ReasonCode::Unspecified
            {
                w.raw(&REASON);
                w.raw(&[reason.code()]);
            }
        });
    }

    /// Reads the next entry.
    pub(super) fn read(list: &mut Reader<'_>) -> Result<Self, ParseError> {
        const PART: &str = "revokedCertificates";
        let mut entry = list.nested(tag::SEQUENCE).part(PART)?;
        let serial = SerialNumber::read(&mut entry).part(PART)?;
        let revocation_date = entry.any().and_then(UnixTime::from_element).part(PART)?;
        let extensions = match entry.optional(tag::SEQUENCE).part(PART)? {
            Some(extensions) => read_extensions(extensions)?,
            None => Vec::new(),
        };
        entry.finish().part(PART)?;
        Ok(Self { serial, revocation_date, reason: reason(&extensions)? })
    }
}

/// The reason among an entry's extensions.
fn reason(extensions: &[Extension]) -> Result<Option<ReasonCode>, ParseError> {
    let mut reason = None;
    for Extension { oid, critical, value } in extensions {
        if *oid == oid::CRL_REASONS {
            reason = Some(ReasonCode::from_der(value).part("reasonCode")?);
        } else if *critical {
            return Err(ParseError::UnknownCriticalExtension(oid.clone()));
        }
    }
    Ok(reason)
}
