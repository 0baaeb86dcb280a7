//! What a Lambda function needs around its business logic.

#[cfg(feature = "idempotency")]
#[doc(inline)]
pub use powertools_idempotency as idempotency;
#[cfg(feature = "logger")]
#[doc(inline)]
pub use powertools_logger as logger;
#[cfg(feature = "metrics")]
#[doc(inline)]
pub use powertools_metrics as metrics;
#[cfg(feature = "tracer")]
#[doc(inline)]
pub use powertools_tracer as tracer;

pub use lambda_runtime::{Context, Error, LambdaEvent};
pub use powertools_core::Invocation;
