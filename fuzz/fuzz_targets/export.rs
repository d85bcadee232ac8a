//! `fuzz::export` under guidance.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::export(octets));
