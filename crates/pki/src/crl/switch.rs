//! Switches the CRLs of an authority on and off.

use ledger::{AccountId, Author, CaId, Changes, Versioned};

use super::make::check_signer;
use super::{Crl, CrlAddress, CrlConfiguration, CrlName, CrlPlace, List, Location, Sharding};
use crate::authority::{Authority, Status};
use crate::commit::{Decisions, Settled};
use crate::{Error, Pki, Record};

/// How the CRLs of an authority are to be published.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewCrl {
    /// The bucket.
    pub bucket: String,
    /// The name in it; `None` is the authority's identifier.
    pub name: Option<CrlName>,
    /// For how many days one is good.
    pub valid_days: u32,
}

/// How the CRLs of an authority are published, as users see it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedCrl {
    /// Where in which bucket.
    pub location: Location,
    /// For how many days one is good.
    pub valid_days: u32,
    /// Where relying parties fetch it; `None` while the public listener's URL is not known.
    pub url: Option<String>,
}

/// A configuration that the account may have, and what it takes.
pub(crate) struct Placed {
    configuration: CrlConfiguration,
    /// The place, unless the authority has it already.
    taken: Option<CrlPlace>,
}

impl Pki {
    /// Switches the CRLs of an authority on. The first one is made and published soon. Asking again for
    /// what is so already changes nothing.
    ///
    /// # Errors
    ///
    /// `AuthorityStatus` unless it is active or disabled; `AgencyMissing`; `BucketNotFound`;
    /// `CrlEnabled` when they are on otherwise; `CrlNameTaken`; `IssuerRefuses` when the authority's
    /// certificate does not let it sign CRLs; `PublicUrlUnknown`.
    pub async fn enable_crl(&self, author: &Author, id: CaId, new: &NewCrl) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let needed = "CRLs are enabled on an ACTIVED or a DISABLED one";
            let found = self.crl_switchable(author.account, id, needed).await?;
            let placed = self.placed(author.account, id, new).await?;
            let present = self.store.crl(author.account, id).await?;
            if let Some(present) = present.as_ref().map(|present| &present.value.configuration)
                && present.enabled
            {
                let same = *present == placed.configuration;
                return if same { Ok(()) } else { Err(Error::CrlEnabled(id)) };
            }
            let mut event = author.event(self.clock.now(), "enable_crl", id);
            event.detail = Some(placed.detail());
            let changes = self.changes(author, event).expect(found.value.row(), found.version);
            let changes = due(placed.written_by(changes, &found.value, present), &found.value);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }

    /// Switches the CRLs of an authority off: new certificates do not name one. What old ones name is
    /// served and made anew as long as one of them is valid. Switching off twice changes nothing.
    ///
    /// # Errors
    ///
    /// `AuthorityStatus` unless it is active or disabled.
    pub async fn disable_crl(&self, author: &Author, id: CaId) -> Result<(), Error> {
        let mut decisions = Decisions::default();
        loop {
            let needed = "CRLs are disabled on an ACTIVED or a DISABLED one";
            let found = self.crl_switchable(author.account, id, needed).await?;
            let present = self.store.crl(author.account, id).await?;
            let Some(present) = present.filter(|present| present.value.configuration.enabled)
            else {
                return Ok(());
            };
            let event = author.event(self.clock.now(), "disable_crl", id);
            let configuration =
                CrlConfiguration { enabled: false, ..present.value.configuration.clone() };
            let off = Crl { configuration, ..present.value };
            let changes = self
                .changes(author, event)
                .expect(found.value.row(), found.version)
                .replace(off, present.version);
            if self.settle(changes, &mut decisions).await? == Settled::Done {
                return Ok(());
            }
        }
    }

    /// How the CRLs of an authority are published now; `None` while they are off.
    pub(crate) async fn shown_crl(
        &self,
        account: AccountId,
        id: CaId,
    ) -> Result<Option<PublishedCrl>, Error> {
        let Some(crl) = self.store.crl(account, id).await? else { return Ok(None) };
        let CrlConfiguration { enabled, address, valid_days } = crl.value.configuration;
        Ok(match address {
            CrlAddress::Bucket(location) if enabled => {
                let url = self.bucket_url(&location, None);
                Some(PublishedCrl { location, valid_days, url })
            }
            CrlAddress::Bucket(_) | CrlAddress::Custom(_) | CrlAddress::System => None,
        })
    }

    /// Checks that the account may have its authority's CRLs published so.
    ///
    /// # Errors
    ///
    /// `AgencyMissing`, `BucketNotFound`, `CrlNameTaken`, `PublicUrlUnknown`.
    async fn placed(
        &self,
        account: AccountId,
        authority: CaId,
        new: &NewCrl,
    ) -> Result<Placed, Error> {
        self.needed_agency(account).await?;
        if !self.buckets.names(account).contains(&new.bucket) {
            return Err(Error::BucketNotFound(new.bucket.clone()));
        }
        let name = new.name.as_ref().map_or_else(|| authority.to_string(), CrlName::to_string);
        let location = Location { bucket: new.bucket.clone(), name };
        if self.bucket_url(&location, None).is_none() {
            return Err(Error::PublicUrlUnknown);
        }
        let taken = match self.store.crl_place(&location).await? {
            Some(place) if place.authority == authority => None,
            None if !is_reserved(&location.name, authority) => {
                let (location, taken_at) = (location.clone(), self.clock.now());
                Some(CrlPlace { location, authority, account, taken_at })
            }
            Some(_) | None => {
                let Location { bucket, name } = location;
                return Err(Error::CrlNameTaken { bucket, name });
            }
        };
        let configuration = CrlConfiguration {
            enabled: true,
            address: CrlAddress::Bucket(location),
            valid_days: new.valid_days,
        };
        Ok(Placed { configuration, taken })
    }

    /// The change set that gives an authority its certificate, with its first CRL due when its
    /// configuration asks for CRLs: `new`, or the one kept since its creation.
    ///
    /// # Errors
    ///
    /// As for [`Pki::enable_crl`].
    pub(crate) async fn with_first_crl(
        &self,
        changes: Changes<Record>,
        authority: &Authority,
        new: Option<&NewCrl>,
    ) -> Result<Changes<Record>, Error> {
        let present = self.store.crl(authority.account, authority.id).await?;
        let Some(new) = new else {
            let wanted = present.is_some_and(|crl| crl.value.configuration.enabled);
            return Ok(if wanted { due(changes, authority) } else { changes });
        };
        let placed = self.placed(authority.account, authority.id, new).await?;
        Ok(due(placed.written_by(changes, authority, present), authority))
    }

    /// An authority whose CRLs can be switched.
    async fn crl_switchable(
        &self,
        account: AccountId,
        id: CaId,
        needed: &'static str,
    ) -> Result<Versioned<Authority>, Error> {
        let found = self.private_authority(account, id).await?;
        match (found.value.status(self.clock.now()), found.value.issued()) {
            (Status::Active | Status::Disabled, Some(issued)) => {
                check_signer(issued)?;
                Ok(found)
            }
            (status, _) => Err(Error::AuthorityStatus { id, status, needed }),
        }
    }
}

/// Whether a name is the identifier of another authority, which its CRL has when nobody names it:
/// identifiers stand in certificates, and whoever reads one could take the place.
fn is_reserved(name: &str, authority: CaId) -> bool {
    name.parse::<CaId>().is_ok_and(|id| id != authority)
}

impl Placed {
    /// The change set with the configuration of an authority that has none yet.
    fn insert_by(&self, changes: Changes<Record>, authority: &Authority) -> Changes<Record> {
        let crl = Crl {
            authority: authority.id,
            account: authority.account,
            configuration: self.configuration.clone(),
            sharding: Sharding::Off,
        };
        self.taken.clone().into_iter().fold(changes.insert(crl), Changes::insert)
    }

    /// The change set with the configuration of an authority in the place of its present one.
    fn written_by(
        self,
        changes: Changes<Record>,
        authority: &Authority,
        present: Option<Versioned<Crl>>,
    ) -> Changes<Record> {
        match present {
            None => self.insert_by(changes, authority),
            Some(present) => {
                let crl = Crl { configuration: self.configuration, ..present.value };
                let changes = changes.replace(crl, present.version);
                self.taken.into_iter().fold(changes, Changes::insert)
            }
        }
    }

    /// What the audit trail is told.
    fn detail(&self) -> String {
        match &self.configuration.address {
            CrlAddress::Bucket(location) => format!("published as {}.crl", location.key()),
            CrlAddress::Custom(url) => format!("published at {url}"),
            CrlAddress::System => String::new(),
        }
    }
}

/// The change set with a CRL of the authority due at once; one that waits for its certificate makes
/// none.
fn due(changes: Changes<Record>, authority: &Authority) -> Changes<Record> {
    match authority.issued() {
        Some(_) => changes.add(List::complete(authority.id).unpublished(), 1, None),
        None => changes,
    }
}
