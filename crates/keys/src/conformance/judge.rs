//! OpenSSL as the judge of what comes out. A test that cannot run it fails.

use std::fs;
use std::process::{Command, Output};

use x509::key::{HashAlgorithm, KeyAlgorithm, PublicKey};
use zeroize::Zeroizing;

/// Holds if OpenSSL verifies the signature.
pub(crate) fn openssl_verifies(
    public_key: &PublicKey,
    hash: HashAlgorithm,
    message: &[u8],
    signature: &[u8],
) {
    let directory = tempfile::tempdir().unwrap();
    let [key, signed, text] = ["key", "signature", "text"].map(|name| directory.path().join(name));
    fs::write(&key, public_key.to_pem()).unwrap();
    fs::write(&signed, signature).unwrap();
    fs::write(&text, message).unwrap();
    let mut command = Command::new("openssl");
    command.arg("dgst").arg(format!("-{}", hash.as_str().to_lowercase()));
    if hash == HashAlgorithm::Sm3 {
        command.args(["-sigopt", "distid:1234567812345678"]);
    }
    command.arg("-verify").arg(&key).arg("-signature").arg(&signed).arg(&text);

    let output = ran(&mut command);

    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.trim(), "Verified OK", "{} with {hash}", public_key.algorithm());
}

/// The public half of a private key in PEM, as PEM.
pub(crate) fn openssl_public_key(private_key: &str) -> String {
    let directory = tempfile::tempdir().unwrap();
    let key = directory.path().join("key");
    fs::write(&key, private_key).unwrap();

    let output = ran(Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(&key));

    String::from_utf8(output.stdout).unwrap()
}

/// A private key that OpenSSL made, as PKCS#8 in PEM.
pub(crate) fn openssl_generates(algorithm: KeyAlgorithm) -> Zeroizing<String> {
    let (name, option) = match algorithm {
        KeyAlgorithm::Rsa2048 => ("RSA", "rsa_keygen_bits:2048"),
        KeyAlgorithm::Rsa3072 => ("RSA", "rsa_keygen_bits:3072"),
        KeyAlgorithm::Rsa4096 => ("RSA", "rsa_keygen_bits:4096"),
        KeyAlgorithm::EcP256 => ("EC", "ec_paramgen_curve:P-256"),
        KeyAlgorithm::EcP384 => ("EC", "ec_paramgen_curve:P-384"),
        KeyAlgorithm::Sm2 => ("EC", "ec_paramgen_curve:SM2"),
    };

    let output =
        ran(Command::new("openssl").args(["genpkey", "-algorithm", name, "-pkeyopt", option]));

    Zeroizing::new(String::from_utf8(output.stdout).unwrap())
}

fn ran(command: &mut Command) -> Output {
    let output = command.output().expect("openssl is needed to run this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}
