//! What was read from the database, in Prometheus' text format 0.0.4.
//!
//! Written here and not by the recorder: series of authorities that are gone must go too.

use std::fmt::Write;
use std::time::Duration;

use ledger::Timestamp;
use store::{Ending, Standbys, Watched};

/// A metric, as it is declared.
struct Gauge {
    name: &'static str,
    help: &'static str,
}

const UP: Gauge = Gauge {
    name: "cinnabar_database_up",
    help: "Whether the database could be read for these metrics: 1 or 0.",
};
const GATHERING: Gauge = Gauge {
    name: "cinnabar_gathering_seconds",
    help: "How long reading the database for these metrics took, at most every 15 seconds.",
};
const SIZE: Gauge = Gauge {
    name: "cinnabar_database_size_bytes",
    help: "The size of the database, with its log where that is a file of ours.",
};
const CONNECTIONS: Gauge = Gauge {
    name: "cinnabar_database_connections",
    help: "Connections that this server has open to its database, by their use.",
};
const REPLICATION: Gauge = Gauge {
    name: "cinnabar_replication_lag_seconds",
    help: "How far each standby of the database is behind.",
};
const STANDBYS: Gauge =
    Gauge { name: "cinnabar_standbys_connected", help: "Standbys that follow the database." };
const SYNCHRONOUS: Gauge = Gauge {
    name: "cinnabar_standbys_synchronous",
    help: "Those among them that commits wait for.",
};
const REQUIRED: Gauge =
    Gauge { name: "cinnabar_standbys_required", help: "How many standbys each commit waits for." };
const AUTHORITIES: Gauge = Gauge {
    name: "cinnabar_authority_days_to_expiry",
    help: "Days until an active authority's own certificate ends; the 100 that end first.",
};
const CERTIFICATES: Gauge = Gauge {
    name: "cinnabar_certificate_days_to_next_expiry",
    help: "Days until the next certificate of each of those authorities ends, revoked or not.",
};
const RESPONDERS: Gauge = Gauge {
    name: "cinnabar_ocsp_responder_days_to_expiry",
    help: "Days until an OCSP responder's certificate ends; the 100 whose renewal comes first.",
};
const CRL_AGES: Gauge = Gauge {
    name: "cinnabar_crl_age_seconds",
    help: "Seconds since thisUpdate of an authority's CRL; the 100 lists that are due first.",
};
const CRL_ENDS: Gauge = Gauge {
    name: "cinnabar_crl_seconds_to_next_update",
    help: "Seconds until nextUpdate of the same lists; below zero nobody accepts them any more.",
};
const UNPUBLISHED: Gauge = Gauge {
    name: "cinnabar_crls_unpublished",
    help: "CRLs that are made and not in their buckets yet.",
};
const FAILURES: Gauge = Gauge {
    name: "cinnabar_job_failures",
    help: "How often in a row the server's own work has failed; of CRLs, the worst list.",
};
const OVERDUE: Gauge = Gauge {
    name: "cinnabar_job_overdue_seconds",
    help: "How long the server's own work has been due and nobody does it.",
};
const TAKEN: Gauge =
    Gauge { name: "cinnabar_job_leases", help: "Leases that servers hold on the work now." };

/// What is shown of a database that cannot be read.
pub(super) fn down() -> String {
    let mut text = String::new();
    declare(&mut text, &UP);
    sample(&mut text, &UP, &[], 0.0);
    text
}

/// What is shown of a database that was read as of `now`, which took so long.
pub(super) fn exposition(watched: &Watched, now: Timestamp, taken: Duration) -> String {
    let text = &mut String::new();
    single(text, &UP, 1.0);
    single(text, &GATHERING, taken.as_secs_f64());
    single(text, &SIZE, count(watched.size));
    single(text, &UNPUBLISHED, count(watched.unpublished));
    declare(text, &CONNECTIONS);
    for (purpose, open) in &watched.connections {
        sample(text, &CONNECTIONS, &[("use", purpose)], f64::from(*open));
    }
    declare(text, &REPLICATION);
    for replica in &watched.replicas {
        let lag = replica.lag.as_secs_f64();
        sample(text, &REPLICATION, &[("replica", &replica.name)], lag);
    }
    standbys(text, watched.standbys);
    endings(text, &AUTHORITIES, &watched.authorities, now);
    endings(text, &CERTIFICATES, &watched.certificates, now);
    endings(text, &RESPONDERS, &watched.responders, now);
    for (gauge, sign) in [(&CRL_AGES, -1.0), (&CRL_ENDS, 1.0)] {
        declare(text, gauge);
        for crl in &watched.crls {
            let ca = crl.list.authority.to_string();
            let shard = crl.list.shard.map_or_else(String::new, |shard| shard.to_string());
            let at = if sign < 0.0 { crl.this_update } else { crl.next_update };
            sample(text, gauge, &[("ca", &ca), ("shard", &shard)], sign * seconds_to(at, now));
        }
    }
    declare(text, &FAILURES);
    for work in &watched.work {
        sample(text, &FAILURES, &[("kind", &work.kind)], f64::from(work.failures));
    }
    declare(text, &OVERDUE);
    for work in &watched.work {
        sample(text, &OVERDUE, &[("kind", &work.kind)], work.overdue.as_secs_f64());
    }
    declare(text, &TAKEN);
    for work in &watched.work {
        sample(text, &TAKEN, &[("kind", &work.kind)], f64::from(work.leases));
    }
    std::mem::take(text)
}

/// Shown where a server has the database, as far as it tells.
fn standbys(text: &mut String, standbys: Option<Standbys>) {
    for (gauge, number) in [
        (&STANDBYS, standbys.map(|standbys| standbys.connected)),
        (&SYNCHRONOUS, standbys.and_then(|standbys| standbys.synchronous)),
        (&REQUIRED, standbys.map(|standbys| standbys.required)),
    ] {
        declare(text, gauge);
        if let Some(number) = number {
            sample(text, gauge, &[], f64::from(number));
        }
    }
}

fn endings(text: &mut String, gauge: &Gauge, endings: &[Ending], now: Timestamp) {
    declare(text, gauge);
    for Ending { authority, at } in endings {
        let days = seconds_to(*at, now) / 86_400.0;
        sample(text, gauge, &[("ca", &authority.to_string())], (days * 1e3).round() / 1e3);
    }
}

/// Below zero when it has passed.
fn seconds_to(at: Timestamp, now: Timestamp) -> f64 {
    let milliseconds = at.as_millis().saturating_sub(now.as_millis());
    #[expect(clippy::cast_precision_loss, reason = "whole milliseconds of any date are exact")]
    let seconds = milliseconds as f64 / 1e3;
    seconds
}

fn count(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "exact up to nine petabytes")]
    let count = count as f64;
    count
}

fn single(text: &mut String, gauge: &Gauge, value: f64) {
    declare(text, gauge);
    sample(text, gauge, &[], value);
}

fn declare(text: &mut String, Gauge { name, help }: &Gauge) {
    // Writing to a text cannot fail.
    let _infallible = write!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n");
}

fn sample(text: &mut String, gauge: &Gauge, labels: &[(&str, &str)], value: f64) {
    text.push_str(gauge.name);
    let mut open = '{';
    for (name, value) in labels {
        // Backslashes, quotes and ends of lines are what a label has to escape.
        let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let _infallible = write!(text, "{open}{name}=\"{value}\"");
        open = ',';
    }
    if !labels.is_empty() {
        text.push('}');
    }
    let _infallible = writeln!(text, " {value}");
}

#[cfg(test)]
mod tests {
    use ledger::CaId;
    use pki::crl::List;
    use store::{CrlTimes, Replica, WorkState};

    use super::*;

    #[test]
    fn what_was_read_is_shown_with_its_labels() {
        let ca: CaId = "4c0e772e-a30c-4029-b929-b7acb04143f7".parse().unwrap();
        let now = Timestamp::from_seconds(1_000_000);
        let day = Duration::from_secs(86_400);
        let watched = Watched {
            size: 4096,
            unpublished: 2,
            connections: vec![("write", 1)],
            replicas: vec![Replica {
                name: "a \"b\"".to_owned(),
                lag: Duration::from_millis(1500),
            }],
            standbys: Some(Standbys { connected: 2, synchronous: Some(0), required: 1 }),
            authorities: vec![Ending { authority: ca, at: now + day * 3 / 2 }],
            certificates: Vec::new(),
            responders: Vec::new(),
            crls: vec![CrlTimes {
                list: List { authority: ca, shard: Some(3) },
                this_update: Timestamp::from_seconds(999_990),
                next_update: Timestamp::from_seconds(999_995),
            }],
            work: vec![WorkState {
                kind: "renew_responders".to_owned(),
                failures: 4,
                overdue: Duration::from_secs(9),
                leases: 0,
            }],
        };

        let text = exposition(&watched, now, Duration::from_millis(2));

        for line in [
            "cinnabar_database_up 1",
            "cinnabar_gathering_seconds 0.002",
            "cinnabar_database_size_bytes 4096",
            "cinnabar_crls_unpublished 2",
            "cinnabar_database_connections{use=\"write\"} 1",
            "cinnabar_replication_lag_seconds{replica=\"a \\\"b\\\"\"} 1.5",
            "cinnabar_standbys_connected 2",
            "cinnabar_standbys_synchronous 0",
            "cinnabar_standbys_required 1",
            &format!("cinnabar_authority_days_to_expiry{{ca=\"{ca}\"}} 1.5"),
            &format!("cinnabar_crl_age_seconds{{ca=\"{ca}\",shard=\"3\"}} 10"),
            &format!("cinnabar_crl_seconds_to_next_update{{ca=\"{ca}\",shard=\"3\"}} -5"),
            "cinnabar_job_failures{kind=\"renew_responders\"} 4",
            "cinnabar_job_overdue_seconds{kind=\"renew_responders\"} 9",
            "cinnabar_job_leases{kind=\"renew_responders\"} 0",
            "# TYPE cinnabar_certificate_days_to_next_expiry gauge",
        ] {
            assert!(text.lines().any(|shown| shown == line), "{line} is not in\n{text}");
        }
    }

    #[test]
    fn what_nobody_tells_of_standbys_is_not_shown_as_none() {
        let now = Timestamp::from_seconds(0);
        let hidden = Some(Standbys { connected: 1, synchronous: None, required: 1 });
        for (standbys, shown) in [(None, 0), (hidden, 2)] {
            let text = exposition(&Watched { standbys, ..Watched::default() }, now, Duration::ZERO);

            let lines = text.lines().filter(|line| line.starts_with("cinnabar_standbys_"));
            assert_eq!(lines.count(), shown, "{text}");
        }
    }

    #[test]
    fn of_a_database_that_is_down_nothing_old_is_shown() {
        assert_eq!(down().lines().last(), Some("cinnabar_database_up 0"));
        assert_eq!(down().lines().count(), 3);
    }
}
