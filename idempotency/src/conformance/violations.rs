use std::{error::Error, fmt};

/// The differences between a store and the protocol, described for the author of the store.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Violations(Vec<String>);

impl Violations {
    /// Returns one text for each.
    pub fn texts(&self) -> &[String] {
        &self.0
    }

    pub(super) fn add(&mut self, text: String) {
        self.0.push(text);
    }

    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store breaks the protocol {} times:", self.0.len())?;
        self.0.iter().try_for_each(|text| write!(f, "\n- {text}"))
    }
}

impl fmt::Debug for Violations {
    /// As `Display`, because this is what a test prints that returns an error.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for Violations {}
