//! `cinnabar restore`: a backup into an empty database, under a new master key.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use keys::{DataKey, Vault};
use ledger::system::SystemRandom;
use store::contents::{
    Cell, Completeness, ContentsError, Digest, Place, Snapshot, Table, Target, cells,
};

use super::backup::form::{FormError, FormReader, Header, Piece};
use super::backup::seal::Opener;
use super::backup::{CANARY, DATA_KEYS, Wrapped};
use super::{Asked, Shown, apart, failed, passphrase, place_of};
use crate::cli::RestoreArguments;
use crate::configuration::Decided;
use crate::directory::DataDirectory;
use crate::failure::Failure;
use crate::installation::locked;
use crate::master_key::Source;

/// Restores a backup; what to print.
pub(crate) async fn restore(
    arguments: RestoreArguments,
    decided: &Decided,
) -> Result<String, Failure> {
    let RestoreArguments { from, identity, passphrase_file } = arguments;
    // What is missing is told before anybody types.
    let file = File::open(&from).map_err(|cause| Failure::File {
        act: "read",
        path: from.clone(),
        cause,
    })?;
    let opener = match identity {
        Some(path) => Opener::of_file(&path)?,
        None => Opener::of_passphrase(passphrase(passphrase_file.as_deref(), Asked::ToOpen).await?),
    };
    let directory = DataDirectory::create(&decided.data_dir)?;
    let lock = locked(&directory, &decided.database)?;
    let place = place_of(&decided.database, directory.path());
    let source = Source::of(decided, &directory);
    let (rows, key) = apart(move || {
        let _lock = lock;
        let backup = Backup::open(&from, file, &opener)?;
        let (rows, origin) = match &place {
            Place::File(path) => into_file(backup, path, &source)?,
            Place::Server(_) => into(backup, &place, &source)?,
        };
        let key = match (&source, origin) {
            (Source::File(path), KeyOrigin::Made) => {
                format!("A new master key is in {}.", path.display())
            }
            (Source::File(path), KeyOrigin::Found) => {
                format!("The keys are under the master key that was in {} already.", path.display())
            }
            (Source::Descriptor(_) | Source::Variable, _) => {
                "The keys are under the given master key.".to_owned()
            }
        };
        Ok((rows, key))
    })
    .await?;
    Ok(format!(
        "Restored and compared: {rows} rows.\n{key} Copy it to its safe place now.\n\
         warning: what happened after the backup was made is not known here: certificates issued since, \
         and revocations. Revoke again what was revoked since.\n\
         warning: passwords, access keys, tokens and policies are as they were then: what was taken away \
         since is good again.\n\
         warning: before the first start save the CRLs from every bucket: they tell what was revoked since, \
         and the new ones take their places.\n\
         CRLs get numbers above all earlier ones as long as the clock is right. `cinnabar check` looks at \
         every key and certificate.\n"
    ))
}

/// A backup, opened up to its rows.
struct Backup<'a> {
    path: &'a Path,
    header: Header,
    form: FormReader<GzDecoder<BufReader<age::stream::StreamReader<BufReader<File>>>>>,
}

impl<'a> Backup<'a> {
    fn open(path: &'a Path, file: File, opener: &Opener) -> Result<Self, Failure> {
        let opened = opener.reader(BufReader::with_capacity(256 * 1024, file), path)?;
        let unpacked = GzDecoder::new(BufReader::with_capacity(256 * 1024, opened));
        let (form, header) =
            FormReader::begin(unpacked).map_err(|error| unreadable(path, &error))?;
        if header.step != Snapshot::step() {
            return Err(Failure::Invalid {
                problem: format!(
                    "{} was made by release {}, whose tables are others; nothing was written",
                    path.display(),
                    header.release
                ),
                hint: "restore it with that release, and let this one start on the database then",
            });
        }
        Ok(Self { path, header, form })
    }
}

/// Into a file, which is there only when it is whole.
fn into_file(
    backup: Backup<'_>,
    path: &Path,
    source: &Source,
) -> Result<(u64, KeyOrigin), Failure> {
    // A log that was left would be played back over what is restored.
    let mut parts = FILES.iter().map(|suffix| suffixed(path, suffix));
    if let Some(left) = parts.find(|file| file.symlink_metadata().is_ok()) {
        return Err(Failure::Invalid {
            problem: format!(
                "there is a database already, or a part of one: {}; nothing was changed",
                left.display()
            ),
            hint: "restore into an empty data directory",
        });
    }
    let draft = FileDraft::beside(path)?;
    let restored = into(backup, &Place::File(draft.0.clone()), source)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::rename(&draft.0, path)
        .and_then(|()| File::open(folder.unwrap_or(Path::new(".")))?.sync_all())
        .map_err(|cause| Failure::File { act: "make", path: path.to_owned(), cause })?;
    Ok(restored)
}

/// Into an empty database; how many rows, and whose key they are under.
fn into(
    mut backup: Backup<'_>,
    place: &Place,
    source: &Source,
) -> Result<(u64, KeyOrigin), Failure> {
    let (mut target, _) =
        Target::begin(place, "restored", Completeness::AllOrNothing).map_err(failed)?;
    let mut shown = Shown::new();
    let read = read(&mut backup, &mut target, &mut shown)?;
    let mut key = NewKey::make(source)?;
    let origin = key.origin();
    let mut found = read.digests;
    let wrapped = under(&backup.header, &read.held, &key)?;
    for (table, rows) in &read.held {
        let digest = found.iter_mut().find(|(of, _)| of.name == table.name);
        let mut sum = Digest::default();
        for row in rows {
            let row = wrapped.row(table, row).map_err(failed)?.unwrap_or_else(|| row.clone());
            sum.add(&row);
            target.add(table, &row).map_err(failed)?;
        }
        target.flush(table).map_err(failed)?;
        if let Some((_, digest)) = digest {
            *digest = sum;
        }
    }
    let all: u64 = found.iter().map(|(_, digest)| digest.rows()).sum();
    let mut done = 0;
    for (table, expected) in &found {
        let step = format!("Comparing {}", table.name);
        let digest = target.digest(table, &mut |rows| shown.at(&step, done + rows, all));
        let digest = digest.map_err(failed)?;
        done += digest.rows();
        if digest != *expected {
            let (expected, found) = (expected.rows(), digest.rows());
            return Err(failed(ContentsError::Differs { table: table.name, expected, found }));
        }
    }
    let on_server = matches!(place, Place::Server(_));
    if on_server {
        // Whether the server has kept the rows is not known if its answer is lost, and nothing else opens
        // them.
        key.keep();
    }
    let finished = target.finish(&mut |done, all| shown.at("Making indexes", done, all));
    finished.map_err(|error| match error {
        ContentsError::Failed(cause) if on_server => unsettled(source, &*cause),
        error => failed(error),
    })?;
    key.keep();
    shown.end();
    Ok((all, origin))
}

/// The server may have kept what was restored, or not.
fn unsettled(source: &Source, cause: &(dyn std::error::Error + 'static)) -> Failure {
    let kept = match source {
        Source::File(path) => format!("; the master key stays in {}", path.display()),
        Source::Descriptor(_) | Source::Variable => String::new(),
    };
    let mut causes = vec![cause.to_string()];
    let mut next = cause.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    Failure::Invalid {
        problem: format!(
            "the database failed while the restore was ended, so whether it is whole is not known{kept}: {}",
            causes.join(": ")
        ),
        hint: "run `cinnabar check`: if it finds an installation, the restore is done; else restore again, \
               with the same master key",
    }
}

/// What was read of a backup.
struct Read {
    /// What each table's rows add up to.
    digests: Vec<(&'static Table, Digest)>,
    /// The rows that the new master key has a part in.
    held: Vec<(&'static Table, Vec<Vec<u8>>)>,
}

/// Brings the rows in; those under the master key are held back.
fn read(backup: &mut Backup<'_>, target: &mut Target, shown: &mut Shown) -> Result<Read, Failure> {
    let path = backup.path;
    let malformed = || unreadable(path, &FormError::Malformed);
    let mut digests: Vec<(&'static Table, Digest)> = Vec::new();
    let mut held = Vec::new();
    let (mut open, mut row, mut done) = (None, Vec::new(), 0);
    let mut tables = Table::all();
    loop {
        let piece = backup.form.next(&mut row).map_err(|error| unreadable(path, &error))?;
        match (piece, open) {
            (Piece::Table(name), None) => {
                // Each table once, in the order in which they can be filled.
                let table =
                    tables.next().filter(|table| table.name == name).ok_or_else(malformed)?;
                digests.push((table, Digest::default()));
                if [CANARY, DATA_KEYS].contains(&table.name) {
                    held.push((table, Vec::new()));
                }
                open = Some(table);
            }
            (Piece::Row, Some(table)) => {
                if let Some((_, digest)) = digests.last_mut() {
                    digest.add(&row);
                }
                match held.last_mut().filter(|(of, _): &&mut (&Table, _)| of.name == table.name) {
                    Some((_, rows)) => rows.push(row.clone()),
                    None => target.add(table, &row).map_err(failed)?,
                }
                done += 1;
                if done % 1000 == 0 {
                    shown.at(&format!("Restoring {}", table.name), done, done);
                }
            }
            (Piece::TableEnd(sum), Some(table)) => {
                target.flush(table).map_err(failed)?;
                if digests.last().is_none_or(|(_, digest)| digest.to_bytes() != sum) {
                    return Err(malformed());
                }
                open = None;
            }
            (Piece::End, None) if tables.next().is_none() => return Ok(Read { digests, held }),
            _ => return Err(malformed()),
        }
    }
}

/// The data keys of a backup, which must open, under the new master key.
fn under(
    header: &Header,
    held: &[(&'static Table, Vec<Vec<u8>>)],
    key: &NewKey,
) -> Result<Wrapped, Failure> {
    let rows = |name| held.iter().filter(move |(table, _)| table.name == name).flat_map(|(_, r)| r);
    let mut data_keys = Vec::new();
    for row in rows(DATA_KEYS) {
        match cells(row).map_err(|error| failed(error.into()))?.as_slice() {
            [Cell::Number(id), Cell::Octets(wrapped), ..] => {
                let id = u32::try_from(*id).unwrap_or(0);
                data_keys.push(DataKey { id, wrapped: wrapped.to_vec() });
            }
            _ => return Err(failed(store::contents::MalformedRow.into())),
        }
    }
    let canary = match rows(CANARY).next().map(|row| cells(row)) {
        Some(Ok(cells)) => match cells.get(1) {
            Some(Cell::Octets(sealed)) => sealed.to_vec(),
            _ => Vec::new(),
        },
        Some(Err(_)) | None => Vec::new(),
    };
    let envelope = header.envelope().map_err(crate::master_key::failed)?;
    let vault = Vault::open(&envelope, &data_keys, &canary, Arc::new(SystemRandom))
        .map_err(|error| Failure::internal("the keys of the backup do not open", error))?;
    Wrapped::by(&vault, &key.master, &data_keys)
}

/// The master key of what is restored. If it was made here, it goes again unless it is kept.
struct NewKey {
    master: keys::MasterKey,
    made: Option<PathBuf>,
}

/// Whose key the restored rows are under.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum KeyOrigin {
    /// It was there.
    Found,
    /// It was made.
    Made,
}

impl NewKey {
    fn make(source: &Source) -> Result<Self, Failure> {
        let made = match source {
            Source::File(path) if !path.exists() => Some(path.clone()),
            _ => None,
        };
        Ok(Self { master: source.read_or_make(&SystemRandom)?, made })
    }

    fn origin(&self) -> KeyOrigin {
        if self.made.is_some() { KeyOrigin::Made } else { KeyOrigin::Found }
    }

    fn keep(&mut self) {
        self.made = None;
    }
}

impl Drop for NewKey {
    fn drop(&mut self) {
        if let Some(path) = &self.made {
            // Nothing was sealed under it that is still there.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// What the names of a database's file and of those beside it end in.
const FILES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The file of a database before it has its name.
struct FileDraft(PathBuf);

impl FileDraft {
    fn beside(path: &Path) -> Result<Self, Failure> {
        let draft = Self(suffixed(path, ".restoring"));
        // What a restore has left that was killed; this process has the directory.
        draft.remove().map_err(|cause| Failure::File {
            act: "remove",
            path: draft.0.clone(),
            cause,
        })?;
        Ok(draft)
    }

    fn remove(&self) -> std::io::Result<()> {
        for suffix in FILES {
            match std::fs::remove_file(suffixed(&self.0, suffix)) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
        Ok(())
    }
}

impl Drop for FileDraft {
    fn drop(&mut self) {
        // The next restore removes what stays.
        let _ = self.remove();
    }
}

fn unreadable(path: &Path, error: &FormError) -> Failure {
    Failure::Invalid {
        problem: format!("cannot restore {}: {error}; nothing was restored", path.display()),
        hint: match error {
            FormError::OtherVersion(_) => {
                "restore it with the release that made it, or one after it"
            }
            FormError::Broken(_) | FormError::Foreign | FormError::Malformed => {
                "take another copy of it"
            }
        },
    }
}
