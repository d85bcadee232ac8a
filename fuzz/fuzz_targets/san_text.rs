//! `fuzz::san_text` under guidance.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| fuzz::san_text(octets));
