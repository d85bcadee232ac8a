//! `fuzz::public_key` under guidance.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::public_key(octets));
