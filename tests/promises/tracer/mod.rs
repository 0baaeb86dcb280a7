//! Promises about traces.

mod moto;
pub(crate) mod validator;
