//! `fuzz::csr_attributes` under guidance.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::csr_attributes(octets));
