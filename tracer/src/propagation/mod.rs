//! Spans for calls to other programs, and the trace header that goes along with them.
//!
//! For HTTP there is [`HttpClientLayer`], for clients of AWS's SDK [`AwsSdkInterceptor`]. With any other
//! client, send [`current_header`](crate::current_header) along as the header `x-amzn-trace-id`.

#[cfg(feature = "aws-sdk")]
mod aws_sdk;
#[cfg(feature = "http-client")]
mod http;

#[cfg(feature = "aws-sdk")]
pub use aws_sdk::AwsSdkInterceptor;
#[cfg(feature = "http-client")]
pub use http::{Boxed, ClientError, HttpClientFuture, HttpClientLayer, HttpClientService, Typed};
#[cfg(feature = "aws-sdk")]
pub use powertools_core::ExpectedError;

/// The header that carries a trace on, as AWS names it.
const TRACE_HEADER: &str = "x-amzn-trace-id";
