//! Signed answers and what they are signed with, in bounded memory.

use std::sync::Arc;

use ledger::CaId;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::signer::Signer;
use super::{OcspAnswer, OcspRows, Standing};

/// For how many authorities at once what their answers are signed with is kept.
const SIGNERS: usize = 1000;

/// How many octets of answers are kept.
const ANSWERS: u64 = 32 * 1024 * 1024;

/// About how many answers that is.
const ANSWERS_ABOUT: usize = 16 * 1024;

/// What an answer rests on. Whatever changes, an answer that was kept is not found again: so none is
/// ever older than the status that was read just now.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Question {
    pub(super) authority: CaId,
    pub(super) rows: OcspRows,
    pub(super) standing: Standing,
    /// The CertID as the request has it: the answer repeats it.
    pub(super) cert_id: Vec<u8>,
}

/// What OCSP keeps in memory.
pub(crate) struct Memory {
    pub(super) signers: Cache<CaId, Arc<Signer>>,
    pub(super) answers: Cache<Question, OcspAnswer, Octets>,
}

/// Weighs an answer by its octets, and what is kept beside it.
#[derive(Clone, Debug)]
pub(super) struct Octets;

impl Weighter<Question, OcspAnswer> for Octets {
    fn weight(&self, question: &Question, answer: &OcspAnswer) -> u64 {
        (question.cert_id.len() + answer.der.len() + 256) as u64
    }
}

impl Memory {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            signers: Cache::new(SIGNERS),
            answers: Cache::with_weighter(ANSWERS_ABOUT, ANSWERS, Octets),
        }
    }
}
