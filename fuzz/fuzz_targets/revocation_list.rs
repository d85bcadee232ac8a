//! `fuzz::revocation_list` under guidance.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::revocation_list(octets));
