//! `cinnabar backup`: one state of a database in one encrypted file.

pub(super) mod form;
mod name;
pub(super) mod seal;

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use keys::{DataKey, MasterKey, Vault};
use ledger::Clock;
use ledger::system::{SystemClock, SystemRandom};
use store::contents::{Cell, ContentsError, Digest, Place, Snapshot, Table, cells, encode};

use self::form::{FormWriter, Header};
use self::seal::Seal;
use super::{Asked, Shown, apart, failed, passphrase, place_of};
use crate::cli::BackupArguments;
use crate::configuration::Decided;
use crate::directory::DataDirectory;
use crate::failure::Failure;
use crate::master_key::Source;

/// The table whose rows a backup wraps anew, and the one with what was sealed under the master key.
pub(super) const DATA_KEYS: &str = "data_keys";
pub(super) const CANARY: &str = "canary";

/// Writes a backup; what to print. Servers go on meanwhile.
pub(crate) async fn backup(
    arguments: BackupArguments,
    decided: &Decided,
) -> Result<String, Failure> {
    let BackupArguments { to, recipients, passphrase_file } = arguments;
    refuse_existing(&to)?;
    let directory = DataDirectory::existing(&decided.data_dir)?;
    let master = Source::of(decided, &directory).read()?;
    let seal = match recipients.as_slice() {
        [] => Seal::of_passphrase(passphrase(passphrase_file.as_deref(), Asked::ToSeal).await?),
        keys => Seal::of_recipients(keys)?,
    };
    let place = place_of(&decided.database, &decided.data_dir);
    let data_dir = directory.path().to_owned();
    let (path, work) = (to.clone(), to);
    let rows = apart(move || {
        let draft = Draft::beside(&work)?;
        let rows = written(&place, (&master, &data_dir), seal, &draft)?;
        draft.keep(&work)?;
        Ok(rows)
    })
    .await?;
    Ok(format!("Backed up: {rows} rows in {}.\n", path.display()))
}

/// Writes one state of the database; how many rows it has.
fn written(
    place: &Place,
    (master, data_dir): (&MasterKey, &Path),
    seal: Seal,
    draft: &Draft,
) -> Result<u64, Failure> {
    let snapshot = Snapshot::take(place).map_err(failed)?;
    let (envelope, wrapped) = rewrapped(&snapshot, master, data_dir)?;
    let unwritable = |cause| draft.unwritable(cause);
    let file = draft.file.try_clone().map_err(unwritable)?;
    let sealed = seal.writer(BufWriter::with_capacity(256 * 1024, file))?;
    let sealed = sealed.map_err(unwritable)?;
    let header = Header::new(SystemClock.now(), &envelope);
    let packed = GzEncoder::new(sealed, Compression::fast());
    let mut form = FormWriter::begin(packed, &header).map_err(unwritable)?;
    let mut shown = Shown::new();
    let mut counts = Vec::new();
    for table in Table::all() {
        counts.push((table, snapshot.count(table).map_err(failed)?));
    }
    let all = counts.iter().map(|(_, rows)| rows).sum();
    let mut done = 0;
    for (table, there) in counts {
        form.table(table.name).map_err(unwritable)?;
        let step = format!("Backing up {}", table.name);
        let mut refused = None;
        let mut digest = Digest::default();
        let read = snapshot.rows(table, &mut |row| {
            let wrapped = wrapped.row(table, row)?;
            let row = wrapped.as_deref().unwrap_or(row);
            digest.add(row);
            done += 1;
            if done % 1000 == 0 {
                shown.at(&step, done, all);
            }
            form.row(row).map_err(|cause| {
                refused = Some(cause);
                ContentsError::stopped("the backup cannot be written")
            })
        });
        if let Some(cause) = refused {
            return Err(unwritable(cause));
        }
        read.map_err(failed)?;
        ContentsError::unless_all(table.name, there, digest.rows()).map_err(failed)?;
        form.end_table(&digest).map_err(unwritable)?;
    }
    let ended = form
        .end()
        .and_then(GzEncoder::finish)
        .and_then(age::stream::StreamWriter::finish)
        .and_then(|buffered| buffered.into_inner().map_err(std::io::IntoInnerError::into_error))
        .and_then(|file| file.sync_all());
    ended.map_err(unwritable)?;
    shown.end();
    Ok(done)
}

/// A fresh master key for the envelope, and the data keys that it wraps.
fn rewrapped(
    snapshot: &Snapshot,
    master: &MasterKey,
    data_dir: &Path,
) -> Result<(MasterKey, Wrapped), Failure> {
    let canary = snapshot.canary().map_err(failed)?;
    let data_keys = snapshot.data_keys().map_err(failed)?;
    let stored: Vec<DataKey> =
        data_keys.into_iter().map(|key| DataKey { id: key.id, wrapped: key.wrapped }).collect();
    let vault =
        Vault::open(master, &stored, &canary, Arc::new(SystemRandom)).map_err(
            |error| match error {
                keys::VaultError::WrongMasterKey => Failure::WrongMasterKey(data_dir.to_owned()),
                error => Failure::internal("cannot open the keys", error),
            },
        )?;
    let envelope = MasterKey::generate(&SystemRandom);
    let wrapped = Wrapped::by(&vault, &envelope, &stored)?;
    Ok((envelope, wrapped))
}

/// The data keys and the canary under another master key.
pub(super) struct Wrapped(keys::Rewrapped);

impl Wrapped {
    /// Wraps `data_keys` by `master`.
    pub(super) fn by(
        vault: &Vault,
        master: &MasterKey,
        data_keys: &[DataKey],
    ) -> Result<Self, Failure> {
        let ids: Vec<u32> = data_keys.iter().map(|key| key.id).collect();
        let rewrapped = vault.rewrap(master, &ids, keys::Depth::MasterKey);
        rewrapped.map(Self).map_err(|error| Failure::internal("cannot wrap the data keys", error))
    }

    /// The row in the place of one that the master key has a part in; `None` leaves it.
    pub(super) fn row(&self, table: &Table, row: &[u8]) -> Result<Option<Vec<u8>>, ContentsError> {
        let with = |sealed: &[u8]| {
            let mut changed = Vec::with_capacity(row.len());
            for (number, cell) in cells(row)?.into_iter().enumerate() {
                encode(if number == 1 { Cell::Octets(sealed) } else { cell }, &mut changed);
            }
            Ok(Some(changed))
        };
        match table.name {
            CANARY => with(&self.0.canary),
            DATA_KEYS => {
                let id = cells(row)?.first().copied();
                let key =
                    self.0.data_keys.iter().find(|key| id == Some(Cell::Number(key.id.into())));
                with(&key.ok_or_else(|| ContentsError::stopped("a data key is missing"))?.wrapped)
            }
            _ => Ok(None),
        }
    }
}

/// A file that is written beside its place, and is there only when it is whole.
struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    fn beside(path: &Path) -> Result<Self, Failure> {
        refuse_existing(path)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let draft = path.with_file_name(name);
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft);
        let file =
            opened.map_err(|cause| Failure::File { act: "make", path: draft.clone(), cause })?;
        Ok(Self { path: draft, file })
    }

    /// Gives it its name, which no other file has.
    fn keep(self, path: &Path) -> Result<(), Failure> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let named = name::give(&self.path, path)
            .and_then(|()| File::open(folder.unwrap_or(Path::new(".")))?.sync_all());
        named.map_err(|cause| Failure::File { act: "make", path: path.to_owned(), cause })
    }

    fn unwritable(&self, cause: std::io::Error) -> Failure {
        Failure::File { act: "write", path: self.path.clone(), cause }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = self.file.flush();
        // One that stays behind is in the way of the next backup, which says so.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn refuse_existing(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Err(Failure::Invalid {
            problem: format!("{} is there already", path.display()),
            hint: "name a file that is not there yet: a backup never takes the place of another",
        });
    }
    Ok(())
}
