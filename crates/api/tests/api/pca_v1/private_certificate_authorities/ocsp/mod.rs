//! `…/{ca_id}/ocsp`

mod switch;
