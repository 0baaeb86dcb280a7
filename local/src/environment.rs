//! The environment variables of a function.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::settings::{LogFormat, Settings, VERSION};

/// The variables that a function receives, and those that it must not inherit from this process.
#[derive(Clone)]
pub(crate) struct Environment {
    given: BTreeMap<String, String>,
}

impl Environment {
    pub(crate) fn new(settings: &Settings, api: SocketAddr) -> Self {
        let mut given = platform_variables(settings, api);
        given.extend(settings.variables.iter().cloned());
        Self { given }
    }

    pub(crate) fn given(&self) -> impl Iterator<Item = (&String, &String)> {
        self.given.iter()
    }

    /// The names of inherited variables that would make this run differ from one on Lambda.
    pub(crate) fn unwanted(&self) -> impl Iterator<Item = String> {
        std::env::vars_os()
            .filter_map(|(name, _)| name.into_string().ok())
            .filter(|name| is_function_setting(name) && !self.given.contains_key(name))
    }

    /// Runs `action` while no other `Local` changes the variables of this process.
    pub(crate) fn stable<T>(action: impl FnOnce() -> T) -> T {
        let no_changes: [(&str, Option<&str>); 0] = [];
        temp_env::with_vars(no_changes, action)
    }

    /// Runs `action` while this process has these variables.
    pub(crate) fn scope<T>(&self, action: impl FnOnce() -> T) -> T {
        Self::stable(|| {
            let given = self.given.iter().map(|(name, value)| (name.clone(), Some(value.clone())));
            let removed = self.unwanted().map(|name| (name, None));
            let changes: Vec<_> = given.chain(removed).collect();
            temp_env::with_vars(changes, action)
        })
    }
}

fn is_function_setting(name: &str) -> bool {
    ["AWS_LAMBDA_", "POWERTOOLS_"].iter().any(|prefix| name.starts_with(prefix))
        || ["LOG_LEVEL", "RUST_LOG", "_X_AMZN_TRACE_ID"].contains(&name)
}

fn platform_variables(settings: &Settings, api: SocketAddr) -> BTreeMap<String, String> {
    let log_format = match settings.log_format() {
        LogFormat::Text => "Text",
        LogFormat::Json => "JSON",
    };
    let mut variables = BTreeMap::from([
        ("AWS_DEFAULT_REGION", settings.region().to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", settings.memory_mb.to_string()),
        ("AWS_LAMBDA_FUNCTION_NAME", settings.function_name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", VERSION.to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", settings.initialization_type().to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", log_format.to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", settings.log_group()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", settings.log_stream.clone()),
        ("AWS_LAMBDA_METADATA_API", api.to_string()),
        ("AWS_LAMBDA_METADATA_TOKEN", settings.metadata_token().to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", api.to_string()),
        ("AWS_REGION", settings.region().to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("_HANDLER", "bootstrap".to_owned()),
    ]);
    if settings.is_concurrent() {
        variables.insert("AWS_LAMBDA_MAX_CONCURRENCY", settings.concurrency.to_string());
    }
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
