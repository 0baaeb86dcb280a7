use std::{
    error::Error,
    sync::{Mutex, PoisonError},
};

use powertools_core::{Invocation, lambda::Failure};

use crate::ErrorType;

/// The names that types of errors choose.
#[derive(Clone, Default)]
pub(crate) struct ErrorNames(Vec<NameOf>);

/// Returns the name of an error of one type.
type NameOf = fn(&(dyn Error + 'static)) -> Option<&'static str>;

impl ErrorNames {
    pub(crate) fn add<E: ErrorType>(&mut self) {
        self.0.push(|error| error.downcast_ref::<E>().map(ErrorType::error_type));
    }

    /// Returns the name that an error chose, if its type was registered: in the settings or, by
    /// [`name_errors`], in the current invocation.
    pub(crate) fn find(&self, failure: &Failure<'_>) -> Option<&'static str> {
        let Failure::Error(error, _) = *failure else {
            return None;
        };
        self.find_here(error).or_else(|| {
            let invocation = Invocation::current()?;
            let names = invocation.extension::<Mutex<Self>>()?;
            let names = names.lock().unwrap_or_else(PoisonError::into_inner).clone();
            names.find_here(error)
        })
    }

    fn find_here(&self, error: &(dyn Error + 'static)) -> Option<&'static str> {
        self.0.iter().find_map(|name_of| name_of(error))
    }
}

/// Gives an error the name that it chose, if it chose one.
pub(crate) fn renamed<'a>(failure: Failure<'a>, name: Option<&'static str>) -> Failure<'a> {
    match failure {
        Failure::Error(error, of_type) => Failure::Error(error, name.or(of_type)),
        other => other,
    }
}

/// Lets errors of type `E` choose their name in the current invocation, as
/// [`PowertoolsBuilder::error_type`](crate::PowertoolsBuilder::error_type) does in all of them.
///
/// `#[handler(error_types = [OrderError])]` calls it.
pub fn name_errors<E: ErrorType>() {
    if let Some(invocation) = Invocation::current() {
        let names = invocation.extension_or_init(|| Mutex::new(ErrorNames::default()));
        names.lock().unwrap_or_else(PoisonError::into_inner).add::<E>();
    }
}
