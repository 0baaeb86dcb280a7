use std::error::Error;

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

    pub(crate) fn find(&self, error: &(dyn Error + 'static)) -> Option<&'static str> {
        self.0.iter().find_map(|name_of| name_of(error))
    }
}
