//! The endpoints, through the real router over a real database. A test's path is the endpoint's.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod bad_requests;
mod body;
mod busy;
mod coverage;
mod gateway;
mod health;
mod iam_v3;
mod iam_v3_0;
mod iam_v5;
mod nodes;
mod outside;
mod overload;
mod pca_v1;
mod people;
mod permissions;
mod public;
mod routes;
mod scm_v3;
mod signatures;
mod signing;
mod workspace_v2;
