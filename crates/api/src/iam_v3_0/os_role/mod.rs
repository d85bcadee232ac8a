//! `/v3.0/OS-ROLE`: custom policies of document version 1.1.

pub(super) mod roles;
