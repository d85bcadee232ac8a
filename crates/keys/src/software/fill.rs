//! Who makes the ready-made keys: one thread that stands behind everything else.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ledger::Random;
use pki::KeyError;
use x509::key::KeyAlgorithm;

use super::gate::Gate;
use super::generate::generate;
use super::pool::{Pool, ReadyKey};
use super::signing_key::SigningKey;

/// Between two looks whether keys that somebody waits for are done.
const BUSY: Duration = Duration::from_millis(20);
/// After a key could not be made.
const FAILED: Duration = Duration::from_secs(10);
/// What the thread leaves to all others: the least there is.
const NICENESS: i32 = 19;

/// Starts the thread; it ends when the pool is closed.
///
/// It uses one processor at most, and none that anybody else could use: the system lets it run only
/// when nobody else wants to, and no key is begun while one is made that somebody waits for.
pub(super) fn start(pool: Arc<Pool>, gate: Arc<Gate>, random: Arc<dyn Random>) -> io::Result<()> {
    let fill = move || {
        // On Linux niceness is a thread's own, though POSIX makes it the process's. Refused by no
        // system, since it only gives away.
        let _ = rustix::process::setpriority_process(None, NICENESS);
        while let Some(algorithm) = pool.wanted() {
            if gate.is_generating() {
                pool.rest(BUSY);
                continue;
            }
            match make(algorithm, &*random) {
                Ok(made) => pool.put(made),
                // The next request says what is wrong.
                Err(_) => _ = pool.rest(FAILED),
            }
        }
    };
    std::thread::Builder::new().name("rsa-pool".to_owned()).spawn(fill).map(drop)
}

fn make(algorithm: KeyAlgorithm, random: &dyn Random) -> Result<ReadyKey, KeyError> {
    let key = generate(algorithm, random)?;
    let signing_key = SigningKey::new(&key)?;
    signing_key.prove(&key, random)?;
    Ok(ReadyKey { key, signing_key })
}
