//! Keys found by JMESPath.

mod arithmetic;
mod calls;
mod error;
mod expression;
mod functions;
mod numbers;

pub use error::JmesPathError;
pub use expression::JmesPath;
