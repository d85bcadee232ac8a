//! Where the database is: a file of this machine, or a PostgreSQL server.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use store::{Demands, Durability, PostgresAddress, Standby};

use crate::cli::StandbyRule;
use crate::failure::Failure;

/// `[database]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseSettings {
    /// Where it is.
    pub(crate) url: Option<String>,
    /// A file whose first line is the password of the server's role.
    pub(crate) password_file: Option<PathBuf>,
    /// Whether commits wait for a standby.
    pub(crate) standby: Option<StandbyRule>,
    /// A standby that may answer lists and exports.
    pub(crate) replica_url: Option<String>,
}

/// Where the standby is that may answer lists and exports, if there is one. Its password is found as that
/// of the database is.
///
/// # Errors
///
/// [`Failure::Invalid`], without the password in its text; [`Failure::Contradiction`] where the database
/// is in a file.
pub(crate) fn replica(
    url: Option<&str>,
    database: &DatabaseUrl,
    password_file: Option<&Path>,
) -> Result<Option<PostgresAddress>, Failure> {
    let Some(url) = url.filter(|url| !url.is_empty()) else { return Ok(None) };
    if !database.is_server() {
        return Err(Failure::Contradiction {
            problem: "a replica is named, and the database is in a file".to_owned(),
            hint: "leave --replica and [database] replica_url out, or name a PostgreSQL server with \
                   --database",
        });
    }
    let address: Result<PostgresAddress, store::AddressError> = url.parse();
    let address = address.map_err(|error| Failure::Invalid {
        problem: format!("the URL of the replica cannot be used: {error}"),
        hint: "write it as postgres://ROLE@HOST:5432/DATABASE, as that of the database",
    })?;
    if address.has_password() {
        return Ok(Some(address));
    }
    Ok(Some(address.or_password(password(password_file)?.as_deref())))
}

/// What is demanded of a server that has the database.
pub(crate) fn demands(rule: Option<StandbyRule>) -> Demands {
    let standby = match rule {
        None | Some(StandbyRule::Checked) => Standby::IfAny,
        Some(StandbyRule::Required) => Standby::Required,
        Some(StandbyRule::Asynchronous) => Standby::Asynchronous,
    };
    Demands { standby, durability: durability() }
}

/// A server has to keep what it commits, always. Tests throw theirs away, for which a debug build can
/// be told not to ask.
fn durability() -> Durability {
    #[cfg(debug_assertions)]
    if std::env::var("CINNABAR_TEST_POSTGRES_DURABILITY").is_ok_and(|value| value == "OFF") {
        return Durability::Spared;
    }
    Durability::Demanded
}

/// Where the database is.
#[derive(Clone)]
pub(crate) enum DatabaseUrl {
    /// In the data directory.
    DataDirectory,
    /// In this file.
    Sqlite(PathBuf),
    /// On a server; the address has the password.
    Postgres(Box<PostgresAddress>),
}

impl DatabaseUrl {
    /// Reads `sqlite:///path` or `postgres://…`; a password that the URL leaves out comes from the
    /// file, else from the environment variable `PGPASSWORD`.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`], without the password in its text.
    pub(crate) fn of(url: Option<&str>, password_file: Option<&Path>) -> Result<Self, Failure> {
        let url = Self::bare(url)?;
        if url.lacks_password() {
            Ok(url.or_password(password(password_file)?.as_deref()))
        } else {
            Ok(url)
        }
    }

    /// Reads the URLs of two databases, and the file for each one's password. What is there for any
    /// database, `shared` or the environment variable, is for the only one that has no password yet.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`], without a password in its text; also when both have none, and there is one
    /// for any.
    pub(crate) fn both(
        urls: [(&str, Option<&Path>); 2],
        shared: Option<&Path>,
    ) -> Result<[Self; 2], Failure> {
        let [one, other] = urls.map(|(url, file)| match (Self::bare(Some(url))?, file) {
            (url, Some(file)) => Ok(url.or_password(password(Some(file))?.as_deref())),
            (url, None) => Ok(url),
        });
        let both = [one?, other?];
        let lacking = both.iter().filter(|url| url.lacks_password()).count();
        if lacking == 0 {
            return Ok(both);
        }
        let shared = password(shared)?;
        if lacking > 1 && shared.is_some() {
            return Err(Failure::Invalid {
                problem:
                    "both URLs are without a password, and there is one that may be for either"
                        .to_owned(),
                hint: "say whose it is with --from-password-file or --to-password-file, and leave \
                       --database-password-file and PGPASSWORD out",
            });
        }
        Ok(both.map(|url| url.or_password(shared.as_deref())))
    }

    fn lacks_password(&self) -> bool {
        matches!(self, Self::Postgres(address) if !address.has_password())
    }

    fn or_password(self, password: Option<&str>) -> Self {
        match self {
            Self::Postgres(address) => Self::Postgres(Box::new(address.or_password(password))),
            other => other,
        }
    }

    /// Reads it without a password of elsewhere.
    fn bare(url: Option<&str>) -> Result<Self, Failure> {
        let Some(url) = url else { return Ok(Self::DataDirectory) };
        if let Some(path) = url.strip_prefix("sqlite://") {
            return if path.starts_with('/') {
                Ok(Self::Sqlite(path.into()))
            } else {
                Err(invalid("a path after sqlite:// begins with a slash"))
            };
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(invalid("it begins with neither postgres:// nor sqlite:///"));
        }
        // The reader's error names what is wrong, not what was written.
        let address: PostgresAddress =
            url.parse().map_err(|error: store::AddressError| invalid(&error.to_string()))?;
        Ok(Self::Postgres(Box::new(address)))
    }

    /// Whether a server has the database.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

fn password(file: Option<&Path>) -> Result<Option<String>, Failure> {
    let Some(path) = file else { return Ok(std::env::var("PGPASSWORD").ok()) };
    let text = std::fs::read_to_string(path).map_err(|cause| Failure::File {
        act: "read",
        path: path.to_owned(),
        cause,
    })?;
    Ok(Some(text.lines().next().unwrap_or_default().to_owned()))
}

fn invalid(problem: &str) -> Failure {
    Failure::Invalid {
        problem: format!("the URL of the database cannot be used: {problem}"),
        hint: "write it as postgres://ROLE@HOST:5432/DATABASE or sqlite:///PATH, with the password in \
               PGPASSWORD or in the file that --database-password-file names",
    }
}

/// Without the password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DataDirectory => f.write_str("in the data directory"),
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(address) => fmt::Display::fmt(address, f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_told_without_its_password() {
        let url = DatabaseUrl::of(Some("postgres://role:secret@db.example:5433/ca"), None).unwrap();

        assert_eq!(url.to_string(), "postgres://role@db.example:5433/ca");
        assert!(!format!("{url:?}").contains("secret"));
    }

    fn passwords(urls: [&str; 2], files: [Option<&Path>; 2]) -> Result<[bool; 2], Failure> {
        let folder = tempfile::tempdir().unwrap();
        let shared = folder.path().join("shared");
        std::fs::write(&shared, "secret").unwrap();
        let [one, other] = urls;
        let both = DatabaseUrl::both([(one, files[0]), (other, files[1])], Some(&shared))?;
        Ok(both.map(|url| !url.lacks_password()))
    }

    #[test]
    fn a_password_for_any_database_is_for_the_only_one_without() {
        let (with, without) = ("postgres://a:b@one.example/x", "postgres://a@two.example/x");

        assert_eq!(passwords([with, without], [None; 2]).unwrap(), [true; 2]);
        assert_eq!(passwords(["sqlite:///x", without], [None; 2]).unwrap(), [true; 2]);
    }

    #[test]
    fn a_password_that_may_be_for_either_database_is_given_to_neither() {
        let without = ["postgres://a@one.example/x", "postgres://a@two.example/x"];
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::write(&own, "own").unwrap();

        let refused = passwords(without, [None; 2]).unwrap_err();
        assert!(refused.hint().contains("--from-password-file"), "{}", refused.hint());
        assert_eq!(passwords(without, [Some(&own), None]).unwrap(), [true; 2]);
    }

    #[test]
    fn a_replica_is_one_of_a_server() {
        let server = DatabaseUrl::of(Some("postgres://a:b@one.example/x"), None).unwrap();
        let url = Some("postgres://a:secret@two.example,three.example/x");
        let read = |url, database| replica(url, database, None);

        let named = read(url, &server).unwrap().unwrap();

        assert_eq!(named.to_string(), "postgres://a@two.example:5432,three.example:5432/x");
        assert!(read(None, &server).unwrap().is_none());
        assert!(read(Some(""), &DatabaseUrl::DataDirectory).unwrap().is_none());
        let refused = read(url, &DatabaseUrl::DataDirectory);
        assert!(matches!(refused, Err(Failure::Contradiction { .. })));
        for wrong in ["sqlite:///x", "postgres://a:secret@two.example"] {
            let refused = read(Some(wrong), &server).unwrap_err().to_string();
            assert!(refused.contains("replica") && !refused.contains("secret"), "{refused}");
        }
    }

    #[test]
    fn what_is_no_url_is_refused_without_being_told() {
        for url in ["mysql://role:secret@host/x", "sqlite://relative", "postgres://h:secret/"] {
            let refused = DatabaseUrl::of(Some(url), None).unwrap_err().to_string();
            assert!(refused.contains("database") && !refused.contains("secret"), "{refused}");
        }
    }
}
