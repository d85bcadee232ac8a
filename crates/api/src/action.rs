//! The actions that endpoints ask leave for.

pub(crate) use iam::policy::Action;
