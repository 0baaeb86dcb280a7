use thiserror::Error;

use super::context::{Context, Piece, pieces};
use super::find::meant;
use super::{Parameter, Template};
use crate::suggest::suggest;

/// An error in filling in a template's parameters.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FillError {
    /// A parameter has neither a value nor a default.
    #[error("the parameter `{name}` is missing{}", told(.about))]
    Missing {
        /// The parameter.
        name: String,
        /// The description of the parameter.
        about: String,
    },
    /// A value was given for a parameter that the template does not have.
    #[error("unknown parameter `{name}`{}", meant(.nearest.as_deref()))]
    Unknown {
        /// The name that was given.
        name: String,
        /// The most similar parameter.
        nearest: Option<String>,
    },
    /// The value of a parameter outside quotes is not a number.
    #[error("the parameter `{name}` is a number such as `20` or `5m`, not `{value}`")]
    NotANumber {
        /// The parameter.
        name: String,
        /// Its value.
        value: String,
    },
    /// The value of a parameter for a field is not the name of a field.
    #[error("the parameter `{name}` is a field's name, not {value:?}")]
    NotAName {
        /// The parameter.
        name: String,
        /// Its value.
        value: String,
    },
}

pub(super) fn fill(template: &Template, values: &[(&str, &str)]) -> Result<String, FillError> {
    for (name, _) in values {
        known(template, name)?;
    }
    let mut query = String::with_capacity(template.text.len());
    for piece in pieces(&template.text) {
        match piece {
            Piece::Text(text) => query.push_str(text),
            Piece::Parameter(name, context) => {
                write(&mut query, name, value_of(template, name, values)?, context)?;
            }
        }
    }
    Ok(query)
}

fn known<'a>(template: &'a Template, name: &str) -> Result<&'a Parameter, FillError> {
    let found = template.parameters.iter().find(|parameter| parameter.name == name);
    found.ok_or_else(|| {
        let names = template.parameters.iter().map(|parameter| parameter.name.as_str());
        let nearest = suggest(name, names).map(str::to_owned);
        FillError::Unknown { name: name.to_owned(), nearest }
    })
}

/// Returns the last given value, or the default.
fn value_of<'a>(
    template: &'a Template,
    name: &str,
    values: &[(&str, &'a str)],
) -> Result<&'a str, FillError> {
    let given = values.iter().rev().find(|(given, _)| *given == name).map(|(_, value)| *value);
    let parameter = known(template, name)?;
    given
        .or(parameter.default.as_deref())
        .ok_or_else(|| FillError::Missing { name: name.to_owned(), about: parameter.about.clone() })
}

fn write(query: &mut String, name: &str, value: &str, context: Context) -> Result<(), FillError> {
    let (name, value) = (|| name.to_owned(), || value.to_owned());
    let given = value();
    match context {
        Context::Text(quote) => escape(query, &given, |next| next == quote || next == '\\'),
        Context::Regex => escape(query, &given, |next| r"\/.+*?()|[]{}^$#&-~".contains(next)),
        Context::Name if given.is_empty() || given.contains(['`', '\n', '\r']) => {
            return Err(FillError::NotAName { name: name(), value: value() });
        }
        Context::Bare if !is_number(&given) => {
            return Err(FillError::NotANumber { name: name(), value: value() });
        }
        Context::Name | Context::Bare => query.push_str(&given),
    }
    Ok(())
}

fn escape(query: &mut String, value: &str, is_special: impl Fn(char) -> bool) {
    for next in value.chars() {
        if is_special(next) {
            query.push('\\');
        }
        query.push(next);
    }
}

/// Returns whether a value consists of digits with an optional fraction and an optional unit of time.
fn is_number(value: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.trim_end_matches(|unit: char| unit.is_ascii_alphabetic());
    let unit = &value[number.len()..];
    match number.split_once('.') {
        Some((whole, fraction)) => is_digits(whole) && is_digits(fraction) && unit.is_empty(),
        None => {
            let units = ["", "ms", "s", "m", "h", "d", "w", "mo", "q", "y"];
            is_digits(number) && units.contains(&unit)
        }
    }
}

fn told(about: &str) -> String {
    if about.is_empty() { String::new() } else { format!(": {about}") }
}
