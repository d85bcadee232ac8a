//! Who fills a database on a server, and who serves from it, keep each other away.
//!
//! The mark of [`super::unfinished`] tells it once it is committed; this lock does from before anything is
//! looked at, and goes with its session. A file has a lock beside it, which the process takes.

use std::thread;
use std::time::Duration;

use crate::UnfitServer;
use crate::sql::{self, Connection};

/// How often it is looked whether the last who was at work is gone: sessions end a little later than
/// their processes.
const LOOKS: u32 = 10;
/// The pause between two of these.
const PAUSE: Duration = Duration::from_millis(200);

/// Says that a session serves, for as long as it is open.
///
/// # Errors
///
/// [`UnfitServer::BeingFilled`], and when the server fails.
pub(crate) fn keep_away(connection: &Connection) -> sql::Result<()> {
    // Any number that is ours alone.
    let sql = "SELECT 1 WHERE pg_try_advisory_lock_shared(4923100216)";
    if comes_true(connection, sql)? { Ok(()) } else { Err(UnfitServer::BeingFilled.into()) }
}

/// Says that a session fills the database, for as long as it is open; whether nobody else is at work.
pub(super) fn begin(connection: &Connection) -> sql::Result<bool> {
    comes_true(connection, "SELECT 1 WHERE pg_try_advisory_lock(4923100216)")
}

fn comes_true(connection: &Connection, sql: &str) -> sql::Result<bool> {
    if !connection.is_shared() {
        return Ok(true);
    }
    for look in 0..LOOKS {
        if look > 0 {
            thread::sleep(PAUSE);
        }
        if connection.prepare_cached(sql)?.exists([])? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use postgres_cluster::{Cluster, TestDatabase};

    use crate::contents::{Beginning, Completeness, ContentsError, Place, Target};
    use crate::{Database, Demands, Durability, OpenError, Options};

    fn server() -> (TestDatabase, Place) {
        let database = TestDatabase::new(&Cluster::shared());
        let place = Place::Server(Box::new(database.url().parse().unwrap()));
        (database, place)
    }

    /// What a server says that starts there.
    fn served(place: &Place) -> Result<Database, OpenError> {
        match place {
            Place::File(path) => Database::open(path, Options::default()),
            Place::Server(address) => {
                let durability = Durability::Spared;
                let demands = Demands { durability, ..Demands::default() };
                Database::open_postgres((**address).clone(), demands)
            }
        }
    }

    #[test]
    fn nobody_serves_from_what_is_being_filled_from_its_first_moment_to_its_last() {
        let folder = tempfile::tempdir().unwrap();
        for completeness in [Completeness::Resumable, Completeness::AllOrNothing] {
            let (_database, server) = server();

            let (target, _) = Target::begin(&server, "x", completeness).unwrap();

            let refused = served(&server).err().unwrap().to_string();
            assert!(refused.contains("fills the database") || refused.contains("unfinished copy"));
            let mut looks = 0;
            let finished = target.finish(&mut |done, all| {
                // The indexes are there, and not committed.
                if done == all {
                    looks += 1;
                    assert!(served(&server).is_err());
                }
            });
            finished.unwrap();
            assert_eq!(looks, 1);
            drop(served(&server).unwrap());
        }
        let place = Place::File(folder.path().join("one"));
        let (target, _) = Target::begin(&place, "x", Completeness::Resumable).unwrap();
        assert!(matches!(served(&place), Err(OpenError::Unfinished)));
        drop(target);
        assert!(matches!(served(&place), Err(OpenError::Unfinished)));
    }

    #[test]
    fn what_is_served_from_or_being_filled_is_not_filled_beside_that() {
        let (_database, server) = server();
        let serving = served(&server).unwrap();

        let refused = Target::begin(&server, "x", Completeness::Resumable).err();
        assert!(matches!(refused, Some(ContentsError::InUse)), "{refused:?}");

        serving.close();
        drop(serving);
        let filling = Target::begin(&server, "x", Completeness::Resumable).unwrap();
        let refused = Target::begin(&server, "x", Completeness::Resumable).err();
        assert!(matches!(refused, Some(ContentsError::InUse)), "{refused:?}");
        drop(filling);
        let (_, beginning) = Target::begin(&server, "x", Completeness::Resumable).unwrap();
        assert_eq!(beginning, Beginning::GoneOn);
    }
}
