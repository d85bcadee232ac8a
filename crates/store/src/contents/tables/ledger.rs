//! The tables of the ledger itself; the data keys come last, with what tells that all is there.

use super::Table;
use crate::contents::Kind::{Number, NumberOrNone, Octets, Text, TextOrNone};

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "counters",
        columns: &[("quota", Text), ("scope", Text), ("used", Number)],
        key: &["quota", "scope"],
    },
    Table {
        name: "leases",
        columns: &[
            ("name", Text),
            ("version", Number),
            ("holder", Text),
            ("expires_at", Number),
            ("due_at", Number),
            ("failures", Number),
            ("last_error", TextOrNone),
        ],
        key: &["name"],
    },
    Table {
        name: "audit_events",
        columns: &[
            ("change_id", Text),
            ("position", Number),
            ("at", Number),
            ("account", TextOrNone),
            ("actor_kind", Text),
            ("actor", TextOrNone),
            ("address", TextOrNone),
            ("request_id", Text),
            ("action", Text),
            ("object", TextOrNone),
            ("outcome", Text),
            ("detail", TextOrNone),
            ("count", Number),
        ],
        key: &["change_id", "position"],
    },
    Table {
        name: "data_keys",
        columns: &[
            ("id", Number),
            ("wrapped", Octets),
            ("created_at", Number),
            ("retired_at", NumberOrNone),
        ],
        key: &["id"],
    },
    Table { name: "canary", columns: &[("id", Number), ("sealed", Octets)], key: &["id"] },
];
