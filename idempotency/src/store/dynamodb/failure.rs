//! What DynamoDB's errors mean for an operation.

use std::error::Error;

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};

use crate::StoreError;

/// A call that failed.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The action, as permissions name it.
    pub(super) action: &'static str,
    pub(super) table: &'a str,
    /// How large the result is that was to be kept.
    pub(super) bytes: usize,
}

impl Asked<'_> {
    /// Returns what the error means.
    pub(super) fn failed<E>(self, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let Self { action, table, bytes } = self;
        let what = |why: &str| format!("{action} on table {table:?}: {why}");
        let unavailable = |why: &str, source: SdkError<E, HttpResponse>| StoreError::Unavailable {
            what: what(why),
            source: Some(source.into()),
        };
        let refused = |why: &str, source: SdkError<E, HttpResponse>| StoreError::Refused {
            what: what(why),
            source: Some(source.into()),
        };
        let told = match &error {
            SdkError::ServiceError(service) => Told::of(service.err(), service.raw()),
            SdkError::TimeoutError(_) => return unavailable("no answer in time", error),
            SdkError::DispatchFailure(_) => return unavailable("no connection", error),
            SdkError::ConstructionFailure(_) => {
                return refused("the request could not be made", error);
            }
            _ => return unavailable("an answer that makes no sense", error),
        };
        match told.meaning() {
            Meaning::TooLarge => StoreError::TooLarge { bytes },
            Meaning::Transient => unavailable(&told.to_string(), error),
            Meaning::NoTable => refused(NO_TABLE, error),
            Meaning::Denied => {
                let why = format!(
                    "the function's role may not do that; allow it dynamodb:{action} on this table \
                     ({})",
                    told.message
                );
                refused(&why, error)
            }
            Meaning::Final => refused(&told.to_string(), error),
        }
    }
}

const NO_TABLE: &str = "there is no such table in this account and region; create it, or correct its name \
                        or the region";

/// What DynamoDB says.
struct Told {
    code: String,
    message: String,
    status: u16,
}

enum Meaning {
    Transient,
    NoTable,
    Denied,
    TooLarge,
    Final,
}

impl Told {
    fn of(error: &impl ProvideErrorMetadata, response: &HttpResponse) -> Self {
        let code = error.code().unwrap_or_default().to_owned();
        let message = error.message().unwrap_or_default().to_owned();
        Self { code, message, status: response.status().as_u16() }
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
            | "TransactionConflictException" => Meaning::Transient,
            "ResourceNotFoundException" => Meaning::NoTable,
            "AccessDeniedException" => Meaning::Denied,
            "ValidationException" if self.message.contains("exceeded the maximum allowed size") => {
                Meaning::TooLarge
            }
            _ if self.status >= 500 || self.status == 429 => Meaning::Transient,
            _ => Meaning::Final,
        }
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.code.as_str(), self.message.as_str()) {
            ("", _) => write!(f, "HTTP status {}", self.status),
            (code, "") => f.write_str(code),
            (code, message) => write!(f, "{code}: {message}"),
        }
    }
}
