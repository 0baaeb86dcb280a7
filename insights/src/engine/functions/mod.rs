//! The functions of one row, family by family.
//!
//! They are documented on the page `CWL_QuerySyntax-operations-functions` of the CloudWatch Logs user guide. If an
//! argument is absent, so is the result, unless the function is documented differently.

mod address;
mod number;
mod structure;
mod text;
mod time;

use super::Datum;

pub(crate) type One = for<'e> fn(Datum<'e>) -> Datum<'e>;
pub(crate) type Two = for<'e> fn(Datum<'e>, Datum<'e>) -> Datum<'e>;
pub(crate) type Three = for<'e> fn(Datum<'e>, Datum<'e>, Datum<'e>) -> Datum<'e>;
pub(crate) type Many = for<'e> fn(Vec<Datum<'e>>) -> Datum<'e>;

/// A function of the values of its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Function {
    One(One),
    Two(Two),
    /// The last argument is optional, and absent if it is omitted.
    OneOrTwo(Two),
    Three(Three),
    TwoOrThree(Three),
    Many(Many),
}

impl Function {
    /// Finds a function by its name in lower case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        number::named(name)
            .or_else(|| text::named(name))
            .or_else(|| time::named(name))
            .or_else(|| structure::named(name))
            .or_else(|| address::named(name))
    }
}

/// The result of boolean functions.
fn flag(yes: bool) -> Datum<'static> {
    Datum::Number(f64::from(u8::from(yes)))
}

#[cfg(test)]
mod tests;
