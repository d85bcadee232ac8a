//! `/v3/scm`

mod csr;
