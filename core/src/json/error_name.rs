//! The name by which logs, traces, and Lambda identify an error.

use std::{
    borrow::Cow,
    error::Error,
    fmt::{self, Write},
    io,
};

use crate::error_types::{chain, chosen_name, fallback_name, own_chosen_name};

/// The name of an error for which no better name is known.
const UNKNOWN: &str = "Error";

/// The number of bytes of a `Debug` output that are examined.
const LONGEST_HEAD: usize = 128;

/// Returns the name of `error` in logs and traces; for `of_type` see [`write_exception`](super::write_exception).
///
/// The name is the first of these that exists:
///
/// 1. the name that [`ErrorTypes`](crate::ErrorTypes) give the error, or the first of its sources that they name
/// 2. the name of its type, unless it is as general as `Error`
/// 3. for the error and then each of its sources: the code of an error of the AWS SDK, the [`io::ErrorKind`], or the
///    identifier at the beginning of a derived `Debug`, which is the variant of an enum
/// 4. the name that the fallback of [`ErrorTypes`](crate::ErrorTypes) returns
/// 5. the crate of the type and `Error`, such as `serde_json::Error`, or only `Error`
pub fn error_name(error: &(dyn Error + 'static), of_type: Option<&str>) -> String {
    named(error, of_type).1.into_owned()
}

/// Returns the module of the error's type, if it is known, and the name of the error.
pub(super) fn named<'a>(
    error: &(dyn Error + 'static),
    of_type: Option<&'a str>,
) -> (Option<&'a str>, Cow<'a, str>) {
    let of_type = of_type.map(split_type);
    let module = of_type.and_then(|(module, _)| module);
    if let Some(chosen) = chosen_name(error) {
        return (module, last_part(chosen));
    }
    match of_type {
        Some((module, name)) if is_telling(module, name) => return (module, Cow::Borrowed(name)),
        _ => {}
    }
    let name = chain(error)
        .find_map(telling_name)
        .or_else(|| fallback_name(error).filter(|name| !name.is_empty()))
        .map(Cow::Owned)
        .or_else(|| of_type.and_then(name_by_crate).map(Cow::Owned))
        .unwrap_or(Cow::Borrowed(UNKNOWN));
    (module, name)
}

/// Returns the name of an error of unknown type, without considering its sources.
pub(super) fn own_name(error: &(dyn Error + 'static)) -> Cow<'static, str> {
    own_chosen_name(error)
        .map(last_part)
        .or_else(|| telling_name(error).map(Cow::Owned))
        .or_else(|| is_json(error).then_some(Cow::Borrowed(JSON)))
        .unwrap_or(Cow::Borrowed(UNKNOWN))
}

/// Splits `checkout::orders::OrderError<T>` into module and name; a single colon is part of a chosen name.
fn split_type(full: &str) -> (Option<&str>, &str) {
    let plain = full.split('<').next().unwrap_or(full);
    // Searching for one character takes less code than searching for two.
    match plain.rsplit_once(':').map(|(module, name)| (module.strip_suffix(':'), name)) {
        Some((Some(module), name)) => (Some(module), name),
        _ => (None, plain),
    }
}

fn last_part(name: Cow<'static, str>) -> Cow<'static, str> {
    match name {
        Cow::Borrowed(name) => Cow::Borrowed(split_type(name).1),
        Cow::Owned(name) => Cow::Owned(split_type(&name).1.to_owned()),
    }
}

/// Returns whether the name of a type says more than that it is an error.
fn is_telling(module: Option<&str>, name: &str) -> bool {
    let module = module.unwrap_or_default();
    match name {
        UNKNOWN | "SdkError" => false,
        "Box" | "Arc" | "Rc" => !module.starts_with("alloc::"),
        // The codes of these errors are more specific, and are the same if the error is boxed.
        _ => !module.starts_with("aws_sdk_"),
    }
}

/// Returns a name for an error whose type is called `Error`, based on its crate.
fn name_by_crate((module, name): (Option<&str>, &str)) -> Option<String> {
    let root = module?.split(':').next()?;
    let is_std = matches!(root, "std" | "core" | "alloc");
    (name == UNKNOWN && !is_std).then(|| [root, "::", UNKNOWN].concat())
}

const JSON: &str = "serde_json::Error";

fn is_json(error: &(dyn Error + 'static)) -> bool {
    error.is::<serde_json::Error>()
}

/// Returns the name of an error of unknown type, if it has a specific one.
fn telling_name(error: &(dyn Error + 'static)) -> Option<String> {
    match error.downcast_ref::<io::Error>() {
        Some(error) => io_name(error),
        None => debug_name(error),
    }
}

/// Returns a name for an I/O error: its kind, or the name of the error that it wraps.
fn io_name(error: &io::Error) -> Option<String> {
    let kind = format!("{:?}", error.kind());
    if !matches!(&*kind, "Other" | "Uncategorized") {
        return Some(kind);
    }
    // `source` returns the source of the inner error, not the inner error itself.
    let inner: &(dyn Error + 'static) = error.get_ref()?;
    telling_name(inner)
}

/// Returns the identifier at the beginning of an error's `Debug` output.
fn debug_name(error: &dyn Error) -> Option<String> {
    let head = debug_head(error);
    let (name, rest) = split_identifier(&head);
    match name {
        // In the AWS SDK, the code is in the metadata, and the types around it have no useful names.
        "ErrorMetadata" => {
            let code = rest.strip_prefix(" { code: Some(\"")?;
            code.split(['"', '\\']).next().filter(|code| !code.is_empty()).map(str::to_owned)
        }
        "ServiceError" if rest.starts_with("(ServiceError {") => None,
        "Unhandled" if rest.starts_with("(Unhandled {") => None,
        UNKNOWN => None,
        _ => {
            let typed = name.rsplit(':').next()?.starts_with(|c: char| c.is_ascii_uppercase());
            let debug_like = rest.is_empty() || rest.starts_with('(') || rest.starts_with(" {");
            (typed && debug_like).then(|| name.to_owned())
        }
    }
}

/// Splits text after its first identifier or path.
fn split_identifier(text: &str) -> (&str, &str) {
    // Treat everything that is not ASCII as a letter: the Unicode tables would add 2 kB to the binary.
    let end =
        text.find(|c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
    text.split_at(end.unwrap_or(text.len()))
}

fn debug_head(error: &dyn Error) -> String {
    /// Accepts only the first characters, so that formatting a long `Debug` output stops early.
    struct Head(String);
    impl Write for Head {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            let room = LONGEST_HEAD - self.0.len().min(LONGEST_HEAD);
            text.chars().take(room).for_each(|c| self.0.push(c));
            if self.0.len() < LONGEST_HEAD { Ok(()) } else { Err(fmt::Error) }
        }
    }
    let mut head = Head(String::new());
    let _ = write!(head, "{error:?}");
    head.0
}

#[cfg(test)]
mod tests {
    use std::any::type_name;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum OrderError {
        #[error("card declined")]
        Declined(#[source] io::Error),
        #[error("no number")]
        NoNumber(#[from] std::num::ParseIntError),
    }

    fn name(error: impl Into<Box<dyn Error + Send + Sync>>) -> String {
        error_name(&*error.into(), None)
    }

    /// Formats as AWS's SDK does, whose types are not a dependency of this crate.
    struct Sdk(&'static str, Option<Box<Sdk>>);

    impl fmt::Debug for Sdk {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl fmt::Display for Sdk {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("service error")
        }
    }

    impl Error for Sdk {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|inner| inner as &(dyn Error + 'static))
        }
    }

    #[test]
    fn io_error_is_named_by_its_kind() {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(name(refused()), "ConnectionRefused");
        assert_eq!(error_name(&refused(), Some(type_name::<io::Error>())), "ConnectionRefused");
        assert_eq!(name(io::Error::other(OrderError::Declined(refused()))), "Declined");
        assert_eq!(name(io::Error::other("disk full")), "Error");
        let error = OrderError::Declined(refused());
        assert_eq!(own_name(error.source().unwrap()), "ConnectionRefused");
    }

    #[test]
    fn boxed_error_is_named_by_its_variant() {
        let error = || OrderError::from("x".parse::<i32>().unwrap_err());
        assert_eq!(name(error()), "NoNumber");
        assert_eq!(error_name(&error(), Some(type_name::<OrderError>())), "OrderError");
        let boxed = Box::new(error());
        assert_eq!(error_name(&boxed, Some(type_name::<Box<OrderError>>())), "NoNumber");
    }

    #[test]
    fn type_called_error_is_named_by_its_content_or_crate() {
        let json = || serde_json::from_str::<u8>("x").unwrap_err();
        let of_type = Some(type_name::<serde_json::Error>());
        assert_eq!(error_name(&json(), of_type), "serde_json::Error");
        assert_eq!(own_name(&json()), "serde_json::Error");
        assert_eq!(error_name(&fmt::Error, Some(type_name::<fmt::Error>())), "Error");
        let error = OrderError::Declined(io::ErrorKind::NotFound.into());
        assert_eq!(error_name(&error, Some("checkout::Error")), "Declined");
    }

    #[test]
    fn error_of_the_aws_sdk_is_named_by_its_code() {
        let modeled = Sdk("ResourceNotFoundException(ResourceNotFoundException { message", None);
        let error = Sdk("ServiceError(ServiceError { source: Re", Some(Box::new(modeled)));
        assert_eq!(
            error_name(&error, Some("aws_smithy::SdkError<E>")),
            "ResourceNotFoundException"
        );
        let metadata = Sdk("ErrorMetadata { code: Some(\"AccessDeniedException\"), mess", None);
        let unhandled = Sdk("Unhandled(Unhandled { source: ErrorM", Some(Box::new(metadata)));
        assert_eq!(
            error_name(&unhandled, Some("aws_sdk_dynamodb::GetItemError")),
            "AccessDeniedException"
        );
        assert_eq!(name(unhandled), "AccessDeniedException");
        assert_eq!(name(Sdk("ErrorMetadata { code: None, message: None", None)), "Error");
    }

    #[test]
    fn error_without_a_specific_name_takes_that_of_a_source() {
        // As `anyhow` shows an error with a context.
        let source = Sdk("TimeoutError(TimeoutError { source", None);
        let context =
            || Sdk("Error { context: \"loading the order\"", Some(Box::new(Sdk(source.0, None))));
        assert_eq!(name(context()), "TimeoutError");
        assert_eq!(name("text"), "Error");
        let types = crate::ErrorTypes::new().fallback(|error| Some(format!("Text:{error}")));
        let invocation = crate::Invocation::builder("r-1").build();
        types.attach(&invocation);
        invocation.in_scope(|| {
            assert_eq!(name("text"), "Text:text");
            assert_eq!(name(context()), "TimeoutError");
        });
    }
}
