//! What the emulator does differently from Lambda: the only places where `Local` follows Lambda's
//! documentation instead.

/// A case in which the emulator's caller gets something else than Lambda's.
pub(super) struct Quirk {
    pub(super) case: &'static str,
    pub(super) emulator: &'static str,
    pub(super) lambda: &'static str,
    pub(super) reason: &'static str,
}

const TIMED_OUT: &str = r#"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: _ Error: Task timed out after 3.00 seconds"}"#;

const QUIRKS: &[Quirk] = &[
    Quirk {
        case: "timeout",
        emulator: "Task timed out after 3.00 seconds",
        lambda: TIMED_OUT,
        reason: "writes a timeout as plain text, not as the error object of Lambda's Invoke",
    },
    Quirk {
        case: "answer, then timeout",
        emulator: "Task timed out after 3.00 seconds",
        lambda: TIMED_OUT,
        reason: "writes a timeout as plain text, not as the error object of Lambda's Invoke",
    },
    Quirk {
        case: "exit at the start",
        emulator: "",
        lambda: r#"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: _ Error: Runtime exited with error: exit status 4"}"#,
        reason: "loses the error of a process that exits before it asks for work",
    },
];

/// Headers Lambda sends and the emulator does not: it has no tracing and no attempt ids, and it
/// keeps back headers of its caller that it does not know, as Lambda does. `Local` takes such a
/// header for one that Lambda itself may add some day.
pub(super) const MISSING_HEADERS: &[&str] =
    &["lambda-runtime-invocation-id", "lambda-runtime-trace-id", "x-unknown"];

/// Variables Lambda sets and the emulator does not: log format and initialization type were added
/// to Lambda later, and the trace id is set by the runtime client from the header above.
pub(super) const MISSING_VARIABLES: &[&str] =
    &["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_FORMAT", "_X_AMZN_TRACE_ID"];

/// Variables of the emulator's own settings, which it passes on.
pub(super) const EXTRA_VARIABLES: &[&str] = &["AWS_LAMBDA_FUNCTION_TIMEOUT"];

pub(super) fn quirk(case: &str) -> Option<&'static Quirk> {
    QUIRKS.iter().find(|quirk| quirk.case == case)
}

/// The fields of a report whose numbers differ from run to run. The memory used is one of them:
/// the emulator gives the memory size in its place.
pub(super) const MEASURED: &[&str] = &["Duration:", "Billed Duration:", "Max Memory Used:"];
