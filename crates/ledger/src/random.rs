//! The port to randomness.

/// Gives unpredictable bytes. The only way to randomness outside [`crate::system`] and the key
/// generation of the cryptographic libraries.
pub trait Random: Send + Sync {
    /// Fills `bytes` from a cryptographically secure generator. Does not fail: an implementation
    /// that cannot deliver ends the process, since nothing may be decided without it.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random + '_ {
    /// `N` unpredictable bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}
