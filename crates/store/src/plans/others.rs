//! What is read of the directory, of CRLs and responders, and by the work that servers do by themselves.

use iam::{
    AttachmentFilter, GroupFilter, PolicyFilter, Principal, ProjectFilter, State, UserFilter,
};
use ledger::{AccountId, CaId, Counter, GroupId, PolicyId, ProjectId, Quota, Timestamp, UserId};
use pki::Page;
use pki::crl::{List, Location, Past};
use x509::serial::SerialNumber;

use super::case::{BIG, Case, SMALL, dashed, digest, plain};
use crate::AuditFilter;
use crate::tables::{
    access_keys, accounts, attachments, audit_events, authorities, authority_page, certificates,
    counters, crl_bodies, crl_heads, crl_places, crls, csrs, groups, leases, memberships, policies,
    private_certificates, projects, responders, revocations, serials, temporary_keys, tokens,
    users, watched, workspace_transactions,
};

/// A time before almost everything.
const EARLY: Timestamp = Timestamp::from_millis(100);
/// How many rows work takes at a time.
const SOME: u32 = 100;

/// Accounts, projects, users, groups, policies, credentials.
pub(super) fn directory() -> Vec<Case> {
    let mut cases = vec![
        Case::new("the oldest accounts", |c| accounts::oldest(c, SOME).map(drop)),
        Case::new("an account by name", |c| accounts::by_name(c, "account 7").map(drop)),
        Case::new("expired tokens", |c| tokens::expired(c, EARLY, SOME).map(drop)),
        Case::new("expired temporary keys", |c| temporary_keys::expired(c, EARLY, SOME).map(drop)),
        Case::new("a session", |c| tokens::session(c, digest(8)).map(drop)),
        Case::new("a credential", |c| access_keys::credential(c, "AK8").map(drop)),
        Case::new("a temporary session", |c| temporary_keys::session(c, "TK8").map(drop)),
    ];
    for account in [BIG, SMALL] {
        cases.extend(of_account(plain(1, account)));
    }
    // Both are of the account that has an eighth of everything.
    let (user, group): (UserId, GroupId) = (plain(3, 40), plain(4, 41));
    cases.extend([
        Case::new("access keys of a user", move |c| access_keys::of_user(c, user).map(drop)),
        Case::new("temporary keys of a user", move |c| temporary_keys::of_user(c, user).map(drop)),
        Case::new("what reaches a user", move |c| attachments::reaching(c, user).map(drop)),
    ]);
    let (account, policy): (AccountId, PolicyId) = (plain(1, BIG), plain(5, 40));
    for principal in [Principal::User(user), Principal::Group(group)] {
        for policy in [None, Some(policy)] {
            let filter = AttachmentFilter { policy, ..AttachmentFilter::to(account, principal) };
            cases.push(Case::new(format!("attachments: {filter:?}"), move |c| {
                attachments::selected(c, &filter).map(drop)
            }));
        }
    }
    cases.push(Case::new("attachments of a policy", move |c| {
        attachments::count(c, account, policy)?;
        attachments::selected(c, &AttachmentFilter::of(account, policy)).map(drop)
    }));
    for of in [(Some(group), Some(user)), (Some(group), None), (None, Some(user))] {
        cases.push(Case::new(format!("memberships: {of:?}"), move |c| {
            memberships::selected(c, account, of).map(drop)
        }));
    }
    cases
}

fn of_account(account: AccountId) -> Vec<Case> {
    let mut cases = vec![
        Case::new(format!("the oldest users of {account}"), move |c| {
            users::oldest(c, account, SOME).map(drop)
        }),
        Case::new(format!("a user of {account}"), move |c| {
            users::by_name(c, account, "user 40").map(drop)
        }),
    ];
    let all = UserFilter { limit: SOME, ..UserFilter::of(account) };
    for filter in [
        UserFilter { name: Some("user 40".to_owned()), ..all.clone() },
        UserFilter { state: Some(State::Enabled), ..all.clone() },
        UserFilter { group: Some(plain(4, 40)), ..all.clone() },
        UserFilter { after: Some(plain(3, 10_000)), ..all.clone() },
        all,
    ] {
        cases
            .push(Case::new(format!("{filter:?}"), move |c| users::selected(c, &filter).map(drop)));
    }
    let all = GroupFilter { limit: SOME, ..GroupFilter::of(account) };
    for filter in [
        GroupFilter { name: Some("group 40".to_owned()), ..all.clone() },
        GroupFilter { member: Some(plain(3, 40)), ..all.clone() },
        GroupFilter { after: Some(plain(4, 5_000)), ..all.clone() },
        all,
    ] {
        cases.push(Case::new(format!("{filter:?}"), move |c| {
            groups::selected(c, &filter).map(drop)
        }));
    }
    let all = PolicyFilter { limit: SOME, ..PolicyFilter::of(account) };
    for filter in [
        PolicyFilter { name: Some("policy 40".to_owned()), ..all.clone() },
        PolicyFilter { after: Some(plain(5, 5_000)), ..all.clone() },
        all,
    ] {
        cases.push(Case::new(format!("{filter:?}"), move |c| {
            policies::selected(c, &filter).map(drop)
        }));
    }
    let all = ProjectFilter { account, name: None, state: None, offset: 0, limit: SOME };
    for filter in [
        ProjectFilter { name: Some("project 40".to_owned()), ..all.clone() },
        ProjectFilter { state: Some(State::Enabled), ..all.clone() },
        all,
    ] {
        cases.push(Case::new(format!("{filter:?}"), move |c| {
            projects::selected(c, &filter).map(drop)
        }));
    }
    let all = AuditFilter { account: None, after: None, limit: SOME };
    let after = Some(iam::EventPosition { change: dashed(11, 30_000), index: 0 });
    for filter in [
        AuditFilter { account: Some(account), ..all },
        AuditFilter { account: Some(account), after, ..all },
        AuditFilter { after, ..all },
        all,
    ] {
        cases.push(Case::new(format!("events: {filter:?}"), move |c| {
            audit_events::page(c, &filter).map(drop)
        }));
    }
    cases
}

/// Certificates and authorities one by one, and what tells of their revocation.
pub(super) fn revocation() -> Vec<Case> {
    let authority: CaId = dashed(6, 40);
    let account: AccountId = plain(1, BIG);
    let serial = || SerialNumber::from_hex("10000028").unwrap();
    let mut cases = vec![
        Case::new("a certificate", move |c| {
            private_certificates::by_id(c, account, dashed(9, 40)).map(drop)
        }),
        Case::new("a request", move |c| csrs::by_id(c, account, plain(8, 40)).map(drop)),
        Case::new("an authority", move |c| {
            authorities::attributes(c, account, authority)?;
            authorities::by_id(c, account, authority).map(drop)
        }),
        Case::new("authorities by subject", move |c| {
            authorities::by_subject(c, account, b"subject 40").map(drop)
        }),
        Case::new("authorities of a project", move |c| {
            let project: ProjectId = plain(2, 32);
            let page = Page { limit: 20, offset: 0 };
            authority_page::of_project(c, plain(1, BIG), project, page).map(drop)
        }),
        Case::new("authorities that are to go", |c| {
            authority_page::due(c, None, EARLY, SOME)?;
            authority_page::due(c, Some(plain(1, BIG)), EARLY, SOME).map(drop)
        }),
        Case::new("the standing of a serial number", move |c| {
            responders::rows(c, authority)?;
            serials::is_there(c, authority, &serial())?;
            revocations::is_there(c, authority, &serial())?;
            responders::standing(c, authority, &serial()).map(drop)
        }),
        Case::new("revocations page by page", move |c| {
            revocations::after(c, authority, Some(&serial()), SOME).map(drop)
        }),
        Case::new("the last end", move |c| serials::last_end(c, authority).map(drop)),
        Case::new("whether a key is an authority's", |c| {
            let key = crate::conformance::fixtures::public_key();
            crate::tables::keys::is_of_an_authority(c, &key)?;
            certificates::is_key_elsewhere(c, &key).map(drop)
        }),
    ];
    for shard in [None, Some(1)] {
        let list = List { authority, shard };
        let past = Past { through: 10, ended_before: EARLY };
        cases.push(Case::new(format!("revocations of {list}"), move |c| {
            revocations::tally(c, list, past)?;
            revocations::told(c, list, past, &mut |_| true).map(drop)
        }));
    }
    cases
}

/// What servers look for by themselves, and the metrics.
pub(super) fn work() -> Vec<Case> {
    let authority: CaId = dashed(6, 40);
    vec![
        Case::new("responders to renew", |c| {
            responders::of_authority(c, dashed(6, 40))?;
            responders::due(c, Timestamp::from_millis(1_000_050), SOME).map(drop)
        }),
        Case::new("heads of an authority", move |c| {
            crls::by_authority(c, authority)?;
            crl_heads::by_list(c, List { authority, shard: None })?;
            crl_heads::of_authority(c, authority).map(drop)
        }),
        Case::new("bodies that nobody names", |c| crl_bodies::idle(c, EARLY).map(drop)),
        Case::new("places of CRLs", move |c| {
            let location = Location { bucket: "crl".to_owned(), name: authority.to_string() };
            crl_places::at(c, &location)?;
            crl_places::of(c, authority)?;
            crl_places::after(c, Some(&location), SOME).map(drop)
        }),
        Case::new("transactions that wait", |c| {
            workspace_transactions::waiting(c, plain(2, 32))?;
            workspace_transactions::waiting_since(c, EARLY, SOME).map(drop)
        }),
        Case::new("a counter", |c| {
            counters::used(c, &Counter::of_account(Quota::Certificates, plain(1, BIG))).map(drop)
        }),
        Case::new("work that servers do", |c| leases::states(c).map(drop)),
        Case::new("the metrics", |c| watched::read(c, Timestamp::from_millis(500), SOME).map(drop)),
    ]
}
