//! Promises about traces.

pub(crate) mod validator;
