//! Calls of AWS's SDK.

mod call;
mod failure;
mod interceptor;

pub use interceptor::AwsSdkInterceptor;
