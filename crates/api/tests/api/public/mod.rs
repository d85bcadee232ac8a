//! The public listener.

mod crl;
mod ocsp;
