//! The lists of the API: each order and direction, with each filter, from its start and far behind it.

use ledger::{AccountId, Timestamp};
use pki::Page;
use pki::authority::{AuthorityFilter, AuthorityOrder, AuthorityQuery, Direction, Kind, Status};
use pki::certificate::{CertificateFilter, CertificateOrder, CertificateQuery, CertificateStatus};
use pki::csr::CsrFilter;
use pki::tag::TagSearch;
use x509::key::KeyAlgorithm;

use super::case::{BIG, Case, SMALL, plain};
use crate::tables::{authority_page, authority_search, certificate_page, certificate_search, csrs};

/// A time at which some have ended and most have not.
const NOW: Timestamp = Timestamp::from_millis(500_000);

const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

const PAGES: [Page; 2] = [Page { limit: 20, offset: 0 }, Page { limit: 20, offset: 300 }];

fn accounts() -> [AccountId; 2] {
    [plain(1, BIG), plain(1, SMALL)]
}

/// Lists of certificates.
pub(super) fn certificates() -> Vec<Case> {
    let mut cases = Vec::new();
    let orders = [
        CertificateOrder::CommonName,
        CertificateOrder::CreationTime,
        CertificateOrder::IssuerName,
        CertificateOrder::NotAfter,
    ];
    for filter in certificate_filters() {
        for order in orders {
            for direction in DIRECTIONS {
                for account in accounts() {
                    for page in PAGES {
                        let query = CertificateQuery { filter: filter.clone(), order, direction };
                        let name = format!("certificates of {account}: {query:?} {page:?}");
                        cases.push(Case::new(name, move |connection| {
                            certificate_page::page(connection, account, &query, page, NOW).map(drop)
                        }));
                    }
                }
            }
        }
    }
    cases
}

fn certificate_filters() -> Vec<CertificateFilter> {
    let statuses = [
        None,
        Some(CertificateStatus::Expired),
        Some(CertificateStatus::Issued),
        Some(CertificateStatus::Revoked),
    ];
    let mut filters = Vec::new();
    for status in statuses {
        for project in [None, Some("0"), Some("p")] {
            for name in [None, Some("name 12")] {
                let (name, enterprise_project) =
                    (name.map(str::to_owned), project.map(str::to_owned));
                filters.push(CertificateFilter { name, status, enterprise_project });
            }
        }
    }
    filters
}

/// Lists of authorities.
pub(super) fn authorities() -> Vec<Case> {
    let mut cases = Vec::new();
    let orders = [
        AuthorityOrder::CommonName,
        AuthorityOrder::CreationTime,
        AuthorityOrder::Kind,
        AuthorityOrder::NotAfter,
    ];
    for filter in authority_filters() {
        for order in orders {
            for direction in DIRECTIONS {
                for account in accounts() {
                    let query = AuthorityQuery { filter: filter.clone(), order, direction };
                    let name = format!("authorities of {account}: {query:?}");
                    cases.push(Case::new(name, move |connection| {
                        let page = Page { limit: 20, offset: 0 };
                        authority_page::page(connection, account, &query, page, NOW).map(drop)
                    }));
                }
            }
        }
    }
    for account in accounts() {
        cases.push(Case::new(format!("tags of authorities of {account}"), move |connection| {
            authority_page::tags(connection, account, NOW).map(drop)
        }));
        cases.push(Case::new(format!("authorities in use of {account}"), move |connection| {
            authority_page::in_use(connection, account, NOW).map(drop)
        }));
        for search in searches() {
            let name = format!("authorities of {account}: {search:?}");
            cases.push(Case::new(name, move |connection| {
                let page = Page { limit: 20, offset: 0 };
                authority_search::page(connection, account, &search, page, NOW).map(drop)
            }));
        }
    }
    cases
}

fn authority_filters() -> Vec<AuthorityFilter> {
    let statuses = [
        None,
        Some(Status::Active),
        Some(Status::Deleted),
        Some(Status::Disabled),
        Some(Status::Expired),
        Some(Status::Pending),
        Some(Status::Revoked),
    ];
    let mut filters = Vec::new();
    for status in statuses {
        for kind in [None, Some(Kind::Root)] {
            for (name, project) in [(None, None), (Some("y 12"), None), (None, Some("p"))] {
                let (name, enterprise_project) =
                    (name.map(str::to_owned), project.map(str::to_owned));
                filters.push(AuthorityFilter { name, status, kind, enterprise_project });
            }
        }
    }
    filters
}

/// Searches by tags, and what goes with them.
pub(super) fn tags() -> Vec<Case> {
    let mut cases = Vec::new();
    for account in accounts() {
        for search in searches() {
            for page in [0, 60].map(|offset| Page { limit: 20, offset }) {
                let (name, search) =
                    (format!("certificates of {account}: {search:?} {page:?}"), search.clone());
                cases.push(Case::new(name, move |connection| {
                    certificate_search::page(connection, account, &search, page).map(drop)
                }));
            }
        }
        cases.push(Case::new(format!("tags of certificates of {account}"), move |connection| {
            certificate_search::tags(connection, account).map(drop)
        }));
    }
    cases
}

fn searches() -> Vec<TagSearch> {
    let tags: [&[(&str, &[&str])]; 6] = [
        &[("team", &[])],
        &[("team", &["v4"])],
        &[("team", &["v4", "v6"])],
        &[("rare", &["w200", "w400"])],
        &[("team", &["v0"]), ("rare", &[])],
        &[],
    ];
    let mut searches = Vec::new();
    for tags in tags {
        for name in [None, Some("1")] {
            let owned = tags.iter().map(|(key, values)| {
                ((*key).to_owned(), values.iter().copied().map(str::to_owned).collect())
            });
            searches.push(TagSearch { tags: owned.collect(), name: name.map(str::to_owned) });
        }
    }
    searches
}

/// Lists of certification requests.
pub(super) fn requests() -> Vec<Case> {
    let mut cases = Vec::new();
    for account in accounts() {
        for name in [None, Some("12")] {
            for algorithm in [None, Some(KeyAlgorithm::Sm2)] {
                for page in PAGES {
                    let filter = CsrFilter { name: name.map(str::to_owned), algorithm };
                    let name = format!("requests of {account}: {filter:?} {page:?}");
                    cases.push(Case::new(name, move |connection| {
                        csrs::page(connection, account, &filter, page).map(drop)
                    }));
                }
            }
        }
    }
    cases
}
