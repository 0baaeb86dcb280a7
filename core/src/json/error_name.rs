//! The one name that an error has in logs, in traces and for Lambda.

use std::{
    borrow::Cow,
    error::Error,
    fmt::{self, Write},
    io,
};

use crate::error_types::{chain, chosen_name, fallback_name, own_chosen_name};

/// The name of an error of which nothing better is known.
const UNKNOWN: &str = "Error";

/// How much of a `Debug` is looked at.
const LONGEST_HEAD: usize = 128;

/// Returns the name that `error` has in logs and traces; `of_type` as for
/// [`write_exception`](super::write_exception).
///
/// It is, in this order:
///
/// 1. what [`ErrorTypes`](crate::ErrorTypes) say of the error or of the first of its sources that they name
/// 2. the name of its type, unless that is as general as `Error`
/// 3. of the error and then its sources the first telling one: the code of an error of AWS's SDK, the
///    [`io::ErrorKind`], or the identifier that a derived `Debug` begins with, which is the variant of an enum
/// 4. what the fallback of [`ErrorTypes`](crate::ErrorTypes) says
/// 5. the type's crate and `Error`, such as `serde_json::Error`, or `Error`
pub fn error_name(error: &(dyn Error + 'static), of_type: Option<&str>) -> String {
    named(error, of_type).1.into_owned()
}

/// Returns the module of the error's type, where that is known, and the error's name.
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

/// Returns the name of an error of unknown type, without a look at its sources.
pub(super) fn own_name(error: &(dyn Error + 'static)) -> Cow<'static, str> {
    own_chosen_name(error)
        .map(last_part)
        .or_else(|| telling_name(error).map(Cow::Owned))
        .or_else(|| is_json(error).then_some(Cow::Borrowed(JSON)))
        .unwrap_or(Cow::Borrowed(UNKNOWN))
}

/// Splits `checkout::orders::OrderError<T>` into module and name; one colon is part of a name that was chosen.
fn split_type(full: &str) -> (Option<&str>, &str) {
    let plain = full.split('<').next().unwrap_or(full);
    // A search for one character is less code than one for two.
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
        // Their codes say more, and are the same in a box.
        _ => !module.starts_with("aws_sdk_"),
    }
}

/// Names an error whose type is called `Error` by its crate.
fn name_by_crate((module, name): (Option<&str>, &str)) -> Option<String> {
    let root = module?.split(':').next()?;
    let is_std = matches!(root, "std" | "core" | "alloc");
    (name == UNKNOWN && !is_std).then(|| [root, "::", UNKNOWN].concat())
}

const JSON: &str = "serde_json::Error";

fn is_json(error: &(dyn Error + 'static)) -> bool {
    error.is::<serde_json::Error>()
}

/// Returns the name of an error of unknown type if it tells anything.
fn telling_name(error: &(dyn Error + 'static)) -> Option<String> {
    match error.downcast_ref::<io::Error>() {
        Some(error) => io_name(error),
        None => debug_name(error),
    }
}

/// Names an error of input or output by its kind, or by what it was made of.
fn io_name(error: &io::Error) -> Option<String> {
    let kind = format!("{:?}", error.kind());
    if !matches!(&*kind, "Other" | "Uncategorized") {
        return Some(kind);
    }
    // Its `source` is that of the inner error, not the inner error itself.
    let inner: &(dyn Error + 'static) = error.get_ref()?;
    telling_name(inner)
}

/// Names an error by the identifier that its `Debug` begins with.
fn debug_name(error: &dyn Error) -> Option<String> {
    let head = debug_head(error);
    let (name, rest) = split_identifier(&head);
    match name {
        // AWS's SDK: the code is in the metadata, and what wraps the metadata says nothing.
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
    // All that is not ASCII counts as letters: the tables that tell letters are not worth their 2 kB.
    let end =
        text.find(|c: char| c.is_ascii() && !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
    text.split_at(end.unwrap_or(text.len()))
}

fn debug_head(error: &dyn Error) -> String {
    /// Takes the first characters and refuses the rest, so that a long `Debug` stops early.
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
