use std::{
    borrow::Cow,
    error::Error,
    fmt, iter,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::Invocation;

/// The maximum number of sources to follow, because an error may be its own source.
pub(crate) const MAX_SOURCES: usize = 64;

/// An error that chooses its name: Lambda's `errorType`, `exception_name` in the log, and the type of the cause in a
/// span.
///
/// Queries and alarms depend on the name, so it should stay the same if the type is renamed. Implement the trait with
/// `#[derive(ErrorType)]` of the crate `powertools`.
pub trait ErrorType: Error + 'static {
    /// Returns the name, which consists of letters, digits, `_`, `-`, `.`, and `:`; if it is a path with `::`, only the
    /// last segment is used.
    fn error_type(&self) -> &'static str;
}

/// The error types that choose their names, and a fallback for errors without a name.
///
/// Logs, traces, and Lambda use the chosen name, even if the error is boxed or is the source of another error.
///
/// ```
/// use powertools_core::{ErrorType, ErrorTypes};
/// # #[derive(Debug, thiserror::Error)] #[error("out of stock")] struct OutOfStock;
/// # impl ErrorType for OutOfStock { fn error_type(&self) -> &'static str { "OutOfStock" } }
///
/// let types = ErrorTypes::new()
///     .with::<OutOfStock>()
///     .with_name::<std::num::ParseIntError>("InvalidNumber")
///     .with_name_from(|error: &std::env::VarError| match error {
///         std::env::VarError::NotPresent => "MissingVariable",
///         _ => "InvalidVariable",
///     })
///     .fallback(|error| error.to_string().contains("timed out").then(|| "Timeout".to_owned()));
/// ```
#[derive(Clone, Default)]
pub struct ErrorTypes(Option<Arc<Rules>>);

#[derive(Clone, Default)]
struct Rules {
    names: Vec<NameOf>,
    fallback: Option<Arc<Fallback>>,
}

/// Returns the name of an error, if it has the expected type.
type NameOf = Arc<dyn Fn(&(dyn Error + 'static)) -> Option<Cow<'static, str>> + Send + Sync>;

type Fallback = dyn Fn(&(dyn Error + 'static)) -> Option<String> + Send + Sync;

/// The names that are used outside invocations, and inside them if the invocation has none for an error.
static PROCESS: OnceLock<ErrorTypes> = OnceLock::new();

impl ErrorTypes {
    /// Creates an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a type whose errors choose their names.
    #[must_use]
    pub fn with<E: ErrorType>(self) -> Self {
        self.with_name_from(|error: &E| error.error_type())
    }

    /// Adds a type of another crate and gives all of its errors the same name.
    #[must_use]
    pub fn with_name<E: Error + 'static>(self, name: &'static str) -> Self {
        self.with_name_from(move |_: &E| name)
    }

    /// Adds a type of another crate and a function that names its errors.
    #[must_use]
    pub fn with_name_from<E, N>(mut self, name: impl Fn(&E) -> N + Send + Sync + 'static) -> Self
    where
        E: Error + 'static,
        N: Into<Cow<'static, str>>,
    {
        let name_of = move |error: &(dyn Error + 'static)| {
            error.downcast_ref::<E>().map(|error| name(error).into())
        };
        self.rules().names.push(Arc::new(name_of));
        self
    }

    /// Sets the name of errors that have no specific one: text, `anyhow!("…")`, and types that are called `Error` and
    /// whose `Debug` output is not more specific.
    ///
    /// If there is no fallback, or it returns `None`, the name is `Error`, or the name of the crate followed by
    /// `::Error`.
    #[must_use]
    pub fn fallback(
        mut self,
        name: impl Fn(&(dyn Error + 'static)) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.rules().fallback = Some(Arc::new(name));
        self
    }

    /// Adds the types of another set, and its fallback if this set has none.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        if let Some(other) = &other.0 {
            let rules = self.rules();
            rules.names.extend(other.names.iter().cloned());
            rules.fallback = rules.fallback.take().or_else(|| other.fallback.clone());
        }
        self
    }

    /// Installs these names for the whole process; has no effect if names are already installed.
    ///
    /// `Powertools::init` and `Powertools::run` call this.
    pub fn install(&self) {
        if self.0.is_some() {
            let _ = PROCESS.set(self.clone());
        }
    }

    /// Uses these names in one invocation, in addition to those that it already has.
    pub fn attach(&self, invocation: &Invocation) {
        let Some(rules) = &self.0 else {
            return;
        };
        let is_installed =
            |process: &Self| process.0.as_ref().is_some_and(|it| Arc::ptr_eq(it, rules));
        if !PROCESS.get().is_some_and(is_installed) {
            let attached = attached(invocation);
            let mut attached = attached.lock().unwrap_or_else(PoisonError::into_inner);
            *attached = std::mem::take(&mut *attached).and(self);
        }
    }

    fn rules(&mut self) -> &mut Rules {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    fn chosen_name(&self, error: &(dyn Error + 'static)) -> Option<Cow<'static, str>> {
        let rules = self.0.as_deref()?;
        rules.names.iter().find_map(|name_of| call(|| name_of(error)))
    }
}

fn attached(invocation: &Invocation) -> &Mutex<ErrorTypes> {
    invocation.extension_or_init(Mutex::default)
}

/// Returns the chosen name of an error, or that of the first of its sources that has one.
pub fn chosen_name(error: &(dyn Error + 'static)) -> Option<Cow<'static, str>> {
    find(|types| chain(error).find_map(|error| types.chosen_name(error)))
}

/// Returns the chosen name of an error, without considering its sources.
pub(crate) fn own_chosen_name(error: &(dyn Error + 'static)) -> Option<Cow<'static, str>> {
    find(|types| types.chosen_name(error))
}

/// Returns the name that the fallback gives an error.
pub(crate) fn fallback_name(error: &(dyn Error + 'static)) -> Option<String> {
    find(|types| {
        let fallback = types.0.as_deref()?.fallback.clone()?;
        call(|| fallback(error))
    })
}

/// Searches the types of the current invocation, and then those of the process, without holding a lock.
fn find<T>(ask: impl Fn(&ErrorTypes) -> Option<T>) -> Option<T> {
    let of_invocation = || {
        let invocation = Invocation::current()?;
        let types = invocation.extension::<Mutex<ErrorTypes>>()?;
        let types = types.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ask(&types)
    };
    of_invocation().or_else(|| ask(PROCESS.get()?))
}

/// Calls a function of the user, and catches its panics, because they must not fail the handler.
fn call<T>(function: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(function)).unwrap_or_default()
}

/// Returns an error and its sources, in this order.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |error| (*error).source()).take(MAX_SOURCES + 1)
}

impl fmt::Debug for ErrorTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.0.as_ref().map_or(0, |rules| rules.names.len());
        f.debug_struct("ErrorTypes").field("types", &names).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::num::ParseIntError;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("order refused")]
    struct Refused(#[source] ParseIntError);

    fn refused() -> Refused {
        Refused("x".parse::<u8>().unwrap_err())
    }

    fn name_in(types: &ErrorTypes, error: &(dyn Error + 'static)) -> Option<Cow<'static, str>> {
        let invocation = Invocation::builder("r-1").build();
        types.attach(&invocation);
        invocation.in_scope(|| chosen_name(error))
    }

    #[test]
    fn registered_name_of_a_source_is_used_if_the_error_has_none() {
        let types = ErrorTypes::new().with_name::<ParseIntError>("InvalidNumber");
        assert_eq!(name_in(&types, &refused()).as_deref(), Some("InvalidNumber"));
        let types = types.with_name_from(|_: &Refused| "Refused".to_owned());
        assert_eq!(name_in(&types, &refused()).as_deref(), Some("Refused"));
        assert_eq!(name_in(&ErrorTypes::new(), &refused()), None);
    }

    #[test]
    fn error_types_of_several_layers_are_combined() {
        let invocation = Invocation::builder("r-1").build();
        ErrorTypes::new().with_name::<ParseIntError>("InvalidNumber").attach(&invocation);
        ErrorTypes::new().with_name::<Refused>("Refused").attach(&invocation);
        let names = invocation.in_scope(|| {
            let refused = refused();
            [own_chosen_name(&refused), own_chosen_name(&refused.0)]
        });
        assert_eq!(names.map(|name| name.unwrap()), ["Refused", "InvalidNumber"]);
        assert_eq!(chosen_name(&refused()), None, "outside of the invocation");
    }

    #[test]
    fn panicking_naming_function_is_ignored() {
        let broken =
            |_: &Refused| -> &'static str { std::panic::resume_unwind(Box::new("on purpose")) };
        assert_eq!(name_in(&ErrorTypes::new().with_name_from(broken), &refused()), None);
    }
}
