//! A world for one test: the operations, what is under them, and who acts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use ledger::system::SystemRandom;
use ledger::{
    AccountId, Actor, Author, CaId, Clock, Expectation, Origin, ProjectId, RowId, Table, Timestamp,
    UserId, Version,
};
use pki::authority::{Issuance, NewAuthority, Plan};
use pki::lease::Lease;
use pki::validity::{Validity, ValidityUnit};
use pki::{DistinguishedName, Error, Objects, Pki, Settings};
use x509::{Certificate, CertificationRequest, HashAlgorithm, KeyAlgorithm, PrivateKey};

use crate::buckets::HeldBuckets;
use crate::keys::ClearKeys;
use crate::memory::Memory;
use crate::outside::{Outside, Wish};

/// A clock that stands still until it is moved.
pub(crate) struct StandingClock(AtomicI64);

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct World {
    pub(crate) pki: Pki,
    pub(crate) store: Arc<Memory>,
    pub(crate) keys: Arc<ClearKeys>,
    pub(crate) buckets: Arc<HeldBuckets>,
    pub(crate) clock: Arc<StandingClock>,
    pub(crate) author: Author,
    pub(crate) project: ProjectId,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let store = Arc::new(Memory::default());
        let keys = Arc::new(ClearKeys::default());
        // 2026-11-21T20:00:00.250Z
        let clock = Arc::new(StandingClock(AtomicI64::new(1_795_291_200_250)));
        let pki = Pki::new(
            Arc::<Memory>::clone(&store),
            Arc::<ClearKeys>::clone(&keys),
            Arc::<StandingClock>::clone(&clock),
            Arc::new(SystemRandom),
            settings,
        );
        let buckets = Arc::new(HeldBuckets::default());
        let pki = pki.publishing_in(Arc::<HeldBuckets>::clone(&buckets));
        let author = author(&*clock);
        let project = ProjectId::generate(&*clock, &SystemRandom);
        Self { pki, store, keys, buckets, clock, author, project }
    }

    /// A lease on whatever the test does as a job of the server.
    pub(crate) fn lease(&self) -> Lease {
        self.store.lease("test")
    }

    /// Somebody of another account.
    pub(crate) fn stranger(&self) -> Author {
        author(&*self.clock)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn set_back(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.clock.0.fetch_sub(millis, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) async fn create(&self, name: &str, plan: Plan) -> Result<CaId, Error> {
        self.create_with(name, KeyAlgorithm::EcP256, plan).await
    }

    pub(crate) async fn create_with(
        &self,
        name: &str,
        key_algorithm: KeyAlgorithm,
        plan: Plan,
    ) -> Result<CaId, Error> {
        let new = NewAuthority {
            subject: subject(name),
            key_algorithm,
            enterprise_project: "0".to_owned(),
            plan,
            crl: None,
        };
        self.pki.create_authority(&self.author, new).await
    }

    /// A root of ten years.
    pub(crate) async fn root(&self, name: &str) -> CaId {
        self.create(name, root()).await.unwrap()
    }

    /// A certificate that the authority's key signs past the operations.
    pub(crate) async fn sign_as(
        &self,
        id: CaId,
        certificate: &Certificate,
        request: &CertificationRequest,
    ) -> Certificate {
        let wish = Wish::good(request.subject().clone(), request.public_key(), self.now());
        self.sign_wish_as(id, certificate, &wish).await
    }

    /// The same for whatever a certificate may say.
    pub(crate) async fn sign_wish_as(
        &self,
        id: CaId,
        certificate: &Certificate,
        wish: &Wish,
    ) -> Certificate {
        let account = self.author.account;
        let key = self.pki.authority(account, id).await.unwrap().authority.key;
        let key = self.store.key(key.unwrap()).await.unwrap().unwrap().value;
        let key = PrivateKey::from_pem(std::str::from_utf8(&key.sealed).unwrap()).unwrap();
        Outside { key, certificate: certificate.clone() }.issue(wish)
    }

    /// The certificate that an export of the authority shows.
    pub(crate) async fn certificate(&self, id: CaId) -> Certificate {
        let export = self.pki.export_authority(self.author.account, id).await.unwrap();
        Certificate::from_pem(&export.certificate).unwrap()
    }
}

fn author(clock: &dyn Clock) -> Author {
    let account = AccountId::generate(clock, &SystemRandom);
    Author {
        account,
        origin: Origin {
            actor: Actor::User(UserId::generate(clock, &SystemRandom)),
            address: None,
            request_id: "r".to_owned(),
        },
        expectations: vec![Expectation {
            row: RowId::new(Table::Accounts, account),
            version: Version(1),
        }],
    }
}

pub(crate) fn subject(name: &str) -> DistinguishedName {
    DistinguishedName {
        common_name: name.to_owned(),
        country: "CN".to_owned(),
        state: "Sichuan".to_owned(),
        locality: "Chengdu".to_owned(),
        organization: "Example".to_owned(),
        organizational_unit: "Test".to_owned(),
    }
}

pub(crate) fn years(amount: u32) -> Validity {
    Validity { unit: ValidityUnit::Year, amount, start: None }
}

pub(crate) fn root() -> Plan {
    Plan::Root { hash: HashAlgorithm::Sha256, validity: years(10) }
}

pub(crate) fn issuance(issuer: CaId, path_length: u8) -> Issuance {
    Issuance { issuer, hash: HashAlgorithm::Sha256, validity: years(5), path_length }
}

pub(crate) fn below(issuer: CaId, path_length: u8) -> Plan {
    Plan::Subordinate { key_usage: None, issuance: issuance(issuer, path_length) }
}

pub(crate) fn pending() -> Plan {
    Plan::Pending { key_usage: None }
}
