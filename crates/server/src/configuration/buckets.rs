//! What was decided about buckets: `[[bucket]]` of the settings file.

use std::path::{Path, PathBuf};

use buckets::{Bucket, Comparing, Configured, Credentials, Kind, Remote};
use serde::Deserialize;

use super::check_url;
use crate::failure::Failure;

/// The bucket that is there when none is configured.
const USUAL_NAME: &str = "cinnabar-crl";
/// Its directory in the data directory.
const USUAL_DIRECTORY: &str = "crl";

/// The variables with the keys of remote buckets that name no file.
const ACCESS_KEY: &str = "CINNABAR_BUCKET_ACCESS_KEY";
const SECRET_KEY: &str = "CINNABAR_BUCKET_SECRET_KEY";

/// `[[bucket]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BucketSettings {
    /// Its name in the API.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: BucketKind,
    /// `local`: its directory.
    pub(crate) directory: Option<PathBuf>,
    /// `s3`, `obs`: the URL of the store.
    pub(crate) endpoint: Option<String>,
    /// `s3`, `obs`: the region that requests are signed for.
    pub(crate) region: Option<String>,
    /// `s3`, `obs`: its name in the store; without one the name in the API.
    pub(crate) bucket: Option<String>,
    /// `s3`, `obs`: a file with the access key on one line and its secret on the next.
    pub(crate) credentials_file: Option<PathBuf>,
    /// Where relying parties fetch from.
    pub(crate) public_url: Option<String>,
    /// The identifiers of the accounts that may publish in it.
    pub(crate) accounts: Option<Vec<String>>,
}

/// What a bucket is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BucketKind {
    /// A directory that the public listener serves.
    Local,
    /// Huawei OBS, through its S3 dialect.
    Obs,
    /// An S3-compatible store.
    S3,
}

/// The buckets of an installation in `data_dir`.
///
/// # Errors
///
/// What is wrong with one.
pub(crate) fn open(settings: &[BucketSettings], data_dir: &Path) -> Result<Configured, Failure> {
    let mut all: Vec<Bucket> = Vec::with_capacity(settings.len().max(1));
    for settings in settings {
        if all.iter().any(|bucket| bucket.name == settings.name) {
            return Err(wrong(settings, "there are two of this name"));
        }
        let bucket = bucket(settings)?;
        // Each would put its own CRLs over those of the other.
        if let Some(other) = all.iter().find(|other| other.kind.is_same_place(&bucket.kind)) {
            let problem = format!("it lies where bucket {:?} does", other.name);
            return Err(wrong(settings, &problem));
        }
        all.push(bucket);
    }
    if all.is_empty() {
        let kind = Kind::Local(data_dir.join(USUAL_DIRECTORY));
        let name = USUAL_NAME.to_owned();
        all.push(Bucket { name, kind, public_url: None, accounts: None });
    }
    Configured::of(all)
        .map_err(|error| Failure::Contradiction { problem: error.to_string(), hint: HINT })
}

const HINT: &str = "see [[bucket]] in cinnabar.example.toml";

fn wrong(settings: &BucketSettings, problem: &str) -> Failure {
    let problem = format!("bucket {:?}: {problem}", settings.name);
    Failure::Contradiction { problem, hint: HINT }
}

fn bucket(settings: &BucketSettings) -> Result<Bucket, Failure> {
    if !is_name(&settings.name) {
        let problem = "a name has 3 to 63 lower-case letters, digits, dots and hyphens, and begins and \
                       ends with a letter or digit";
        return Err(wrong(settings, problem));
    }
    if let Some(url) = &settings.public_url {
        check_url(url)?;
    }
    let accounts = settings.accounts.as_ref().map(|accounts| {
        accounts.iter().map(|account| account.parse()).collect::<Result<Vec<_>, _>>()
    });
    let accounts = accounts.transpose();
    let accounts =
        accounts.map_err(|_| wrong(settings, "accounts are named by their identifiers"))?;
    Ok(Bucket {
        name: settings.name.clone(),
        kind: kind(settings)?,
        public_url: settings.public_url.clone(),
        accounts,
    })
}

fn kind(settings: &BucketSettings) -> Result<Kind, Failure> {
    let remote = [&settings.endpoint, &settings.region, &settings.bucket].map(Option::is_some);
    let remote = remote.contains(&true) || settings.credentials_file.is_some();
    let comparing = match (settings.kind, &settings.directory) {
        (BucketKind::Local, Some(directory)) if !remote => {
            return Ok(Kind::Local(directory.clone()));
        }
        (BucketKind::Local, _) => {
            return Err(wrong(settings, "a local one has a directory, and nothing of a store"));
        }
        (BucketKind::Obs | BucketKind::S3, Some(_)) => {
            return Err(wrong(settings, "only a local one has a directory"));
        }
        (BucketKind::Obs, None) => Comparing::Unsupported,
        (BucketKind::S3, None) => Comparing::Supported,
    };
    let endpoint = settings.endpoint.clone();
    let endpoint = endpoint.ok_or_else(|| wrong(settings, "it needs an endpoint"))?;
    if !endpoint.starts_with("https://") && !endpoint.starts_with("http://") {
        return Err(wrong(settings, "its endpoint is no URL"));
    }
    if settings.public_url.is_none() {
        return Err(wrong(settings, "it needs public_url, where relying parties fetch from"));
    }
    Ok(Kind::Remote(Remote {
        endpoint,
        region: settings.region.clone().unwrap_or_else(|| "us-east-1".to_owned()),
        bucket: settings.bucket.clone().unwrap_or_else(|| settings.name.clone()),
        credentials: credentials(settings)?,
        comparing,
    }))
}

fn credentials(settings: &BucketSettings) -> Result<Credentials, Failure> {
    let Some(path) = &settings.credentials_file else {
        let (access, secret) = (std::env::var(ACCESS_KEY), std::env::var(SECRET_KEY));
        let (Ok(access_key), Ok(secret)) = (access, secret) else {
            let problem = format!("it needs credentials_file, or {ACCESS_KEY} and {SECRET_KEY}");
            return Err(wrong(settings, &problem));
        };
        return Ok(Credentials { access_key, secret_key: secret.into() });
    };
    let failed = |cause| Failure::File { act: "read", path: path.clone(), cause };
    let text = zeroize::Zeroizing::new(std::fs::read_to_string(path).map_err(failed)?);
    let metadata = std::fs::metadata(path).map_err(failed)?;
    crate::directory::private(path, &metadata)?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next(), lines.next()) {
        (Some(access), Some(secret), None) => {
            Ok(Credentials { access_key: access.to_owned(), secret_key: secret.to_owned().into() })
        }
        _ => Err(wrong(settings, "credentials_file has two lines: the access key and its secret")),
    }
}

/// Whether it can be the name of a bucket: what S3 and OBS take too.
fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&text.len())
        && text.chars().all(|c| plain(c) || c == '.' || c == '-')
        && text.starts_with(plain)
        && text.ends_with(plain)
}

#[cfg(test)]
mod tests {
    use ledger::AccountId;
    use ledger::system::{SystemClock, SystemRandom};
    use pki::crl::{Buckets, Reach};

    use super::*;

    fn opened(text: &str) -> Result<Configured, Failure> {
        #[derive(Deserialize)]
        struct File {
            bucket: Option<Vec<BucketSettings>>,
        }
        let file: File = toml::from_str(text).expect("this is a settings file");
        open(&file.bucket.unwrap_or_default(), Path::new("/data"))
    }

    fn refusal(text: &str) -> String {
        opened(text).expect_err("this is refused").to_string()
    }

    #[test]
    fn without_a_bucket_there_is_one_in_the_data_directory() {
        let account = AccountId::generate(&SystemClock, &SystemRandom);
        let buckets = opened("").unwrap();

        assert_eq!(buckets.names(account), ["cinnabar-crl"]);
        assert_eq!(buckets.reach("cinnabar-crl"), Some(Reach::PublicListener));
    }

    #[test]
    fn a_local_bucket_can_be_served_by_somebody_else() {
        let text = "[[bucket]]\nname = \"own\"\nkind = \"local\"\ndirectory = \"/srv\"\n\
                    public_url = \"http://crl.example/x/\"";
        let buckets = opened(text).unwrap();

        assert_eq!(buckets.reach("own"), Some(Reach::At("http://crl.example/x".to_owned())));
        assert_eq!(buckets.reach("cinnabar-crl"), None);
    }

    #[test]
    fn what_a_bucket_lacks_is_named() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("keys");
        std::fs::write(&file, "one line").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(&file, mode).unwrap();
        let s3 = "kind = \"s3\"\nendpoint = \"http://s3.example\"";
        let public = "public_url = \"http://crl.example\"";
        for (rest, word) in [
            ("name = \"ab\"\nkind = \"local\"\ndirectory = \"/x\"".to_owned(), "3 to 63"),
            ("name = \"abc\"\nkind = \"local\"".to_owned(), "directory"),
            ("name = \"abc\"\nkind = \"s3\"".to_owned(), "endpoint"),
            (format!("name = \"abc\"\n{s3}"), "public_url"),
            (format!("name = \"abc\"\n{s3}\n{public}\ncredentials_file = {file:?}"), "two lines"),
            (
                "name = \"abc\"\nkind = \"local\"\ndirectory = \"/x\"\naccounts = [\"me\"]"
                    .to_owned(),
                "identifiers",
            ),
            (
                "name = \"abc\"\nkind = \"local\"\ndirectory = \"/x\"\npublic_url = \"https://x\""
                    .to_owned(),
                "https",
            ),
        ] {
            let said = refusal(&format!("[[bucket]]\n{rest}"));
            assert!(said.contains(word), "{rest}: {said}");
        }
        let two = |first: &str, second: &str| {
            let local = |name, directory| {
                format!(
                    "[[bucket]]\nname = \"{name}\"\nkind = \"local\"\ndirectory = \"{directory}\"\n"
                )
            };
            local("one", first) + &local("two", second)
        };
        assert!(refusal(&two("/srv/crl", "/srv/./crl/")).contains("where bucket \"one\" does"));
        assert!(opened(&two("/srv/crl", "/srv/other")).is_ok());
        let one = "[[bucket]]\nname = \"abc\"\nkind = \"local\"\ndirectory = \"/x\"\n";
        assert!(refusal(&format!("{one}{one}")).contains("two of this name"));
    }
}
