//! What a new account's owner is told, this once.

use std::path::Path;

use iam::Bootstrap;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::cli::Rendering;
use crate::directory::DataDirectory;
use crate::failure::Failure;

/// An account with its secrets, under the names that `--format json` shows. Wiped on drop.
#[derive(Deserialize, Serialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Credentials {
    account_id: String,
    account_name: String,
    user_id: String,
    user_name: String,
    password: String,
    access_key: String,
    secret_key: String,
    project_id: String,
    project_name: String,
    data_dir: String,
    ca_file: String,
}

impl Credentials {
    /// The credentials of a new account in `directory`.
    pub(crate) fn of(bootstrap: &Bootstrap, directory: &DataDirectory) -> Self {
        let shown = |path: &Path| path.display().to_string();
        Self {
            account_id: bootstrap.account.id.to_string(),
            account_name: bootstrap.account.name.clone(),
            user_id: bootstrap.user.id.to_string(),
            user_name: bootstrap.user.name.clone(),
            password: bootstrap.password.to_string(),
            access_key: bootstrap.access.clone(),
            secret_key: bootstrap.secret.to_string(),
            project_id: bootstrap.project.id.to_string(),
            project_name: bootstrap.project.name.clone(),
            data_dir: shown(directory.path()),
            ca_file: shown(&directory.ca_file()),
        }
    }

    /// The credentials as text to print, with a line end.
    pub(crate) fn render(&self, rendering: Rendering) -> Result<Zeroizing<String>, Failure> {
        match rendering {
            Rendering::Env => Ok(self.variables()),
            Rendering::Json => {
                let mut json = serde_json::to_string_pretty(self)
                    .map_err(|error| Failure::internal("cannot render the credentials", error))?;
                json.push('\n');
                Ok(Zeroizing::new(json))
            }
            Rendering::Text => Ok(self.text()),
        }
    }

    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "Account     {}  {}\n\
             Project     {}  {}\n\
             User        {}  {}\n\
             Password    {}\n\
             Access key  {}\n\
             Secret key  {}\n\
             Trust       {}\n\
             \n\
             The password and the secret key are shown this once: keep them.\n\
             Copy the master key of {} to a safe place; without it all keys are lost.\n",
            self.account_name,
            self.account_id,
            self.project_name,
            self.project_id,
            self.user_name,
            self.user_id,
            self.password,
            self.access_key,
            self.secret_key,
            self.ca_file,
            self.data_dir,
        ))
    }

    /// As the official SDKs and Terraform read them. A value is quoted where a shell would see more
    /// in it than text.
    fn variables(&self) -> Zeroizing<String> {
        let lines = [
            ("HUAWEICLOUD_SDK_AK", &self.access_key),
            ("HUAWEICLOUD_SDK_SK", &self.secret_key),
            ("HUAWEICLOUD_SDK_DOMAIN_ID", &self.account_id),
            ("HUAWEICLOUD_SDK_PROJECT_ID", &self.project_id),
            ("HW_ACCESS_KEY", &self.access_key),
            ("HW_SECRET_KEY", &self.secret_key),
            ("HW_REGION_NAME", &self.project_name),
            ("CINNABAR_ACCOUNT_NAME", &self.account_name),
            ("CINNABAR_USER_NAME", &self.user_name),
            ("CINNABAR_PASSWORD", &self.password),
            ("CINNABAR_CA_FILE", &self.ca_file),
            ("CINNABAR_DATA_DIR", &self.data_dir),
        ];
        let mut text = Zeroizing::new(String::with_capacity(2048));
        for (name, value) in lines {
            let quoted = Zeroizing::new(value.replace('\'', "'\\''"));
            for part in ["export ", name, "='", &quoted, "'\n"] {
                text.push_str(part);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Credentials {
        let text = |text: &str| text.to_owned();
        Credentials {
            account_id: text("1"),
            account_name: text("it's"),
            user_id: text("2"),
            user_name: text("admin"),
            password: text("pass$word"),
            access_key: text("AK"),
            secret_key: text("SK"),
            project_id: text("3"),
            project_name: text("cn-north-4"),
            data_dir: text("/data"),
            ca_file: text("/data/tls/ca.pem"),
        }
    }

    #[test]
    fn json_has_exactly_the_promised_keys() {
        let json = credentials().render(Rendering::Json).unwrap();
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&json).unwrap();

        let mut keys: Vec<&str> = object.keys().map(String::as_str).collect();
        keys.sort_unstable();
        let mut promised = [
            "account_id",
            "account_name",
            "user_id",
            "user_name",
            "password",
            "access_key",
            "secret_key",
            "project_id",
            "project_name",
            "data_dir",
            "ca_file",
        ];
        promised.sort_unstable();
        assert_eq!(keys, promised);
    }

    #[test]
    fn variables_reach_a_shell_as_they_are() {
        let script = credentials().render(Rendering::Env).unwrap();
        let shell = std::process::Command::new("sh")
            .arg("-c")
            .arg(format!("{}printf %s \"$CINNABAR_ACCOUNT_NAME $CINNABAR_PASSWORD\"", *script))
            .output()
            .unwrap();

        assert_eq!(String::from_utf8(shell.stdout).unwrap(), "it's pass$word");
    }
}
