//! The settings file `cinnabar.toml`.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use api::Network;
use serde::{Deserialize, Deserializer};

use super::buckets::BucketSettings;
use super::database::DatabaseSettings;
use crate::cli::{LimitSettings, Pkcs12Form, TlsMode};
use crate::failure::Failure;
use crate::logging::{LogFormat, LogLevel};

/// What a settings file may say; everything may be left out, nothing else may be there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileSettings {
    /// The data directory; only in a file outside it.
    pub(crate) data_dir: Option<PathBuf>,
    /// The master key's file.
    pub(crate) master_key_file: Option<PathBuf>,
    /// Where the API listens.
    pub(crate) listen: Option<SocketAddr>,
    /// Where relying parties fetch.
    pub(crate) public_listen: Option<SocketAddr>,
    /// Where an administrator watches.
    pub(crate) admin_listen: Option<SocketAddr>,
    /// The URL of the public listener.
    pub(crate) public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    #[serde(default, deserialize_with = "networks")]
    pub(crate) behind_proxy: Option<Vec<Network>>,
    /// `[[bucket]]`
    #[serde(default, rename = "bucket")]
    pub(crate) buckets: Vec<BucketSettings>,
    /// `[database]`
    #[serde(default)]
    pub(crate) database: DatabaseSettings,
    /// `[tls]`
    #[serde(default)]
    pub(crate) tls: TlsSettings,
    /// `[quota]`
    #[serde(default)]
    pub(crate) quota: QuotaSettings,
    /// `[rsa_pool]`
    #[serde(default)]
    pub(crate) rsa_pool: PoolSettings,
    /// `[ocsp]`
    #[serde(default)]
    pub(crate) ocsp: OcspSettings,
    /// `[limits]`
    #[serde(default)]
    pub(crate) limits: LimitSettings,
    /// `[sm2]`
    #[serde(default)]
    pub(crate) sm2: Sm2Settings,
    /// `[export]`
    #[serde(default)]
    pub(crate) export: ExportSettings,
    /// `[password]`
    #[serde(default)]
    pub(crate) password: PasswordSettings,
    /// `[log]`
    #[serde(default)]
    pub(crate) log: LogSettings,
    /// `[traces]`
    #[serde(default)]
    pub(crate) traces: TraceSettings,
}

/// `[tls]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsSettings {
    /// On or off.
    pub(crate) mode: Option<TlsMode>,
    /// The certificate's file.
    pub(crate) cert: Option<PathBuf>,
    /// The key's file.
    pub(crate) key: Option<PathBuf>,
    /// Further names of the server.
    pub(crate) names: Option<Vec<String>>,
}

/// `[quota]`; 0 is no bound.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuotaSettings {
    /// Certificate authorities of an account.
    pub(crate) ca: Option<u32>,
    /// Certificates of an account.
    pub(crate) certificate: Option<u32>,
    /// Certification requests of an account.
    pub(crate) csr: Option<u32>,
}

/// `[rsa_pool]`: keys kept ready; 0 is none.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolSettings {
    /// Of 2048 bits.
    pub(crate) rsa2048: Option<u16>,
    /// Of 3072 bits.
    pub(crate) rsa3072: Option<u16>,
    /// Of 4096 bits.
    pub(crate) rsa4096: Option<u16>,
}

/// `[ocsp]`: in seconds.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OcspSettings {
    /// From an answer's thisUpdate to its nextUpdate.
    pub(crate) next_update: Option<u32>,
    /// For how long others may give an answer on.
    pub(crate) max_age: Option<u32>,
}

/// `[sm2]`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sm2Settings {
    /// Whether a request may be signed over the empty identifier.
    pub(crate) accept_empty_id: Option<bool>,
}

/// `[export]`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportSettings {
    /// How PKCS #12 files are encrypted.
    pub(crate) pkcs12: Option<Pkcs12Form>,
}

/// `[password]`: what a password hash costs.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordSettings {
    /// Memory, in KiB.
    pub(crate) memory_kib: Option<u32>,
    /// Passes over the memory.
    pub(crate) passes: Option<u32>,
    /// Lanes that could be computed in parallel.
    pub(crate) lanes: Option<u32>,
}

/// `[log]`
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSettings {
    /// The form of lines.
    pub(crate) format: Option<LogFormat>,
    /// From which severity on.
    pub(crate) level: Option<LogLevel>,
}

/// `[traces]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TraceSettings {
    /// The collector's URL; empty is off.
    pub(crate) endpoint: Option<String>,
    /// Which part of all traces is kept, from 0 to 1.
    pub(crate) sample: Option<f64>,
    /// What the server is called in traces.
    pub(crate) service: Option<String>,
    /// The networks of callers whose own traces are continued.
    #[serde(default, deserialize_with = "networks")]
    pub(crate) continue_from: Option<Vec<Network>>,
}

impl FileSettings {
    /// Reads the file at `path`. Relative paths in it start from its own directory.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|cause| Failure::File {
            act: "read",
            path: path.to_owned(),
            cause,
        })?;
        let mut settings: Self = toml::from_str(&text).map_err(|error| Failure::Settings {
            path: path.to_owned(),
            problem: place(&text, &error),
        })?;
        let home = path.parent().unwrap_or(Path::new(""));
        let own = [
            &mut settings.data_dir,
            &mut settings.master_key_file,
            &mut settings.database.password_file,
            &mut settings.tls.cert,
            &mut settings.tls.key,
        ];
        let of_buckets = settings
            .buckets
            .iter_mut()
            .flat_map(|bucket| [&mut bucket.directory, &mut bucket.credentials_file]);
        for path in own.into_iter().chain(of_buckets).flatten() {
            *path = home.join(&path);
        }
        Ok(settings)
    }

    /// Reads the file at `path`, where there may be none.
    pub(crate) fn read_if_there(path: &Path) -> Result<Self, Failure> {
        match Self::read(path) {
            Err(Failure::File { cause, .. }) if cause.kind() == ErrorKind::NotFound => {
                Ok(Self::default())
            }
            read => read,
        }
    }
}

/// The error on one line, with the line of the file that it speaks of.
fn place(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ");
    let line = error
        .span()
        .and_then(|span| text.get(..span.start))
        .map(|before| before.matches('\n').count() + 1);
    match line {
        Some(line) => format!("line {line}: {message}"),
        None => message,
    }
}

fn networks<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Vec<Network>>, D::Error> {
    let texts = Vec::<String>::deserialize(reader)?;
    let parsed: Result<_, _> = texts.iter().map(|text| text.parse()).collect();
    parsed.map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FileSettings, String> {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("cinnabar.toml");
        std::fs::write(&path, text).unwrap();
        FileSettings::read(&path).map_err(|failure| failure.to_string())
    }

    #[test]
    fn the_example_is_accepted_as_it_stands_and_with_every_line_in_force() {
        let example = include_str!("../../../../cinnabar.example.toml");
        // A setting that is commented out starts with `#` and no space.
        let in_force: Vec<&str> = example
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(setting) if !setting.starts_with(' ') => setting,
                _ => line,
            })
            .collect();

        read(example).expect("the example is accepted");
        let all = read(&in_force.join("\n")).expect("every setting of the example is accepted");

        assert!(all.data_dir.is_some() && all.master_key_file.is_some());
        assert!(all.database.url.is_some() && all.database.password_file.is_some());
        assert!(all.database.standby.is_some());
        assert!(all.listen.is_some() && all.public_listen.is_some() && all.public_url.is_some());
        assert!(all.admin_listen.is_some());
        assert_eq!(all.buckets.len(), 3);
        assert!(all.behind_proxy.is_some() && all.sm2.accept_empty_id.is_some());
        assert!(all.export.pkcs12.is_some());
        assert!(all.tls.mode.is_some() && all.tls.cert.is_some());
        assert!(all.tls.key.is_some() && all.tls.names.is_some());
        assert!(all.quota.ca.is_some() && all.quota.certificate.is_some());
        assert!(all.quota.csr.is_some());
        assert!(all.rsa_pool.rsa2048.is_some() && all.rsa_pool.rsa3072.is_some());
        assert!(all.rsa_pool.rsa4096.is_some());
        assert!(all.password.memory_kib.is_some() && all.password.passes.is_some());
        assert!(all.password.lanes.is_some());
        let (said, of) = all.limits.said();
        assert_eq!(said, of, "limits of the example");
        assert!(all.log.format.is_some() && all.log.level.is_some());
        assert!(all.traces.endpoint.is_some() && all.traces.sample.is_some());
        assert!(all.traces.service.is_some() && all.traces.continue_from.is_some());
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = read("[quota]\nca = 1\ncas = 2\n").unwrap_err();

        assert!(error.contains("line 3") && error.contains("`cas`"), "{error}");
    }

    #[test]
    fn an_unknown_section_is_named() {
        let error = read("[quotas]\nca = 1\n").unwrap_err();

        assert!(error.contains("`quotas`"), "{error}");
    }

    #[test]
    fn values_of_the_wrong_kind_are_refused() {
        for text in [
            "listen = 8443",
            "listen = \"localhost\"",
            "behind_proxy = [\"10.0.0.0/33\"]",
            "[quota]\nca = -1",
            "[quota]\ncsr = \"none\"",
            "[tls]\nmode = \"maybe\"",
            "[log]\nlevel = \"loud\"",
            "[database]\nstandby = \"maybe\"",
            "[sm2]\naccept_empty_id = 1",
            "[limits]\nrequests = -1",
            "[traces]\nsample = \"all\"",
            "[traces]\ncontinue_from = [\"here\"]",
            "[export]\npkcs12 = \"old\"",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn relative_paths_start_from_the_file() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("cinnabar.toml");
        std::fs::write(&path, "master_key_file = \"keys/master\"").unwrap();

        let settings = FileSettings::read(&path).unwrap();

        assert_eq!(settings.master_key_file, Some(home.path().join("keys/master")));
    }
}
