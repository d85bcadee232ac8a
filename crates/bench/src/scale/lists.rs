//! Pages of lists, one client, with very many stored certificates and without.

use std::time::Duration;

use serde::Serialize;

use super::Filled;
use crate::call::Call;
use crate::failure::Failure;
use crate::one_client::Times;
use crate::statistics::{Latency, Summary};

/// What is asked for: a page of ten.
const PAGES: [(&str, &str, Kind); 7] = [
    ("the first page", "limit=10", Kind::Plain),
    ("by name", "limit=10&name=seed-0000012345", Kind::Filtered),
    ("by the beginning of names", "limit=10&name=seed-00000", Kind::Filtered),
    ("in the order of issuers", "limit=10&sort_key=issuer_name", Kind::Filtered),
    ("by status: issued", "limit=10&status=ISSUED", Kind::Filtered),
    ("by status: revoked", "limit=10&status=REVOKED", Kind::Filtered),
    ("in the order of expiry", "limit=10&sort_key=not_after&sort_dir=ASC", Kind::Filtered),
];

/// What a page is to reach.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Twice the time without many.
    Plain,
    /// 50 ms.
    Filtered,
}

/// How long a page takes.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Page {
    /// Which.
    pub(super) title: &'static str,
    kind: Kind,
    /// Half of them took no longer, milliseconds.
    pub(super) p50_ms: f64,
    /// 99 of a hundred.
    pub(super) p99_ms: f64,
    /// Half of them without many.
    pub(super) beside_ms: f64,
    /// Of each pair's medians.
    pub(super) ratio: Summary,
}

impl Page {
    /// Whether the aim is met.
    pub(super) fn is_met(&self) -> bool {
        match self.kind {
            Kind::Plain => self.ratio.median <= 2.0,
            Kind::Filtered => self.p50_ms < 50.0,
        }
    }

    /// The aim in words.
    pub(super) fn aim(&self) -> String {
        match self.kind {
            Kind::Plain => "2 times".to_owned(),
            Kind::Filtered => "50 ms".to_owned(),
        }
    }
}

/// Measures each in pairs of windows, after one that is not counted.
///
/// # Errors
///
/// A server answers nobody, or wrongly.
pub(super) fn measure(
    none: &Filled,
    many: &Filled,
    (pairs, length): (u32, Duration),
) -> Result<Vec<Page>, Failure> {
    let length = (length / 5).max(Duration::from_millis(50));
    let times = |filled: &Filled, query: &str| {
        let path = format!("/v1/private-certificates?{query}");
        let call = || Ok(Call::get(path.as_str()).with_token(&filled.site.token));
        let times = Times::of(filled.site.first()?, length, call)?;
        if let Some(text) = times.errors.first {
            return Err(Failure::Unintelligible { what: "a page", text });
        }
        Ok(times.times)
    };
    let mut pages = Vec::new();
    for (title, query, kind) in PAGES {
        eprintln!("measuring the list {title} ...");
        times(none, query)?;
        times(many, query)?;
        let (mut all, mut beside, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
        let p50 = |times: &[Duration]| {
            let latency = Latency::of(times.to_vec());
            latency.map(|latency| latency.p50_ms).ok_or(Failure::Slow("every page"))
        };
        for _ in 0..pairs {
            let without = times(none, query)?;
            let with = times(many, query)?;
            ratio.push(p50(&with)? / p50(&without)?);
            all.extend(with);
            beside.extend(without);
        }
        let latency = Latency::of(all).ok_or(Failure::Slow("every page"))?;
        pages.push(Page {
            title,
            kind,
            p50_ms: latency.p50_ms,
            p99_ms: latency.p99_ms,
            beside_ms: p50(&beside)?,
            ratio: Summary::of(&ratio).ok_or(Failure::Slow("every page"))?,
        });
    }
    Ok(pages)
}
