//! Answers an OCSP request (RFC 6960, RFC 9654, RFC 5019).

use std::sync::Arc;

use ledger::{CaId, Timestamp};
use x509::ocsp::{
    BasicResponseFields, CertId, CertStatus, OcspRequest, ResponseError, SingleResponse, successful,
};
use x509::{ReasonCode, UnixTime};

use super::Standing;
use super::cache::Question;
use super::signer::{Identity, Signer};
use crate::{Error, Pki};

/// An answer.
#[derive(Clone, Debug)]
pub struct OcspAnswer {
    /// The OCSPResponse, DER.
    pub der: Arc<[u8]>,
    /// For how long others may give it on; `None` if they may not, since it repeats the nonce of one
    /// request or tells no status.
    pub freshness: Option<Freshness>,
    /// What it tells.
    pub told: Told,
    /// Whether it was made for this request.
    pub made: Made,
}

/// What an answer tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Told {
    /// One certificate that is not revoked.
    Good,
    /// One that is.
    Revoked,
    /// One that was never issued.
    Unknown,
    /// The statuses of several.
    Several,
    /// None.
    Error(ResponseError),
}

/// Whether an answer was made for the request that it is given to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Made {
    /// It was signed before, and tells what the records say now.
    Kept,
    /// It was.
    New,
}

impl Told {
    fn of(told: &[(CertId, Standing)]) -> Self {
        match told {
            [(_, Standing::Issued)] => Self::Good,
            [(_, Standing::Revoked { .. })] => Self::Revoked,
            [(_, Standing::NeverIssued)] => Self::Unknown,
            _ => Self::Several,
        }
    }
}

/// Of when an answer is, and until when it is good.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Freshness {
    /// The second at which it was signed: its thisUpdate.
    pub this_update: Timestamp,
    /// By then a newer one will be there.
    pub next_update: Timestamp,
    /// The last octets of its signature, which no other answer has.
    pub mark: [u8; 16],
}

impl From<ResponseError> for OcspAnswer {
    fn from(error: ResponseError) -> Self {
        let told = Told::Error(error);
        Self { der: error.to_der().into(), freshness: None, told, made: Made::New }
    }
}

impl OcspAnswer {
    /// Whether it can be given once more at `now`: in the first half of its time. Nor when the clock
    /// was set back behind it.
    fn is_new(&self, now: Timestamp) -> bool {
        self.freshness.is_some_and(|freshness| {
            let lasts = freshness.next_update.since(freshness.this_update);
            freshness.this_update <= now && now.since(freshness.this_update) < lasts / 2
        })
    }
}

impl Pki {
    /// The answer of the authority `id`'s responder to a request, DER. Each status is read when it
    /// is asked for.
    ///
    /// There is always an answer: what is not a request is told so, one for another authority is
    /// `unauthorized`, as is any when the authority is not there, its switch is off, or it has expired.
    pub async fn ocsp(&self, id: CaId, request: &[u8]) -> OcspAnswer {
        match self.answer(id, request).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => error.into(),
            Err(Error::Busy) => ResponseError::TryLater.into(),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, %id, "OCSP failed");
                ResponseError::InternalError.into()
            }
        }
    }

    async fn answer(
        &self,
        id: CaId,
        request: &[u8],
    ) -> Result<Result<OcspAnswer, ResponseError>, Error> {
        let Ok(request) = OcspRequest::from_der(request) else {
            return Ok(Err(ResponseError::MalformedRequest));
        };
        let Some(signer) = self.signer(id).await? else {
            return Ok(Err(ResponseError::Unauthorized));
        };
        if !request.cert_ids.iter().all(|cert_id| cert_id.is_of(&signer.issuer)) {
            return Ok(Err(ResponseError::Unauthorized));
        }
        let begun = self.clock.now();
        let Some(identity) = signer.responder.as_ref().filter(|own| begun < own.not_after) else {
            // Renewing it is a job of the server, which is late.
            return Ok(Err(ResponseError::TryLater));
        };
        if let ([cert_id], None) = (&*request.cert_ids, &request.nonce) {
            return self.repeatable(id, (&signer, identity), cert_id).await.map(Ok);
        }
        let mut told = Vec::with_capacity(request.cert_ids.len());
        for cert_id in &request.cert_ids {
            told.push((cert_id.clone(), self.told(id, &signer, cert_id).await?));
        }
        let tells = Told::of(&told);
        // Not before the statuses were read: none of them is of later than thisUpdate.
        let fields = self.fields(told, identity, self.clock.now());
        let answer = self.sign(BasicResponseFields { nonce: request.nonce, ..fields }, identity);
        let (der, _) = answer.await?;
        Ok(Ok(OcspAnswer { der, freshness: None, told: tells, made: Made::New }))
    }

    /// The answer about one certificate that suits everybody who asks: one that was given before, if
    /// it says what the records say now and is new enough.
    async fn repeatable(
        &self,
        id: CaId,
        (signer, identity): (&Signer, &Identity),
        cert_id: &CertId,
    ) -> Result<OcspAnswer, Error> {
        let standing = self.told(id, signer, cert_id).await?;
        let now = self.clock.now();
        let question = Question {
            authority: id,
            rows: signer.rows,
            standing,
            cert_id: cert_id.der().to_vec(),
        };
        if let Some(kept) = self.ocsp.answers.get(&question)
            && kept.is_new(now)
        {
            return Ok(OcspAnswer { made: Made::Kept, ..kept });
        }
        let told = vec![(cert_id.clone(), standing)];
        let tells = Told::of(&told);
        let fields = self.fields(told, identity, now);
        let next_update = self.next_update(identity, now);
        let (der, mark) = self.sign(fields, identity).await?;
        let this_update = now.floor_to_second();
        let freshness = Some(Freshness { this_update, next_update, mark });
        let answer = OcspAnswer { der, freshness, told: tells, made: Made::New };
        self.ocsp.answers.insert(question, answer.clone());
        Ok(answer)
    }

    /// What is told of a certificate of this authority now.
    async fn told(&self, id: CaId, signer: &Signer, cert_id: &CertId) -> Result<Standing, Error> {
        let Some(serial) = cert_id.serial() else { return Ok(Standing::NeverIssued) };
        Ok(signer.told(self.store.standing(id, serial).await?))
    }

    /// Not after the responder's own end: nobody could check the answer then.
    fn next_update(&self, identity: &Identity, now: Timestamp) -> Timestamp {
        (now.floor_to_second() + self.settings.ocsp_lasts).min(identity.not_after)
    }

    fn fields(
        &self,
        told: Vec<(CertId, Standing)>,
        identity: &Identity,
        now: Timestamp,
    ) -> BasicResponseFields {
        let next_update = unix(self.next_update(identity, now));
        let responses = told.into_iter().map(|(cert_id, standing)| SingleResponse {
            cert_id,
            status: status(standing),
            this_update: unix(now),
            next_update,
        });
        BasicResponseFields {
            responder_key_hash: identity.key_hash,
            produced_at: unix(now),
            responses: responses.collect(),
            nonce: None,
        }
    }

    /// The answer, signed, and the last octets of the signature.
    async fn sign(
        &self,
        fields: BasicResponseFields,
        identity: &Identity,
    ) -> Result<(Arc<[u8]>, [u8; 16]), Error> {
        let data = fields.to_be_signed();
        let signature = self.keys.sign(&identity.key, identity.algorithm, &data).await?;
        let mark = signature.last_chunk::<16>().copied().unwrap_or_default();
        let der = successful(&data, identity.algorithm, &signature, &identity.certificate);
        Ok((der.into(), mark))
    }
}

fn status(standing: Standing) -> CertStatus {
    match standing {
        Standing::NeverIssued => CertStatus::Unknown,
        Standing::Issued => CertStatus::Good,
        Standing::Revoked { at, reason } => {
            CertStatus::Revoked { at: unix(at), reason: ReasonCode::from_code(reason.code()) }
        }
    }
}

fn unix(at: Timestamp) -> UnixTime {
    UnixTime(at.as_seconds())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_answer_is_given_again_in_the_first_half_of_its_time() {
        let start = Timestamp::from_seconds(1_800_000_000);
        let hour = Duration::from_secs(3600);
        let freshness = Freshness { this_update: start, next_update: start + hour, mark: [0; 16] };
        let answer = OcspAnswer {
            der: Arc::from([]),
            freshness: Some(freshness),
            told: Told::Good,
            made: Made::New,
        };

        assert!(answer.is_new(start));
        assert!(answer.is_new(start + hour / 2 - Duration::from_millis(1)));
        assert!(!answer.is_new(start + hour / 2));
        assert!(!answer.is_new(start - Duration::from_millis(1)), "the clock was set back");
        assert!(!OcspAnswer::from(ResponseError::TryLater).is_new(start));
    }
}
