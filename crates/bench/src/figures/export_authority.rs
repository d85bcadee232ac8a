//! `POST /v1/private-certificate-authorities/{ca_id}/export`: nothing but reading.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use serde_json::Value;

use super::Bench;
use super::windows::{Aim, Raw, Subject};
use crate::call::Call;
use crate::client::once;
use crate::echo::Echo;
use crate::failure::Failure;
use crate::figure::Figure;
use crate::load::{Load, Source, Window};
use crate::requests::export_of_three;

const CONNECTIONS: usize = 32;

/// Of a subordinate below a subordinate below a root.
pub(super) fn measure(bench: &Bench) -> Result<Figure, Failure> {
    let target = &bench.server.target;
    let call = export_of_three(target, &bench.token)?;
    let answer = once(target, &call)?;
    expect_three(&answer.body)?;
    let echo = Echo::start(&bench.directory, answer.body.len())?;
    let echoed = Load {
        target: echo.target.clone(),
        call: Arc::new(Call::post("/", StatusCode::OK)),
        connections: CONNECTIONS,
    };
    let warm_up = bench.windows.warm_up();
    let echoes = move |length: Duration| {
        let _running = &echo;
        rate_without_errors(echoed.run(warm_up, length)?)
    };
    bench.windows.measure(Subject {
        title: "export CA with a chain of three, 32 connections",
        load: Box::new(Load {
            target: target.clone(),
            call: Arc::new(call),
            connections: CONNECTIONS,
        }),
        references: vec![Raw::new("HTTP echo of the same length over TLS", 1.0, echoes)],
        aim: Aim::Rate(15_000.0),
    })
}

/// The certificate and the two above it, or it would be another figure.
fn expect_three(body: &[u8]) -> Result<(), Failure> {
    let value: Value = serde_json::from_slice(body).map_err(Failure::Json)?;
    let count = |field| {
        let pem = value.get(field).and_then(Value::as_str).unwrap_or_default();
        pem.matches("-----BEGIN CERTIFICATE-----").count()
    };
    if (count("certificate"), count("certificate_chain")) == (1, 2) {
        Ok(())
    } else {
        Err(Failure::Unintelligible { what: "the exported chain", text: value.to_string() })
    }
}

/// A reference that fails is none.
pub(super) fn rate_without_errors(window: Window) -> Result<f64, Failure> {
    match window.errors.first {
        None => Ok(window.rate),
        Some(text) => Err(Failure::Unintelligible { what: "the reference server's answer", text }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_chain_of_three_is_measured() {
        let pem = "-----BEGIN CERTIFICATE-----\n";
        let three = json!({ "certificate": pem, "certificate_chain": pem.repeat(2) });
        let two = json!({ "certificate": pem, "certificate_chain": pem });
        let one = json!({ "certificate": pem, "certificate_chain": null });

        assert!(expect_three(three.to_string().as_bytes()).is_ok());
        assert!(expect_three(two.to_string().as_bytes()).is_err());
        assert!(expect_three(one.to_string().as_bytes()).is_err());
    }
}
