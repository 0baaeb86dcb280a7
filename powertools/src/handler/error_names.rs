use powertools_core::{ErrorTypes, Invocation, lambda::Failure};

use crate::ErrorType;

/// Gives an error its chosen name, if it has one.
pub(crate) fn renamed<'a>(failure: Failure<'a>, name: Option<&'a str>) -> Failure<'a> {
    match failure {
        Failure::Error(error, of_type) => Failure::Error(error, name.or(of_type)),
        other => other,
    }
}

/// Returns the name that was chosen for an error or for one of its sources.
pub(crate) fn chosen_name(failure: &Failure<'_>) -> Option<String> {
    match *failure {
        Failure::Error(error, _) => powertools_core::chosen_name(error).map(Into::into),
        _ => None,
    }
}

/// Lets errors of type `E` choose their name in the current invocation, as
/// [`PowertoolsBuilder::error_type`](crate::PowertoolsBuilder::error_type) does for all invocations.
///
/// `#[handler(error_types = [OrderError])]` calls this function.
pub fn register_error_types<E: ErrorType>() {
    if let Some(invocation) = Invocation::current() {
        ErrorTypes::new().with::<E>().attach(&invocation);
    }
}
