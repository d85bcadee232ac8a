//! `/v3.0/OS-CREDENTIAL/securitytokens`: temporary access keys.

pub(in crate::iam_v3_0) mod create;
