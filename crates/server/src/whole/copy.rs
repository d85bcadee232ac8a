//! `cinnabar database copy`.

use std::time::Duration;

use store::contents::{Beginning, ContentsError, Place, Progress, Snapshot, Step};

use super::{DatabaseLock, Shown, apart, failed, place_of};
use crate::cli::CopyArguments;
use crate::configuration::{DatabaseUrl, Decided};
use crate::failure::Failure;

/// How often others are looked for: a server notices a little later that a client has gone.
const LOOKS: u32 = 10;
/// The pause between two of these.
const PAUSE: Duration = Duration::from_millis(200);

/// Copies a database into an empty one; what to print.
pub(crate) async fn copy(arguments: CopyArguments, decided: &Decided) -> Result<String, Failure> {
    let urls = [
        (arguments.from.as_str(), arguments.from_password_file.as_deref()),
        (arguments.to.as_str(), arguments.to_password_file.as_deref()),
    ];
    let [from, to] = DatabaseUrl::both(urls, decided.database_password_file.as_deref())?;
    let places = [&from, &to].map(|url| place_of(url, &decided.data_dir));
    let (beginning, rows) = apart(move || copy_between(&places)).await?;
    let went_on = match beginning {
        Beginning::Fresh => "",
        Beginning::GoneOn => "An interrupted copy was gone on with.\n",
    };
    Ok(format!(
        "{went_on}Copied and compared: {rows} rows.\nServe the copy with: cinnabar serve --database \
         '{to}'\nThe master key stays the one of the source.\n"
    ))
}

fn copy_between([from, to]: &[Place; 2]) -> Result<(Beginning, u64), Failure> {
    let _locks = [DatabaseLock::take(from)?, DatabaseLock::take(to)?];
    let others = others(from)?;
    if others > 0 {
        return Err(Failure::Invalid {
            problem: format!("{others} other sessions are open on the database to be copied"),
            hint: "stop every server and every other client on it: what they commit after the copy began \
                   would be missing",
        });
    }
    let mut shown = Shown::new();
    let copied =
        store::contents::copy((from, to), &mut |Progress { step, done, all }| match step {
            Step::Rows(table) => shown.at(&format!("Copying {table}"), done, all),
            Step::Comparing(table) => shown.at(&format!("Comparing {table}"), done, all),
            Step::Indexes => shown.at("Making indexes", done, all),
        });
    shown.end();
    copied.map_err(|error| match error {
        ContentsError::Failed(cause) => Failure::Database {
            what: "the copy was interrupted; the same command goes on with it",
            cause,
        },
        error => failed(error),
    })
}

/// How many others are on a database, once those that have just gone are not counted any more.
fn others(place: &Place) -> Result<u64, Failure> {
    let mut looks = 1;
    loop {
        let others = Snapshot::others(place).map_err(failed)?;
        if others == 0 || looks == LOOKS {
            return Ok(others);
        }
        looks += 1;
        std::thread::sleep(PAUSE);
    }
}
