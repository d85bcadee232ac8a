//! How a node knows that what it has kept in memory is still so.

/// Between two changes that caches have to learn of.
///
/// A store raises it, in the same commit, with every change of what decisions rest on beside the
/// things themselves: accounts, users, credentials, policies and their attachments, authorities and
/// what is to become of their certificates. What was read in an epoch is good while the epoch lasts.
/// The node that committed is in the next one before the commit is answered, every other node a
/// second later at most. Epochs are told apart, never ordered, and mean nothing to another process.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Epoch(pub u64);
