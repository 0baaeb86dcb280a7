//! What DynamoDB's errors mean for an operation.

use std::{error::Error, iter};

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};

use super::table::Table;
use crate::StoreError;

/// A request, as its errors name it.
#[derive(Clone, Copy)]
pub(super) struct Action<'a> {
    /// The action, as permissions name it.
    name: &'static str,
    table: &'a Table,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A request about a record.
    Record {
        /// How large the result is that was to be kept.
        bytes: usize,
    },
    /// A transaction of a record and other writes.
    WithRecord,
    /// A transaction of other writes.
    WithoutRecord,
}

impl<'a> Action<'a> {
    pub(super) fn on_record(name: &'static str, table: &'a Table, bytes: usize) -> Self {
        Self { name, table, kind: Kind::Record { bytes } }
    }

    pub(super) fn transaction(table: &'a Table, has_record: bool) -> Self {
        let kind = if has_record { Kind::WithRecord } else { Kind::WithoutRecord };
        Self { name: "TransactWriteItems", table, kind }
    }

    /// Returns what the error means.
    pub(super) fn failed<E>(self, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let answer = match &error {
            SdkError::ServiceError(service) if !service.raw().status().is_success() => {
                Answer::of(service.err(), service.raw())
            }
            SdkError::TimeoutError(_) => {
                return self.unavailable("no answer in time").because(error);
            }
            SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => {
                return self.not_sent(error);
            }
            _ => return self.unavailable("an answer that makes no sense").because(error),
        };
        let failure = match answer.meaning() {
            Meaning::TooLarge => match self.kind {
                Kind::Record { bytes } => return StoreError::TooLarge { bytes },
                // In a transaction that is said of another item.
                _ => self.refused(&answer.to_string()),
            },
            Meaning::Transient => self.unavailable(&answer.to_string()),
            Meaning::NoTable => self.refused(&self.no_table()),
            Meaning::Denied => self.refused(&self.denied(&answer.message)),
            Meaning::BadCredentials => self.refused(&format!(
                "the credentials are not accepted ({answer}); if the client has fixed ones, give it others, or a \
                 provider that renews them"
            )),
            Meaning::Final => self.refused(&answer.to_string()),
        };
        // The SDK's error has the whole message.
        if answer.has_values { failure } else { failure.because(error) }
    }

    pub(super) fn unavailable(self, why: &str) -> StoreError {
        StoreError::Unavailable { what: self.what(why), source: None }
    }

    pub(super) fn refused(self, why: &str) -> StoreError {
        StoreError::Refused { what: self.what(why), source: None }
    }

    fn what(self, why: &str) -> String {
        let Self { name, table, kind } = self;
        match kind {
            Kind::Record { .. } => format!("{name} on table {table}: {why}"),
            Kind::WithRecord => format!("{name} with a record in table {table}: {why}"),
            Kind::WithoutRecord => format!("{name}: {why}"),
        }
    }

    /// A request that could not be sent: without credentials it never can be.
    fn not_sent<E>(self, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: Error + Send + Sync + 'static,
    {
        let found = causes(&error).find_map(|cause| cause.downcast_ref::<CredentialsError>());
        let failure = match found {
            Some(problem) => {
                let why = chain(problem);
                match problem {
                    CredentialsError::ProviderError(_) | CredentialsError::ProviderTimedOut(_) => {
                        self.unavailable(&format!("the credentials could not be loaded: {why}"))
                    }
                    _ => self.refused(&format!("{NO_CREDENTIALS}: {why}")),
                }
            }
            None if is_without_provider(&error) => self.refused(NO_CREDENTIALS),
            None if matches!(error, SdkError::ConstructionFailure(_))
                || has_no_endpoint(&error) =>
            {
                let why = causes(&error).last().map(ToString::to_string).unwrap_or_default();
                self.refused(&format!("the request could not be made: {why}"))
            }
            None => self.unavailable("no connection"),
        };
        failure.because(error)
    }

    fn no_table(self) -> String {
        match self.kind {
            Kind::Record { .. } if self.table.is_arn() => {
                "there is no table with this ARN; create it, or correct the ARN".to_owned()
            }
            Kind::Record { .. } => "there is no such table in this account and region; create it, or correct \
                                    its name or the region"
                .to_owned(),
            _ => "one of the tables is not in this account and region; create it, or correct its name or the \
                  region"
                .to_owned(),
        }
    }

    fn denied(self, message: &str) -> String {
        let allow = match self.kind {
            Kind::Record { .. } => format!("allow it dynamodb:{} on this table", self.name),
            Kind::WithRecord => "allow it dynamodb:UpdateItem on this table, and for each write \
                                 dynamodb:PutItem, UpdateItem, DeleteItem or ConditionCheckItem on its table"
                .to_owned(),
            Kind::WithoutRecord => "allow it for each write dynamodb:PutItem, UpdateItem, DeleteItem or \
                                    ConditionCheckItem on its table"
                .to_owned(),
        };
        let policy = match self.table.is_arn() {
            true => {
                "; a table of another account needs a resource-based policy that allows it, too"
            }
            false => "",
        };
        format!("the function's role may not do that; {allow}{policy} ({message})")
    }
}

const NO_CREDENTIALS: &str = "there are no credentials; give the function a role, or the client a credentials \
                              provider that finds some";

/// Returns whether the settings of the client lead to no endpoint, as FIPS together with an endpoint of one's own does.
///
/// The SDK reports it as a failure to dispatch; its rules for endpoints begin their messages so.
fn has_no_endpoint(error: &dyn Error) -> bool {
    causes(error).any(|cause| cause.to_string().contains("Invalid Configuration"))
}

/// Tells whether a request failed because its client has no credentials provider at all, which the SDK says by
/// an error of a private type.
fn is_without_provider(error: &dyn Error) -> bool {
    causes(error).any(|cause| cause.to_string().starts_with("failed to select an auth scheme"))
}

/// Returns the sources of an error.
fn causes<'a>(error: &'a dyn Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(error.source(), |error| (**error).source())
}

/// Returns the texts of an error and its sources.
fn chain(error: &dyn Error) -> String {
    causes(error).fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// What DynamoDB says.
struct Answer {
    code: String,
    message: String,
    has_values: bool,
    status: u16,
}

enum Meaning {
    Transient,
    NoTable,
    Denied,
    BadCredentials,
    TooLarge,
    Final,
}

impl Answer {
    fn of(error: &impl ProvideErrorMetadata, response: &HttpResponse) -> Self {
        let code = error.code().unwrap_or_default().to_owned();
        let original = error.message().unwrap_or_default();
        let message = without_values(original);
        let has_values = message != original;
        Self { code, message, has_values, status: response.status().as_u16() }
    }

    /// Source: "Error handling with DynamoDB", which says of each error whether to retry.
    fn meaning(&self) -> Meaning {
        match self.code.as_str() {
            "InternalServerError"
            | "LimitExceededException"
            | "ProvisionedThroughputExceededException"
            | "ReplicatedWriteConflictException"
            | "RequestLimitExceeded"
            | "ServiceUnavailable"
            | "ThrottlingException"
            | "TransactionConflictException"
            | "TransactionInProgressException" => Meaning::Transient,
            "ResourceNotFoundException" => Meaning::NoTable,
            "AccessDeniedException" => Meaning::Denied,
            "ExpiredToken"
            | "ExpiredTokenException"
            | "IncompleteSignatureException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException"
            | "UnrecognizedClientException" => Meaning::BadCredentials,
            "ValidationException" if is_too_large(&self.message) => Meaning::TooLarge,
            _ if self.status >= 500 || self.status == 429 => Meaning::Transient,
            _ => Meaning::Final,
        }
    }
}

pub(super) fn is_too_large(message: &str) -> bool {
    message.contains("exceeded the maximum allowed size")
}

/// Leaves out what a validation error quotes of the request: `Value '…' at 'transactItems' failed …`.
pub(super) fn without_values(message: &str) -> String {
    const START: &str = "Value '";
    match (message.find(START), message.rfind("' at '")) {
        (Some(start), Some(end)) if start + START.len() <= end => {
            format!("{}…{}", &message[..start + START.len()], &message[end..])
        }
        _ => message.to_owned(),
    }
}

impl StoreError {
    fn because<E>(self, error: SdkError<E, HttpResponse>) -> Self
    where
        E: Error + Send + Sync + 'static,
    {
        match self {
            Self::Unavailable { what, .. } => {
                Self::Unavailable { what, source: Some(error.into()) }
            }
            Self::Refused { what, .. } => Self::Refused { what, source: Some(error.into()) },
            other => other,
        }
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", _) => write!(f, "HTTP status {}", self.status),
            (code, "") => f.write_str(code),
            (code, message) => write!(f, "{code}: {message}"),
        }
    }
}
