//! Orders authorities: they are there and counted, and what they are to be is told later.

use ledger::{Author, CaId, ChangeId, Changes, Counter, Quota};
use x509::KeyAlgorithm;

use super::{Authority, Charging, Home, Kind, OcspSwitch, State};
use crate::commit::{Decisions, Settled};
use crate::{DistinguishedName, Error, Pki, Record, Tags, profile};

/// An order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Order {
    /// How many authorities.
    pub count: u32,
    /// The enterprise project of each; `0` is the default one.
    pub enterprise_project: String,
}

/// What came of an order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ordered {
    /// The order's own identifier, which the audit trail names.
    pub order: ChangeId,
    /// The authorities.
    pub authorities: Vec<CaId>,
}

impl Pki {
    /// Orders authorities, all or none. Nothing is charged.
    ///
    /// # Errors
    ///
    /// `QuotaReached` when the account would have more than it may.
    pub async fn order_authorities(
        &self,
        author: &Author,
        order: &Order,
    ) -> Result<Ordered, Error> {
        let counter = Counter::of_account(Quota::Authorities, author.account);
        let at_most = self.settings.authority_quota.map(i64::from);
        let count = i64::from(order.count);
        if let Some(most) = at_most
            && self.store.count(&counter).await? + count > most
        {
            // Those that are gone stand in nobody's way.
            self.destroy_due_authorities_of(author.account).await?;
        }
        let mut decisions = Decisions::default();
        loop {
            let made: Vec<Authority> =
                (0..order.count).map(|_| self.ordered(author, order)).collect();
            let authorities = made.iter().map(|authority| authority.id).collect();
            let id = ChangeId::generate(&*self.clock, &*self.random);
            let Some(changes) = self.ordering(author, id, made) else {
                return Ok(Ordered { order: id, authorities });
            };
            let changes = changes.add(counter.clone(), count, at_most);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(Ordered { order: id, authorities });
            }
        }
    }

    /// The change set of an order; none for an order of nothing.
    fn ordering(
        &self,
        author: &Author,
        id: ChangeId,
        made: Vec<Authority>,
    ) -> Option<Changes<Record>> {
        let mut changes: Option<Changes<Record>> = None;
        for authority in made {
            let mut event = author.event(self.clock.now(), "order_authority", authority.id);
            event.detail = Some(format!("order {id}"));
            let told = match changes {
                None => Changes::new(id, event).by(author),
                Some(changes) => changes.tell(event),
            };
            changes = Some(told.insert(authority));
        }
        changes
    }

    /// An authority of which nothing is known yet; kind and algorithm say nothing while it is so.
    fn ordered(&self, author: &Author, order: &Order) -> Authority {
        Authority {
            id: CaId::generate(&*self.clock, &*self.random),
            account: author.account,
            home: Home::PrivateCa,
            kind: Kind::Subordinate,
            distinguished_name: DistinguishedName::default(),
            key: None,
            key_algorithm: KeyAlgorithm::EcP256,
            key_usage: profile::DEFAULT_USAGE,
            enterprise_project: order.enterprise_project.clone(),
            charging: Charging::Prepaid,
            ocsp: OcspSwitch::Off,
            created_at: self.clock.now(),
            tags: Tags::default(),
            state: State::Ordered,
        }
    }
}
