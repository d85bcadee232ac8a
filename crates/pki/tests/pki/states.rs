//! The states of authorities: random operations on a small tree under a moving clock, compared
//! with a table.

use std::time::Duration;

use ledger::{CaId, Counter, Quota, Table, Timestamp};
use pki::authority::{
    Activation, AuthorityFilter, AuthorityQuery, Issuance, PendingDays, Plan, Status,
};
use pki::validity::{Validity, ValidityUnit};
use pki::{Authorities, Error, Page, RevocationReason};
use proptest::prelude::*;
use x509::HashAlgorithm;

use crate::world::World;

/// How an authority gets from one status to another by what somebody does. What is not here is
/// refused. "GONE" is no status: nothing finds such an authority.
const TABLE: [(&str, &str, &str); 11] = [
    ("PENDING", "activate", "ACTIVED"),
    ("PENDING", "delete", "GONE"),
    ("ACTIVED", "disable", "DISABLED"),
    ("EXPIRED", "disable", "DISABLED"),
    ("DISABLED", "enable", "ACTIVED"),
    ("DISABLED", "delete", "DELETED"),
    ("EXPIRED", "delete", "DELETED"),
    ("REVOKED", "delete", "GONE"),
    ("DELETED", "restore", "DISABLED"),
    ("ACTIVED", "revoke", "REVOKED"),
    ("DISABLED", "revoke", "REVOKED"),
];

/// The statuses in which something is done without a change.
const ALLOWED: [(&str, &[&str]); 3] = [
    ("issue", &["ACTIVED"]),
    ("export", &["ACTIVED", "EXPIRED", "DISABLED"]),
    ("request", &["PENDING"]),
];

/// The statuses in which an issuer revokes what it issued.
const REVOKES_CHILDREN: [&str; 2] = ["ACTIVED", "DISABLED"];

/// For how many days the root is valid; what it issues, for as many as are asked for and left.
const ROOT_DAYS: u32 = 60;

#[derive(Clone, Debug)]
enum Op {
    Activate { who: usize, issuer: usize, days: u32 },
    Advance { hours: u64 },
    Create { issuer: usize, days: u32 },
    Delete { who: usize, days: u64 },
    Disable { who: usize },
    Enable { who: usize },
    Restore { who: usize },
    Revoke { who: usize },
    Sweep,
    Wait,
}

fn op() -> impl Strategy<Value = Op> {
    let who = 0_usize..8;
    prop_oneof![
        3 => (who.clone(), who.clone(), 1_u32..40)
            .prop_map(|(who, issuer, days)| Op::Activate { who, issuer, days }),
        3 => (1_u64..24 * 12).prop_map(|hours| Op::Advance { hours }),
        4 => (who.clone(), 1_u32..40).prop_map(|(issuer, days)| Op::Create { issuer, days }),
        4 => (who.clone(), 7_u64..=30).prop_map(|(who, days)| Op::Delete { who, days }),
        5 => who.clone().prop_map(|who| Op::Disable { who }),
        3 => who.clone().prop_map(|who| Op::Enable { who }),
        3 => who.clone().prop_map(|who| Op::Restore { who }),
        2 => who.prop_map(|who| Op::Revoke { who }),
        1 => Just(Op::Sweep),
        1 => Just(Op::Wait),
    ]
}

/// What the table knows of an authority.
#[derive(Clone, Debug)]
struct Expected {
    id: CaId,
    /// The status without the clock.
    word: &'static str,
    issuer: Option<usize>,
    not_after: Option<Timestamp>,
    gone_at: Option<Timestamp>,
    /// How many levels may follow; `None` is no bound.
    room: Option<u8>,
}

impl Expected {
    /// What the clock makes of it (section "ACTIVED, by time, EXPIRED"; "DELETED, by time, GONE").
    fn word_at(&self, now: Timestamp) -> &'static str {
        match self.word {
            "ACTIVED" if self.not_after.is_some_and(|end| now >= end) => "EXPIRED",
            "DELETED" if self.gone_at.is_some_and(|end| now >= end) => "GONE",
            word => word,
        }
    }
}

struct Model {
    world: World,
    known: Vec<Expected>,
}

impl Model {
    async fn new() -> Self {
        let world = World::new();
        let plan = Plan::Root { hash: HashAlgorithm::Sha256, validity: days(ROOT_DAYS) };
        let id = world.create("Root", plan).await.unwrap();
        let mut model = Self { world, known: Vec::new() };
        model.know(id, "ACTIVED", None, None).await;
        model
    }

    async fn know(
        &mut self,
        id: CaId,
        word: &'static str,
        issuer: Option<usize>,
        room: Option<u8>,
    ) {
        let not_after = self.not_after(id).await;
        self.known.push(Expected { id, word, issuer, not_after, gone_at: None, room });
    }

    async fn not_after(&self, id: CaId) -> Option<Timestamp> {
        let view = self.world.pki.authority(self.world.author.account, id).await.unwrap();
        view.authority.issued().map(|issued| issued.not_after)
    }

    fn word(&self, who: usize) -> &'static str {
        self.known[who].word_at(self.world.now())
    }

    /// Where the table says that `by` leads from the present status.
    fn leads(&self, who: usize, by: &str) -> Option<&'static str> {
        let from = self.word(who);
        TABLE.iter().find(|row| row.0 == from && row.1 == by).map(|row| row.2)
    }

    /// The authorities above `who`, nearest first.
    fn above(&self, who: usize) -> Vec<usize> {
        let issuer = |who: &usize| self.known[*who].issuer;
        std::iter::successors(issuer(&who), issuer).collect()
    }

    /// Whether `issuer` may issue: it is active, and nobody above it is revoked or gone. Those
    /// above it that are disabled or to be deleted do not matter.
    fn issues(&self, issuer: usize) -> bool {
        allowed("issue").contains(&self.word(issuer))
            && self.above(issuer).iter().all(|who| !["REVOKED", "GONE"].contains(&self.word(*who)))
            && self.known[issuer].room != Some(0)
    }

    fn room_below(&self, issuer: usize) -> u8 {
        self.known[issuer].room.map_or(2, |room| room.saturating_sub(1))
    }

    fn issuance(&self, issuer: usize, asked: u32) -> Option<Issuance> {
        let left = match self.known[issuer].not_after {
            Some(end) => end.since(self.world.now()).as_secs() / 86_400,
            None => 0,
        };
        // What outlives its issuer is refused, which other tests look at.
        let amount = asked.min(u32::try_from(left).unwrap());
        (amount > 0 || !self.issues(issuer)).then(|| Issuance {
            issuer: self.known[issuer].id,
            hash: HashAlgorithm::Sha256,
            validity: days(amount.max(1)),
            path_length: self.room_below(issuer),
        })
    }

    async fn apply(&mut self, op: &Op) {
        let count = self.known.len();
        let author = self.world.author.clone();
        let pki = self.world.pki.clone();
        match *op {
            Op::Advance { hours } => self.world.advance(Duration::from_secs(hours * 3600)),
            Op::Sweep => {
                pki.destroy_due_authorities(&self.world.lease()).await.unwrap();
            }
            Op::Wait => {
                let plan = Plan::Pending { key_usage: None };
                let id = self.world.create(&format!("Waiting {count}"), plan).await.unwrap();
                self.know(id, "PENDING", None, None).await;
            }
            Op::Create { issuer, days } => {
                let issuer = issuer % count;
                let Some(issuance) = self.issuance(issuer, days) else { return };
                let plan = Plan::Subordinate { key_usage: None, issuance };
                let name = format!("Authority {count}");
                let created = self.world.create(&name, plan).await;
                assert_eq!(created.is_ok(), self.issues(issuer), "{op:?}: {created:?}");
                if let Ok(id) = created {
                    let room = Some(self.room_below(issuer));
                    self.know(id, "ACTIVED", Some(issuer), room).await;
                }
            }
            Op::Activate { who, issuer, days } => {
                let (who, issuer) = (who % count, issuer % count);
                let Some(issuance) = self.issuance(issuer, days) else { return };
                let activation = Activation { issuance, key_usage: None, crl: None };
                let to = self.leads(who, "activate").filter(|_| self.issues(issuer));
                let done = pki.activate_authority(&author, self.known[who].id, activation).await;
                self.check(op, who, to, done.map(drop));
                if to.is_some() {
                    self.known[who].issuer = Some(issuer);
                    self.known[who].room = Some(self.room_below(issuer));
                    self.known[who].not_after = self.not_after(self.known[who].id).await;
                }
            }
            Op::Delete { who, days } => {
                let who = who % count;
                let to = self.leads(who, "delete");
                let days = PendingDays::new(days).unwrap();
                let done = pki.delete_authority(&author, self.known[who].id, days).await;
                self.check(op, who, to, done.map(drop));
                if to == Some("DELETED") {
                    let Op::Delete { days, .. } = *op else { return };
                    let wait = Duration::from_secs(days * 86_400);
                    self.known[who].gone_at = Some(self.world.now() + wait);
                }
            }
            Op::Disable { who } => {
                let who = who % count;
                let to = self.leads(who, "disable");
                let done = pki.disable_authority(&author, self.known[who].id).await;
                self.check(op, who, to, done);
            }
            Op::Enable { who } => {
                let who = who % count;
                let to = self.leads(who, "enable");
                let done = pki.enable_authority(&author, self.known[who].id).await;
                self.check(op, who, to, done);
            }
            Op::Restore { who } => {
                let who = who % count;
                let to = self.leads(who, "restore");
                let done = pki.restore_authority(&author, self.known[who].id).await;
                self.check(op, who, to, done);
            }
            Op::Revoke { who } => {
                let who = who % count;
                let issuer = self.known[who].issuer;
                let revokes = issuer.is_some_and(|issuer| {
                    let word = self.word(issuer);
                    word == "GONE" || REVOKES_CHILDREN.contains(&word)
                });
                let to = self.leads(who, "revoke").filter(|_| revokes);
                let reason = RevocationReason::Superseded;
                let done = pki.revoke_authority(&author, self.known[who].id, reason).await;
                self.check(op, who, to, done);
                if to.is_some() {
                    let issuer = self.known[issuer.unwrap()].id;
                    let told = self.world.store.revocations(issuer, None, 100).await.unwrap();
                    assert!(told.iter().any(|one| one.revoked_at <= self.world.now()));
                }
            }
        }
    }

    /// Compares what was answered with where the table leads, and goes there.
    fn check(&mut self, op: &Op, who: usize, to: Option<&'static str>, done: Result<(), Error>) {
        let from = self.word(who);
        assert_eq!(done.is_ok(), to.is_some(), "{op:?} from {from}: {done:?}");
        if from == "GONE" {
            assert!(matches!(done, Err(Error::AuthorityNotFound(_))), "{op:?}: {done:?}");
        }
        if let Some(to) = to {
            self.known[who].word = to;
        }
    }

    /// Compares everything that can be read with what the table knows.
    async fn compare(&self) {
        let account = self.world.author.account;
        let pki = &self.world.pki;
        let mut present = 0;
        for (who, expected) in self.known.iter().enumerate() {
            let word = self.word(who);
            let found = pki.authority(account, expected.id).await;
            let shown = found.map(|view| view.status.to_string());
            if word == "GONE" {
                assert!(matches!(shown, Err(Error::AuthorityNotFound(_))), "{shown:?}");
            } else {
                present += 1;
                assert_eq!(shown.unwrap(), word, "{expected:?}");
            }
            let whole = self.above(who).iter().all(|above| self.word(*above) != "GONE");
            let exported = pki.export_authority(account, expected.id).await;
            let exports = allowed("export").contains(&word) && whole;
            assert_eq!(exported.is_ok(), exports, "{word}: {exported:?}");
            let request = pki.authority_request(account, expected.id).await;
            assert_eq!(request.is_ok(), allowed("request").contains(&word), "{word}");
        }
        let quota = pki.authority_quota(account).await.unwrap();
        assert_eq!(quota.used, present);
        // What is gone and not swept yet is counted.
        let counted = self.world.store.used(&Counter::of_account(Quota::Authorities, account));
        assert_eq!(counted, self.world.store.rows(Table::Authorities) as i64);
        assert_eq!(self.world.store.rows(Table::Keys), self.world.store.rows(Table::Authorities));
        for status in [
            Status::Active,
            Status::Deleted,
            Status::Disabled,
            Status::Expired,
            Status::Pending,
            Status::Revoked,
        ] {
            let filter = AuthorityFilter { status: Some(status), ..AuthorityFilter::default() };
            let query = AuthorityQuery { filter, ..AuthorityQuery::default() };
            let page = Page { limit: 1000, offset: 0 };
            let listed = pki.authorities(account, &query, page).await.unwrap();
            let mut ids: Vec<CaId> = listed.entries.iter().map(|view| view.authority.id).collect();
            let of_status = |who: &usize| self.word(*who) == status.to_string();
            let mut expected: Vec<CaId> =
                (0..self.known.len()).filter(of_status).map(|who| self.known[who].id).collect();
            ids.sort_unstable();
            expected.sort_unstable();
            assert_eq!(ids, expected, "{status}");
            assert_eq!(listed.total, expected.len() as u64);
        }
    }
}

fn allowed(what: &str) -> &'static [&'static str] {
    ALLOWED.iter().find(|row| row.0 == what).map(|row| row.1).unwrap()
}

fn days(amount: u32) -> Validity {
    Validity { unit: ValidityUnit::Day, amount, start: None }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn every_way_through_the_states_is_the_tables(ops in prop::collection::vec(op(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new().await;
            for op in &ops {
                model.apply(op).await;
                model.compare().await;
            }
        });
    }
}
