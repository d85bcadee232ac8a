//! What was decided for every command: the data directory, the master key's place, the log.

use std::path::{Path, PathBuf};

use store::Demands;

use super::database::{DatabaseUrl, demands};
use super::file::FileSettings;
use crate::cli::Place;
use crate::directory;
use crate::failure::Failure;
use crate::logging::{LogFormat, LogLevel};

/// What holds for every command.
#[derive(Debug)]
pub(crate) struct Decided {
    /// The data directory; it may not be there yet.
    pub(crate) data_dir: PathBuf,
    /// Where the database is.
    pub(crate) database: DatabaseUrl,
    /// The file with the password of the database's role.
    pub(crate) database_password_file: Option<PathBuf>,
    /// What is demanded of the database's server.
    pub(crate) database_demands: Demands,
    /// The master key's file; `None` is the one in the data directory.
    pub(crate) master_key_file: Option<PathBuf>,
    /// An open file descriptor with the master key, instead of a file.
    pub(crate) master_key_fd: Option<u32>,
    /// The form of log lines.
    pub(crate) log_format: Option<LogFormat>,
    /// From which severity on; `None` is the command's own default.
    pub(crate) log_level: Option<LogLevel>,
    /// The settings file's content, for what `serve` decides.
    pub(crate) file: FileSettings,
}

impl Decided {
    /// Finds the data directory and reads the settings file.
    pub(crate) fn of(place: &Place) -> Result<Self, Failure> {
        let (data_dir, file) = match &place.config {
            Some(path) => {
                let file = FileSettings::read(path)?;
                let named = place.data_dir.clone().or_else(|| file.data_dir.clone());
                (named.map_or_else(|| directory::usual(|name| std::env::var_os(name)), Ok)?, file)
            }
            None => {
                let named = place.data_dir.clone();
                let data_dir =
                    named.map_or_else(|| directory::usual(|name| std::env::var_os(name)), Ok)?;
                let file = inside(&data_dir)?;
                (data_dir, file)
            }
        };
        let url = place.database.as_deref().or(file.database.url.as_deref());
        let password_file =
            place.database_password_file.as_deref().or(file.database.password_file.as_deref());
        let database = DatabaseUrl::of(url, password_file)?;
        Ok(Self {
            data_dir,
            database,
            database_demands: demands(place.database_standby.or(file.database.standby)),
            database_password_file: password_file.map(Path::to_owned),
            master_key_file: place.master_key_file.clone().or_else(|| file.master_key_file.clone()),
            master_key_fd: place.master_key_fd,
            log_format: place.log_format.or(file.log.format),
            log_level: place.log_level.or(file.log.level),
            file,
        })
    }
}

/// The settings file in the data directory, which cannot lead to another one.
fn inside(data_dir: &Path) -> Result<FileSettings, Failure> {
    let path = data_dir.join("cinnabar.toml");
    let file = FileSettings::read_if_there(&path)?;
    if file.data_dir.as_ref().is_some_and(|named| named != data_dir) {
        return Err(Failure::Settings {
            path,
            problem: "data_dir names another directory than the one this file lies in".to_owned(),
        });
    }
    Ok(file)
}
