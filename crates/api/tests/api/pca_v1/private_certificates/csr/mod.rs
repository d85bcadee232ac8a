//! `/v1/private-certificates/csr`

mod create;
mod parse;

use std::process::Command;

/// A kind of key, as openssl makes it, and the hash to sign with.
#[derive(Clone, Copy)]
struct Key {
    algorithm: &'static str,
    option: &'static str,
    hash: &'static str,
}

const RSA: Key = Key { algorithm: "RSA", option: "rsa_keygen_bits:2048", hash: "-sha256" };
const P256: Key = Key { algorithm: "EC", option: "ec_paramgen_curve:P-256", hash: "-sha256" };
const P384: Key = Key { algorithm: "EC", option: "ec_paramgen_curve:P-384", hash: "-sha512" };
const SM2: Key = Key { algorithm: "EC", option: "ec_paramgen_curve:SM2", hash: "-sm3" };

/// A certification request that openssl makes, with these extensions (`subjectAltName=…`).
fn request(subject: &str, key: Key, extensions: &[&str]) -> String {
    let directory = tempfile::tempdir().unwrap();
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        let output = command.current_dir(directory.path()).args(arguments).output();
        let output = output.expect("openssl 3 is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let Key { algorithm, option, hash } = key;
    openssl(&["genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", "key.pem"]);
    let mut arguments = vec!["req", "-new", "-key", "key.pem", "-subj", subject, hash];
    extensions.iter().for_each(|extension| arguments.extend(["-addext", extension]));
    openssl(&arguments)
}
