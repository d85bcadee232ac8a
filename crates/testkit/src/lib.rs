//! A server in the test's own process: the real router over a real database in a temporary
//! directory, with a clock that the test moves.
//!
//! A dev-dependency only. A kit fails by panicking with what went wrong, as tests do.
#![expect(clippy::expect_used, reason = "a test kit that cannot start fails the test")]

mod account;
mod answer;
mod clock;
mod engine;
mod keys;
mod member;
mod node;
mod server;

pub use account::{TestAccount, TestScope};
pub use answer::Answer;
pub use clock::TestClock;
pub use member::TestMember;
pub use node::TestNode;
pub use server::{BUCKET, PUBLIC_URL, TestServer};
