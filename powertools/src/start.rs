use std::{env, fmt, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use http::{HeaderValue, Request};
use lambda_runtime::{Diagnostic, Error};
use lambda_runtime_api_client::{PooledClient, body::Body};
use powertools_core::{
    lambda::{Failure, HandlerError},
    warn_on_stderr,
};

use crate::{
    Function, Powertools,
    handler::{chosen_name, diagnostic_of, renamed},
};

/// The variables that Lambda sets and `lambda_runtime` requires.
const NEEDED: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

/// Where an environment that fails to start reports the reason (Lambda's documentation, "Using the Lambda runtime
/// API").
const INIT_ERROR: &str = "/2018-06-01/runtime/init/error";

/// Checks that this process is a Lambda function.
pub(crate) fn check_environment() -> Result<(), Error> {
    let missing = NEEDED.iter().find(|name| env::var_os(name).is_none_or(|value| value.is_empty()));
    let memory = env::var("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").unwrap_or_default();
    match missing {
        Some(name) => Err(format!(
            "{name} is not set: this program is a Lambda function and runs on Lambda, under its runtime \
             emulator, `cargo lambda watch` or powertools-local"
        )
        .into()),
        None if memory.parse::<i32>().is_err() => {
            Err(format!("AWS_LAMBDA_FUNCTION_MEMORY_SIZE is {memory:?}; expected a number of MB").into())
        }
        None => Ok(()),
    }
}

/// Creates a handler and its dependencies, and runs it with all utilities, configured by the environment.
///
/// ```no_run
/// use powertools::{Error, LambdaEvent, with_state};
///
/// struct App {
///     table: String,
/// }
///
/// impl App {
///     async fn new() -> Result<Self, Error> {
///         let table = std::env::var("ORDERS_TABLE").map_err(|error| format!("ORDERS_TABLE: {error}"))?;
///         Ok(Self { table })
///     }
///
///     async fn place(&self, event: LambdaEvent<String>) -> Result<String, Error> {
///         Ok(format!("{} is in {}", event.payload, self.table))
///     }
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Error> {
///     powertools::start(async || -> Result<_, Error> {
///         let app = App::new().await?;
///         Ok(with_state(app, App::place))
///     })
///     .await
/// }
/// ```
///
/// # Errors
///
/// Returns the same errors as [`Powertools::start`].
pub async fn start<I, F, M, E, K>(init: I) -> Result<(), Error>
where
    I: AsyncFnOnce() -> Result<F, E>,
    F: Function<M>,
    E: HandlerError<K>,
{
    Powertools::builder().build().start(init).await
}

impl Powertools {
    /// Installs the logger and the tracer, calls `init` to create the handler and its dependencies, and runs the
    /// handler as [`run`](Self::run) does.
    ///
    /// If `init` fails, the error is logged with its sources and reported to Lambda as the reason why the environment
    /// did not start; so is a panic. If an error leaves `main` in any other way, Lambda reports `Runtime.ExitError`.
    ///
    /// ```no_run
    /// use powertools::{Error, LambdaEvent, Powertools, with_state};
    ///
    /// async fn handler(table: &String, _: LambdaEvent<serde_json::Value>) -> Result<String, Error> {
    ///     Ok(table.clone())
    /// }
    ///
    /// # async fn main_() -> Result<(), Error> {
    /// let powertools = Powertools::builder().service("checkout").build();
    /// powertools
    ///     .start(async || -> Result<_, Error> {
    ///         let table = std::env::var("ORDERS_TABLE")
    ///             .map_err(|error| format!("ORDERS_TABLE: {error}"))?;
    ///         Ok(with_state(table, handler))
    ///     })
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of `init` as text, and the errors of [`run`](Self::run).
    pub async fn start<I, F, M, E, K>(self, init: I) -> Result<(), Error>
    where
        I: AsyncFnOnce() -> Result<F, E>,
        F: Function<M>,
        E: HandlerError<K>,
    {
        let powertools = self.init();
        let diagnostic = match AssertUnwindSafe(init()).catch_unwind().await {
            Ok(Ok(handler)) => return powertools.serve::<F, M>(handler.into_service()).await,
            Ok(Err(error)) => powertools.log_start(error.describe()),
            Err(panic) => diagnostic_of(&*panic, &powertools.settings().redaction),
        };
        report(&diagnostic).await;
        Err(StartError(diagnostic).into())
    }

    /// Logs why the function does not start, and returns the error for Lambda.
    fn log_start(&self, failure: Failure<'_>) -> Diagnostic {
        let name = chosen_name(&failure);
        let failure = renamed(failure, name.as_deref());
        #[cfg(feature = "logger")]
        powertools_logger::lambda::log_failure(failure, "function failed to start");
        failure.diagnostic(&self.settings().redaction)
    }
}

/// The reason why the function did not start, which has already been logged and reported to Lambda.
#[derive(thiserror::Error)]
#[error("the function failed to start: {}: {}", .0.error_type, .0.error_message)]
struct StartError(Diagnostic);

// The standard library prints the error that `main` returns with `Debug`.
impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reports the error to Lambda; if that fails, writes a line to stderr.
async fn report(diagnostic: &Diagnostic) {
    if let Err(error) = post(diagnostic).await {
        warn_on_stderr(format_args!(
            "powertools: the initialization error could not be reported to Lambda: {error}"
        ));
    }
}

async fn post(diagnostic: &Diagnostic) -> Result<(), Error> {
    check_environment()?;
    PooledClient::builder().build().call(init_error(diagnostic)?).await?;
    Ok(())
}

fn init_error(diagnostic: &Diagnostic) -> Result<Request<Body>, Error> {
    let request = Request::post(INIT_ERROR).header("content-type", "application/json");
    // The body contains the name too, so the reason reaches Lambda even if the name is not a valid header value.
    let request = match HeaderValue::from_str(&diagnostic.error_type) {
        Ok(name) => request.header("lambda-runtime-function-error-type", name),
        Err(_) => request,
    };
    Ok(request.body(Body::from(serde_json::to_vec(diagnostic)?))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_name_invalid_in_a_header_is_in_the_body() {
        for (error_type, header) in [("OutOfStock", Some("OutOfStock")), ("Größe\n", None)] {
            let (error_type, error_message) = (error_type.to_owned(), "x".to_owned());
            let request = init_error(&Diagnostic { error_type, error_message }).unwrap();
            let told = request.headers().get("lambda-runtime-function-error-type");
            assert_eq!(told.map(HeaderValue::as_bytes), header.map(str::as_bytes));
        }
    }
}
