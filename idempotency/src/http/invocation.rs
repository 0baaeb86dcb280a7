use std::time::SystemTime;

use http::Extensions;
use powertools_core::Invocation;
#[cfg(feature = "lambda-runtime")]
use powertools_core::{ColdStart, Environment, InitializationType, lambda::open_invocation};

/// Opens invocations where no layer further out has: without one, neither tenant nor deadline are known.
#[derive(Clone, Debug)]
pub(super) struct Invocations {
    #[cfg(feature = "lambda-runtime")]
    pub(super) cold_start: ColdStart,
}

impl Invocations {
    pub(super) fn new() -> Self {
        Self {
            #[cfg(feature = "lambda-runtime")]
            cold_start: ColdStart::process(InitializationType::from_environment(
                &Environment::process(),
            )),
        }
    }

    /// Returns the invocation of a request by the context that `lambda_http` puts into its extensions.
    #[cfg(feature = "lambda-runtime")]
    pub(super) fn open(&self, extensions: &Extensions, now: SystemTime) -> Option<Invocation> {
        let context = extensions.get::<lambda_runtime::Context>()?;
        Some(open_invocation(context, &self.cold_start, now))
    }

    #[cfg(not(feature = "lambda-runtime"))]
    #[allow(clippy::unused_self, reason = "the other has something to look at")]
    pub(super) fn open(&self, _: &Extensions, _: SystemTime) -> Option<Invocation> {
        None
    }
}
