use std::time::Duration;

use uuid::Uuid;

use crate::clock;
use crate::error::Error;

/// The version of an unpublished function.
pub(crate) const VERSION: &str = "$LATEST";

const ACCOUNT: &str = "123456789012";
const MAX_TIMEOUT: Duration = Duration::from_secs(900);

/// How Lambda writes its own lines to the log stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogFormat {
    /// `START`, `END` and `REPORT` lines.
    Text,
    /// `platform.*` records.
    Json,
}

/// The settings of a `Local`'s function.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) function_name: String,
    pub(crate) memory_mb: u32,
    pub(crate) timeout: Duration,
    pub(crate) init_timeout: Duration,
    pub(crate) concurrency: u32,
    pub(crate) log_format: Option<LogFormat>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) log_stream: String,
    metadata_token: String,
}

impl Settings {
    pub(crate) fn new(function_name: String) -> Self {
        let (year, month, day) = clock::date(clock::epoch_ms());
        let environment = Uuid::new_v4().simple();
        Self {
            function_name,
            memory_mb: 128,
            timeout: Duration::from_secs(3),
            init_timeout: Duration::from_secs(10),
            concurrency: 1,
            log_format: None,
            variables: Vec::new(),
            log_stream: format!("{year}/{month:02}/{day:02}/[{VERSION}]{environment}"),
            metadata_token: Uuid::new_v4().to_string(),
        }
    }

    pub(crate) fn validate(&self) -> Result<(), Error> {
        check_name(&self.function_name)?;
        check_timeout("timeout", self.timeout)?;
        check_timeout("init_timeout", self.init_timeout)?;
        check_positive("memory_mb", self.memory_mb)?;
        check_positive("concurrency", self.concurrency)?;
        self.variables.iter().try_for_each(check_variable)
    }

    /// Whether one process runs concurrent invocations, as on Lambda Managed Instances.
    pub(crate) fn is_concurrent(&self) -> bool {
        self.concurrency > 1
    }

    /// The format of Lambda's own lines; Managed Instances only support JSON.
    pub(crate) fn log_format(&self) -> LogFormat {
        let usual = if self.is_concurrent() { LogFormat::Json } else { LogFormat::Text };
        self.log_format.unwrap_or(usual)
    }

    pub(crate) fn log_group(&self) -> String {
        format!("/aws/lambda/{}", self.function_name)
    }

    pub(crate) fn region(&self) -> &str {
        self.variable("AWS_REGION").unwrap_or("us-east-1")
    }

    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{ACCOUNT}:function:{}", self.region(), self.function_name)
    }

    pub(crate) fn initialization_type(&self) -> &str {
        let usual = if self.is_concurrent() { "lambda-managed-instances" } else { "on-demand" };
        self.variable("AWS_LAMBDA_INITIALIZATION_TYPE").unwrap_or(usual)
    }

    pub(crate) fn metadata_token(&self) -> &str {
        self.variable("AWS_LAMBDA_METADATA_TOKEN").unwrap_or(&self.metadata_token)
    }

    fn variable(&self, wanted: &str) -> Option<&str> {
        let last = self.variables.iter().rev().find(|(name, _)| name == wanted);
        last.map(|(_, value)| value.as_str())
    }
}

/// Rejects timeouts that Lambda does not allow.
pub(crate) fn check_timeout(name: &'static str, timeout: Duration) -> Result<(), Error> {
    if !timeout.is_zero() && timeout <= MAX_TIMEOUT {
        return Ok(());
    }
    Err(Error::Setting {
        name,
        value: format!("{timeout:?}"),
        remedy: "give more than zero and at most 15 minutes",
    })
}

fn check_name(name: &str) -> Result<(), Error> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if (1..=64).contains(&name.len()) && name.chars().all(allowed) {
        return Ok(());
    }
    Err(Error::Setting {
        name: "builder",
        value: name.to_owned(),
        remedy: "a function's name has 1 to 64 ASCII letters, digits, hyphens and underscores",
    })
}

fn check_positive(name: &'static str, value: u32) -> Result<(), Error> {
    if value > 0 {
        return Ok(());
    }
    Err(Error::Setting { name, value: value.to_string(), remedy: "give at least 1" })
}

fn check_variable((name, value): &(String, String)) -> Result<(), Error> {
    let named = !name.is_empty() && !name.contains(['=', '\0']);
    if named && !value.contains('\0') {
        return Ok(());
    }
    Err(Error::Setting {
        name: "env",
        value: format!("{name}={value}"),
        remedy: "a variable has a name without `=`, and neither name nor value has a NUL",
    })
}
