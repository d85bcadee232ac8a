//! Associated data: what a blob is bound to, as one unambiguous run of octets.

/// Parts, each after its length, so that no two lists of parts give the same octets.
pub(crate) struct Context(Vec<u8>);

impl Context {
    /// The context of a kind of blob. Different kinds never open in each other's place.
    pub(crate) fn of(kind: &str) -> Self {
        Self(Vec::new()).with(kind.as_bytes())
    }

    /// One more part.
    pub(crate) fn with(mut self, part: &[u8]) -> Self {
        self.0.extend_from_slice(&(part.len() as u64).to_be_bytes());
        self.0.extend_from_slice(part);
        self
    }

    /// The octets.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cannot_move_their_border() {
        let one = Context::of("a").with(b"bc");
        let other = Context::of("ab").with(b"c");

        assert_ne!(one.as_bytes(), other.as_bytes());
    }
}
