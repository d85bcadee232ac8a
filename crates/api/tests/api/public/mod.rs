//! The public listener.

mod ocsp;
