//! `/v3/domains`

mod groups;
