//! The tables of revocations and CRLs.

use super::Table;
use crate::contents::Kind::{Number, NumberOrNone, Octets, Text, TextOrNone};

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "revocations",
        columns: &[
            ("issuer", Text),
            ("serial", Text),
            ("version", Number),
            ("account", Text),
            ("revoked_at", Number),
            ("reason", Number),
            ("not_after", Number),
            ("shard", NumberOrNone),
            ("place", Number),
        ],
        key: &["issuer", "place"],
    },
    Table {
        name: "crls",
        columns: &[
            ("authority", Text),
            ("version", Number),
            ("account", Text),
            ("enabled", Number),
            ("url", TextOrNone),
            ("valid_days", Number),
            ("bucket", TextOrNone),
            ("object", TextOrNone),
            ("sharding", Text),
        ],
        key: &["authority"],
    },
    Table {
        name: "crl_heads",
        columns: &[
            ("list", Text),
            ("version", Number),
            ("authority", Text),
            ("shard", NumberOrNone),
            ("account", Text),
            ("names", Text),
            ("number", NumberOrNone),
            ("this_update", NumberOrNone),
            ("next_update", NumberOrNone),
            ("through", NumberOrNone),
            ("finality", TextOrNone),
            ("body", TextOrNone),
            ("octets", NumberOrNone),
            ("chunks", NumberOrNone),
            ("due_at", NumberOrNone),
            ("published", NumberOrNone),
        ],
        key: &["list"],
    },
    Table { name: "crl_bodies", columns: &[("id", Text), ("idle_since", Number)], key: &["id"] },
    Table {
        name: "crl_chunks",
        columns: &[("body", Text), ("number", Number), ("octets", Octets)],
        key: &["body", "number"],
    },
    Table {
        name: "crl_places",
        columns: &[
            ("id", Text),
            ("version", Number),
            ("bucket", Text),
            ("name", Text),
            ("authority", Text),
            ("account", Text),
            ("taken_at", Number),
        ],
        key: &["id"],
    },
    Table {
        name: "agencies",
        columns: &[("account", Text), ("version", Number), ("id", Text), ("created_at", Number)],
        key: &["account"],
    },
];
