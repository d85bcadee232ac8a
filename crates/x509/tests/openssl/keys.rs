//! Keys that openssl makes, and openssl on keys that this crate writes.

use x509::{KeyAlgorithm, KeyFamily, PrivateKey, PrivateKeyError, PublicKey};

use crate::{
    command::{openssl_succeeds, openssl_text},
    fixtures::{key, key_pem},
};

/// The other PEM form: PKCS#1 or SEC 1.
fn traditional(algorithm: KeyAlgorithm) -> String {
    let command = match algorithm.family() {
        KeyFamily::Rsa => &["rsa", "-traditional"][..],
        KeyFamily::Ec | KeyFamily::Sm2 => &["ec"],
    };
    openssl_text(command, key_pem(algorithm).as_bytes())
}

#[test]
fn every_form_of_a_private_key_is_the_same_key() {
    for algorithm in KeyAlgorithm::ALL {
        let pkcs8 = key(algorithm);
        assert_eq!(pkcs8.algorithm(), algorithm);

        let traditional = traditional(algorithm);
        assert!(!traditional.contains("BEGIN PRIVATE KEY"));
        let mut forms = vec![
            traditional.clone(),
            traditional.replace('\n', "\r\n"),
            format!("Bag Attributes\n\n{}\n\n-- \nbye", key_pem(algorithm)),
        ];
        if algorithm.family() != KeyFamily::Rsa {
            forms.push(openssl_text(&["ec", "-no_public"], key_pem(algorithm).as_bytes()));
        }
        for form in forms {
            let key = PrivateKey::from_pem(&form).unwrap();
            assert_eq!(key.pkcs8_der(), pkcs8.pkcs8_der(), "{form}");
        }
    }
}

#[test]
fn parameters_may_stand_before_an_ec_key() {
    for curve in ["prime256v1", "secp384r1", "SM2"] {
        let pem = openssl_text(&["ecparam", "-name", curve, "-genkey"], b"");
        assert!(pem.contains(" PARAMETERS"));
        PrivateKey::from_pem(&pem).unwrap();
    }
}

#[test]
fn the_public_key_is_the_one_openssl_derives() {
    for algorithm in KeyAlgorithm::ALL {
        let pem = openssl_text(&["pkey", "-pubout"], key_pem(algorithm).as_bytes());

        let public_key = PublicKey::from_spki_pem(&pem).unwrap();

        assert_eq!(&public_key, key(algorithm).public_key());
        assert_eq!(public_key.to_pem(), pem);
        assert_eq!(public_key.algorithm(), algorithm);
    }
}

#[test]
fn openssl_finds_written_private_keys_sound() {
    for algorithm in KeyAlgorithm::ALL {
        let pem = key(algorithm).pkcs8_pem();
        let text = openssl_text(&["pkey", "-check", "-noout"], pem.as_bytes());
        assert!(text.contains("Key is valid"), "{text}");
    }
}

#[test]
fn a_scalar_alone_makes_the_same_key() {
    for algorithm in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384, KeyAlgorithm::Sm2] {
        let key = key(algorithm);
        let again = PrivateKey::from_ec_scalar(algorithm, key.ec_scalar().unwrap()).unwrap();
        assert_eq!(again.pkcs8_der(), key.pkcs8_der());
    }
}

#[test]
fn compressed_points_are_the_same_key() {
    for algorithm in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384, KeyAlgorithm::Sm2] {
        let der = openssl_succeeds(
            &["ec", "-pubout", "-conv_form", "compressed", "-outform", "DER"],
            key_pem(algorithm).as_bytes(),
        );

        let public_key = PublicKey::from_spki_der(&der).unwrap();

        assert!(der.len() < public_key.spki_der().len());
        assert_eq!(&public_key, key(algorithm).public_key());
    }
}

#[test]
fn hybrid_points_are_refused() {
    let der = openssl_succeeds(
        &["ec", "-pubout", "-conv_form", "hybrid", "-outform", "DER"],
        key_pem(KeyAlgorithm::EcP256).as_bytes(),
    );
    assert!(PublicKey::from_spki_der(&der).is_err());
}

#[test]
fn points_off_the_curve_are_refused() {
    for algorithm in [KeyAlgorithm::EcP256, KeyAlgorithm::EcP384, KeyAlgorithm::Sm2] {
        let mut der = key(algorithm).public_key().spki_der().to_vec();
        *der.last_mut().unwrap() ^= 1;
        assert!(PublicKey::from_spki_der(&der).is_err(), "{algorithm}");
    }
}

#[test]
fn encrypted_keys_are_told_apart() {
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::EcP256] {
        for form in [&[][..], &["-traditional"]] {
            let arguments =
                [&["pkey", "-aes-128-cbc", "-passout", "pass:secret"][..], form].concat();
            let pem = openssl_text(&arguments, key_pem(algorithm).as_bytes());
            assert!(pem.contains("ENCRYPTED"));
            assert_eq!(PrivateKey::from_pem(&pem).unwrap_err(), PrivateKeyError::Encrypted);
        }
    }
}

#[test]
fn unsupported_kinds_are_told_apart() {
    for arguments in [
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"][..],
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2056"],
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_pubexp:3"],
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_primes:3"],
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
        &[
            "-algorithm",
            "EC",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-pkeyopt",
            "ec_param_enc:explicit",
        ],
        &["-algorithm", "ED25519"],
        &["-algorithm", "RSA-PSS"],
    ] {
        let pem = openssl_text(&[&["genpkey"], arguments].concat(), b"");
        assert_eq!(
            PrivateKey::from_pem(&pem).err(),
            Some(PrivateKeyError::UnsupportedAlgorithm),
            "{arguments:?}"
        );
        let public = openssl_text(&["pkey", "-pubout"], pem.as_bytes());
        // Whether there are three primes cannot be seen in the public key.
        if !arguments.contains(&"rsa_keygen_primes:3") {
            assert!(PublicKey::from_spki_pem(&public).is_err(), "{arguments:?}");
        }
    }
}

#[test]
fn unreadable_text_is_told_apart() {
    let one = key_pem(KeyAlgorithm::EcP256);
    let public = key(KeyAlgorithm::EcP256).public_key().to_pem();
    for text in [
        "",
        "nonsense",
        &public,
        &format!("{one}{one}"),
        &one.replace("END PRIVATE", "END PUBLIC"),
        "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n",
    ] {
        assert_eq!(PrivateKey::from_pem(text).unwrap_err(), PrivateKeyError::Unreadable, "{text}");
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    for algorithm in KeyAlgorithm::ALL {
        let der = key(algorithm).pkcs8_der().to_vec();
        // Behind the headers, which are 70 octets at most, every octet is part of the key: the last of the
        // public key or coefficient, one of the private exponent or scalar.
        for position in [der.len() - 1, der.len() / 2, der.len() / 3] {
            let mut changed = der.clone();
            changed[position] ^= 1;
            assert!(
                PrivateKey::from_pkcs8_der(&changed).is_err(),
                "{algorithm} with octet {position} of {} changed",
                der.len()
            );
        }
        assert!(PrivateKey::from_pkcs8_der(&[&der[..], &[0]].concat()).is_err());
    }
}

#[test]
fn scalars_out_of_range_are_refused() {
    let order = |hex: &str| -> [u8; 32] {
        let octets: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect();
        octets.try_into().unwrap()
    };
    let sm2 = order("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123");
    let p256 = order("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    let minus = |mut number: [u8; 32], by: u8| {
        number[31] -= by;
        number
    };

    for scalar in [[0; 32], sm2, minus(sm2, 1)] {
        assert!(PrivateKey::from_sm2_scalar(&scalar).is_err(), "{scalar:02x?}");
    }
    assert!(PrivateKey::from_sm2_scalar(&minus(sm2, 2)).is_ok());
    for scalar in [[0; 32], p256] {
        assert!(PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &scalar).is_err());
    }
    assert!(PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &minus(p256, 1)).is_ok());
    assert!(PrivateKey::from_ec_scalar(KeyAlgorithm::EcP256, &[1; 31]).is_err());
}
