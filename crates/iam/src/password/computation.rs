//! One computation of Argon2id, in memory that the system has back afterwards.

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version};
use zeroize::Zeroizing;

use crate::Error;

/// How many blocks of 1 KiB there is room for, also where fewer are used, which costs addresses and no
/// memory. What is larger than 32 MiB the GNU allocator maps by itself and gives back when it is freed;
/// of what is smaller it keeps up to 58 MB for each of many threads, once the first was freed.
const ROOM: usize = 33 * 1024;

/// How many there are at most, which is what can be configured: 1 GiB.
const MOST: usize = 1024 * 1024;

/// Argon2id with its parameters (RFC 9106).
pub(super) struct Computation(Argon2<'static>);

impl Computation {
    /// Of version 1.3.
    pub(super) fn new(params: Params) -> Self {
        Self(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    /// As it was made for this hash.
    pub(super) fn of(hash: &PasswordHash) -> Result<Self, Error> {
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(Error::internal)?;
        let version = hash.version.map_or(Ok(Version::V0x13), Version::try_from);
        let params = Params::try_from(hash).map_err(Error::internal)?;
        Ok(Self(Argon2::new(algorithm, version.map_err(Error::internal)?, params)))
    }

    /// The hash of a password, as a PHC string.
    pub(super) fn hash(&self, password: &[u8], salt: &[u8]) -> Result<String, Error> {
        let output = self.output(password, salt)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(self.0.params()).map_err(Error::internal)?,
            salt: Some(Salt::new(salt).map_err(Error::internal)?),
            hash: Some(Output::new(&output).map_err(Error::internal)?),
        };
        Ok(hash.to_string())
    }

    /// Whether the hash is that of the password, in a time that does not tell how much of it is.
    pub(super) fn is_of(&self, password: &[u8], hash: &PasswordHash) -> Result<bool, Error> {
        let incomplete = || Error::internal(argon2::password_hash::Error::Internal);
        let salt = hash.salt.as_ref().ok_or_else(incomplete)?;
        let expected = hash.hash.as_ref().ok_or_else(incomplete)?;
        let output = self.output(password, salt)?;
        // Outputs are compared in constant time.
        Ok(Output::new(&output).map_err(Error::internal)? == *expected)
    }

    /// What is computed.
    pub(super) fn output(&self, password: &[u8], salt: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let params = self.0.params();
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut output = Zeroizing::new(vec![0; length]);
        let blocks = params.block_count();
        if blocks > MOST {
            return Err(Error::internal(argon2::Error::MemoryTooMuch));
        }
        let mut memory: Vec<Block> = Vec::new();
        memory.try_reserve_exact(blocks.max(ROOM)).map_err(Error::internal)?;
        memory.resize(blocks, Block::default());
        self.0
            .hash_password_into_with_memory(password, salt, &mut output, &mut memory[..])
            .map_err(Error::internal)?;
        Ok(output)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Barrier, Mutex};

    use argon2::PasswordVerifier;

    use super::*;

    #[test]
    fn it_is_what_everybody_computes() {
        let params = Params::new(64, 3, 2, None).unwrap();
        let hash = Computation::new(params.clone()).hash(b"correct horse", &[7; 16]).unwrap();

        let theirs = PasswordHash::new(&hash).unwrap();
        Argon2::from(params).verify_password(b"correct horse", &theirs).unwrap();
        assert!(Computation::of(&theirs).unwrap().is_of(b"correct horse", &theirs).unwrap());
        assert!(!Computation::of(&theirs).unwrap().is_of(b"correct horsE", &theirs).unwrap());
    }

    #[test]
    fn what_would_take_more_than_can_be_configured_is_refused() {
        let hash =
            format!("$argon2id$v=19$m=4294967295,t=1,p=1${}${}", "A".repeat(22), "A".repeat(43));
        let hash = PasswordHash::new(&hash).unwrap();

        assert!(Computation::of(&hash).unwrap().is_of(b"", &hash).is_err());
    }

    #[test]
    fn what_lacks_its_hash_is_nobodys() {
        let hash = PasswordHash::new("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA").unwrap();

        assert!(Computation::of(&hash).unwrap().is_of(b"", &hash).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_of_its_memory_stays() {
        let resident = || -> u64 {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        let params = Params::new(19 * 1024, 1, 1, None).unwrap();
        let before = resident();

        // Each thread stays until all have computed twice, one after the other.
        let (turn, all) = (Arc::new(Mutex::new(())), Arc::new(Barrier::new(9)));
        let threads = [(); 8].map(|()| {
            let (params, turn, all) = (params.clone(), turn.clone(), all.clone());
            std::thread::spawn(move || {
                for _ in 0..2 {
                    let _turn = turn.lock().unwrap();
                    Computation::new(params.clone()).output(b"p", &[0; 16]).unwrap();
                }
                all.wait();
                all.wait();
            })
        });
        all.wait();
        // What other tests compute meanwhile goes again.
        let kept = (0..100).map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(20));
            resident().saturating_sub(before)
        });
        let kept = kept.min().unwrap();
        all.wait();

        for thread in threads {
            thread.join().unwrap();
        }
        assert!(kept < 100 * 1024, "{kept} KiB more, of eight times 19 MiB");
    }
}
