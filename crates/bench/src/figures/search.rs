//! `POST /v1/private-certificates/resource-instances/filter` by one client.

use std::cell::Cell;

use serde_json::Value;

use super::windows::Windows;
use crate::call::Call;
use crate::client::once;
use crate::failure::Failure;
use crate::figure::{Errors, Figure, Reference, Unit};
use crate::one_client::Times;
use crate::statistics::{Latency, Summary};
use crate::world::{VALUES, World};

/// Milliseconds, for the 99th percentile.
const AIM: f64 = 20.0;

/// A page of 50 with the total: by a tag that a thousand certificates have, each time another one; by a
/// key that all have; and of the latter the page in the middle.
pub(super) fn measure(world: &World, windows: Windows) -> Result<Vec<Figure>, Failure> {
    let tag = Cell::new(0);
    let by_tag = || {
        tag.set((tag.get() + 1) % VALUES);
        world.search(Some(tag.get()), 0)
    };
    let by_tag = figure(world, windows, "search by a tag that 1,000 have, p99", &by_tag)?;
    let first = || world.search(None, 0);
    let by_key = figure(world, windows, "search by a key that all have, p99", &first)?;
    let middle = || world.search(None, 500_000);
    let middle = figure(world, windows, "the same, the page at 500,000", &middle)?;
    let errors = middle.errors;
    let references = vec![Reference { title: middle.title, value: middle.value }];
    let mut by_key = Figure { references, ..by_key };
    by_key.errors.merge(errors);
    Ok(vec![by_tag, by_key])
}

fn figure(
    world: &World,
    windows: Windows,
    title: &str,
    next: &dyn Fn() -> Call,
) -> Result<Figure, Failure> {
    let target = &world.server.target;
    expect_page(&once(target, &next())?.body)?;
    let (mut p99, mut times, mut errors) = (Vec::new(), Vec::new(), Errors::default());
    // So that it is warm, as it is in use.
    Times::of(target, windows.warm_up(), || Ok(next()))?;
    for _ in 0..windows.count() {
        let window = Times::of(target, windows.length(), || Ok(next()))?;
        p99.push(window.p99()?);
        times.extend(window.times);
        errors.merge(window.errors);
    }
    Ok(Figure {
        title: title.to_owned(),
        unit: Unit::Milliseconds,
        value: Summary::of(&p99).ok_or(Failure::Slow("every search"))?,
        aim: AIM,
        latency: Latency::of(times),
        server_cpu_us: None,
        references: Vec::new(),
        errors,
    })
}

/// A full page out of many, or it would be another figure.
fn expect_page(body: &[u8]) -> Result<(), Failure> {
    let value: Value = serde_json::from_slice(body).map_err(Failure::Json)?;
    let total = value.get("total_count").and_then(Value::as_u64);
    let page = value.get("resources").and_then(Value::as_array).map(Vec::len);
    if total.is_some_and(|total| total >= 1000) && page == Some(50) {
        return Ok(());
    }
    let text = format!("{total:?} in all, {page:?} on the page");
    Err(Failure::Unintelligible { what: "the search's answer", text })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_full_page_out_of_many_is_measured() {
        let page = |total: u64, length| {
            json!({ "total_count": total, "resources": vec![json!({}); length] }).to_string()
        };

        assert!(expect_page(page(1040, 50).as_bytes()).is_ok());
        assert!(expect_page(page(0, 0).as_bytes()).is_err());
        assert!(expect_page(page(1040, 49).as_bytes()).is_err());
    }
}
