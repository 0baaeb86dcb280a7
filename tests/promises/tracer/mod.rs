//! Promises about traces.

mod moto;
mod odd;
mod sent;
pub(crate) mod validator;
