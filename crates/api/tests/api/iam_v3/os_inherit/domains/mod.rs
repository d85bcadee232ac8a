//! `/v3/OS-INHERIT/domains`

mod groups;
