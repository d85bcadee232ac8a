//! The tables of certificates that authorities have issued to others.

use super::Table;
use crate::contents::Kind::{Number, NumberOrNone, Octets, OctetsOrNone, Text, TextOrNone};

pub(super) const TABLES: &[Table] = &[
    Table {
        name: "private_certificates",
        columns: &[
            ("id", Text),
            ("version", Number),
            ("account", Text),
            ("issuer", Text),
            ("issuer_name", Text),
            ("common_name", Text),
            ("country", Text),
            ("province", Text),
            ("locality", Text),
            ("organization", Text),
            ("organizational_unit", Text),
            ("key_algorithm", Text),
            ("hash", Text),
            ("generation_mode", Text),
            ("serial", Text),
            ("not_before", Number),
            ("not_after", Number),
            ("created_at", Number),
            ("enterprise_project", Text),
            ("key_id", TextOrNone),
            ("encryption_serial", TextOrNone),
            ("encryption_key_id", TextOrNone),
            ("shard", NumberOrNone),
            ("revoked_at", NumberOrNone),
            ("revocation_reason", NumberOrNone),
        ],
        key: &["id"],
    },
    Table {
        name: "private_certificate_contents",
        columns: &[("certificate", Text), ("der", Octets), ("encryption_der", OctetsOrNone)],
        key: &["certificate"],
    },
    Table {
        name: "certificate_tags",
        columns: &[("certificate", Text), ("key", Text), ("value", Text), ("account", Text)],
        key: &["certificate", "key"],
    },
    Table {
        name: "certificate_tag_uses",
        columns: &[("account", Text), ("key", Text), ("value", Text), ("uses", Number)],
        key: &["account", "key", "value"],
    },
    Table {
        name: "serials",
        columns: &[("issuer", Text), ("serial", Text), ("not_after", Number)],
        key: &["issuer", "serial"],
    },
];
